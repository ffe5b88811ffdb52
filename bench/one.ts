/**
 * Runs one benchmark in a process of its own and sends what it measured to its parent, so that no benchmark runs on code
 * that another one has made slow, and a crash costs one line of the table.
 */
import { benchmarks } from './all';
import { type Effort, type Measured, run } from './harness';

export interface Request {
  readonly name: string;
  readonly effort: Effort;
}

export type Report = { readonly rows: readonly Measured[] } | { readonly failure: string };

async function measure({ name, effort }: Request): Promise<Report> {
  const benchmark = benchmarks.find((known) => known.name === name);
  if (benchmark === undefined) return { failure: `there is no benchmark ${name}` };
  try {
    return { rows: await run(benchmark, effort) };
  } catch (failure) {
    return { failure: failure instanceof Error ? failure.message : String(failure) };
  }
}

process.once('message', (request: Request) => {
  void measure(request).then((report) => process.send?.(report, () => process.disconnect()));
});
