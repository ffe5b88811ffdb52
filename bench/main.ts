/**
 * `npm run bench`: measures everything, or what is named, and prints one table. A missed target is told, never fatal,
 * since machines are noisy; a measurement of something that did not happen is fatal.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { benchmarks } from './all';
import type { Benchmark, Effort } from './harness';
import { describe, machine } from './machine';
import type { Report, Request } from './one';
import { table } from './table';

const usage = `npm run bench [-- <name>...] [--rounds N] [--quick] [--json]

  <name>      part of a benchmark's name; all of them when none is given
  --rounds N  measure so many times (each benchmark has its own default)
  --quick     a few short rounds: shows that all of it works, not how fast
  --json      one JSON value for machines

${benchmarks.map(({ name, summary }) => `  ${name.padEnd(10)}  ${summary}`).join('\n')}
`;

interface Wish {
  readonly chosen: readonly Benchmark[];
  readonly effort: Effort;
  readonly json: boolean;
}

/** Reads the command line; throws one line for people. */
function read(args: string[]): Wish | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds must be a whole number above 0, not '${values.rounds}'`);
  }
  const chosen = positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => wanted(name, positionals));
  for (const word of positionals) {
    if (!benchmarks.some(({ name }) => wanted(name, [word]))) throw new Error(unknown(word));
  }
  return { chosen, effort: { rounds, quick: values.quick }, json: values.json };
}

function wanted(name: string, words: readonly string[]): boolean {
  return words.some((word) => name.includes(word));
}

function unknown(word: string): string {
  const names = benchmarks.map(({ name }) => name);
  const near = [...names].sort((a, b) => distance(word, a) - distance(word, b))[0];
  return `there is no benchmark '${word}'; did you mean ${near}? (there are ${names.join(', ')})`;
}

/** Hands one benchmark to a process of its own. */
function inChild(request: Request): Promise<Report> {
  return new Promise((resolve) => {
    const child = fork(join(__dirname, 'one.js'), { serialization: 'advanced' });
    let report: Report | undefined;
    child.once('message', (message: Report) => {
      report = message;
    });
    child.once('exit', (code, signal) => resolve(report ?? { failure: `its process ended early (${signal ?? code})` }));
    child.send(request);
  });
}

async function main(): Promise<void> {
  const wish = read(process.argv.slice(2));
  if (wish === undefined) return void process.stdout.write(usage);
  const on = machine();
  const reports: { name: string; report: Report }[] = [];
  for (const { name, summary } of wish.chosen) {
    if (process.stderr.isTTY) process.stderr.write(`${name}: ${summary} ...\n`);
    reports.push({ name, report: await inChild({ name, effort: wish.effort }) });
  }
  const rows = reports.flatMap(({ report }) => ('rows' in report ? report.rows : []));
  const failures = reports.flatMap(({ name, report }) => ('failure' in report ? [`${name}: ${report.failure}`] : []));
  if (wish.json) {
    const results = reports.map(({ name, report }) => ({ name, ...report }));
    process.stdout.write(`${JSON.stringify({ machine: on, quick: wish.effort.quick, results })}\n`);
  } else {
    if (rows.length > 0) process.stdout.write(`${describe(on)}\n\n${table(rows)}\n`);
    const judged = rows.filter(({ reached }) => reached !== undefined);
    const missed = judged.filter(({ reached }) => reached === false);
    const names = missed.map(({ what }) => what).join('; ');
    if (judged.length === 0) process.stdout.write('\nnone of this has a target\n');
    else
      process.stdout.write(
        `\n${judged.length - missed.length} of ${judged.length} targets reached${names && `; missed: ${names}`}${wish.effort.quick ? ' (quick: too short to judge by)' : ''}\n`,
      );
  }
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

main().catch((failure: unknown) => {
  process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n`);
  process.exitCode = 2;
});
