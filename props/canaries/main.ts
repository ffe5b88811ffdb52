/**
 * `npm run canaries`: releases every canary and tells how many cases it took until its claim noticed, and how short the
 * case that shows it became. Exits with 1 if one got away, or was noticed as something else; `npm run canaries -- sync` releases those with the word.
 */
import Table from 'cli-table3';
import { canaries } from '.';
import { isMeant } from './canary';

function main(words: readonly string[]): boolean {
  const chosen = canaries.filter(({ name, claim }) => {
    return words.length === 0 || words.some((word) => `${name} ${claim}`.includes(word));
  });
  const wide = process.stdout.columns ?? 140;
  const table = new Table({
    head: ['canary', 'noticed as', 'runs', 'shrinks', 'lines', 'ms'],
    style: { head: [], border: [], compact: true },
    colWidths: [Math.max(20, Math.min(70, wide - 66)), 24, 6, 9, 7, 8],
    wordWrap: true,
  });
  const escaped: string[] = [];
  for (const { name, claim, kinds, run } of chosen) {
    const beganMs = performance.now();
    const caught = run();
    const tookMs = Math.round(performance.now() - beganMs);
    if (caught === undefined) escaped.push(`${name}: "${claim}" holds all the same`);
    else if (!isMeant(caught.kind, kinds))
      escaped.push(`${name}: noticed as ${caught.kind}, not as ${kinds.join(' or ')}`);
    const { kind = 'NOT NOTICED', runs = '-', shrinks = '-', lines = undefined } = caught ?? {};
    table.push([name, kind, runs, shrinks, lines === undefined ? '-' : lengthOf(lines), tookMs]);
  }
  process.stdout.write(`${table.toString()}\n`);
  for (const line of escaped) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `${chosen.length - escaped.length} of ${chosen.length} canaries were noticed as what they are\n`,
  );
  return chosen.length > 0 && escaped.length === 0;
}

/** Where time passes and where it all begins are no part of what has to be done. */
function lengthOf(lines: readonly string[]): number {
  return lines.filter((line) => !/^(# |run )/.test(line)).length;
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
