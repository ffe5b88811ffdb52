/**
 * Loaded into the shell before anything else: its pipes say that they are a terminal, so that it shows its prompt to a
 * benchmark as it does to a person. Real terminals need a package in C++ or a program that not every system has.
 */
import { isMainThread } from 'node:worker_threads';

if (isMainThread && /[\\/]repl[\\/]main\.js$/.test(process.argv[1] ?? '')) {
  for (const stream of [process.stdin, process.stdout]) Object.defineProperty(stream, 'isTTY', { value: true });
  Object.assign(process.stdin, { setRawMode: () => process.stdin });
  Object.assign(process.stdout, { columns: 100, rows: 40 });
}
