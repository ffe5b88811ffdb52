/**
 * Measurements in processes of their own: what a child reports, and how long a program takes to say something.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Runs a compiled script of this folder and gives back the one message that it sends. */
export function childReport<T>(script: string, args: readonly string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, `${script}.js`), args);
    let report: { readonly value: T } | undefined;
    child.once('message', (value: T) => {
      report = { value };
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (report !== undefined) resolve(report.value);
      else reject(new Error(`${script} ended without a report (${signal ?? code})`));
    });
  });
}
