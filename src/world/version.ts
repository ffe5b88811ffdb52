/**
 * The version of this package.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function version(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) {
      if (folder === dirname(folder)) return 'unknown';
      continue;
    }
    const { version: found }: { version?: string } = JSON.parse(readFileSync(file, 'utf8'));
    return found ?? 'unknown';
  }
}
