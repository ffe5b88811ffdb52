/**
 * `npm run soak`: the claims of `npm test` with fresh seeds, one after the other, until the time is up. Each line says
 * with which seed; the first refutation is reported in full and ends it with 1.
 */
import { parseArgs } from 'node:util';
import { vacuousMax } from '../src/testing/judge';
import { type Trial, trials } from './trials';

const usage = `npm run soak [-- <name>...] [--minutes N] [--seed N]

  <name>       part of a claim's name; all of them when none is given
  --minutes N  how long (5 by default)
  --seed N     the seed of the first round; one that failed fails again

  ${trials.map(({ name }) => name).join(', ')}
`;

interface Wish {
  readonly chosen: readonly Trial[];
  readonly minutes: number;
  readonly seed: number;
}

/** Cases below which a share of empty ones says nothing. */
const enough = 200;

/** Reads the command line; throws one line for people. */
function read(args: string[]): Wish {
  const options = { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, not '${values.minutes}'`);
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed must be a whole number, not '${values.seed}'`);
  const chosen = trials.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  const unknown = positionals.find((word) => !trials.some(({ name }) => name.includes(word)));
  if (unknown !== undefined) throw new Error(`there is no claim ${unknown}`);
  return { chosen, minutes, seed };
}

function soak({ chosen, minutes, seed: first }: Wish): boolean {
  const untilMs = performance.now() + minutes * 60_000;
  const totals = new Map(chosen.map(({ name }) => [name, { runs: 0, vacuous: 0 }]));
  process.stdout.write(`seeds from ${first} on, for ${minutes} minutes\n`);
  for (let seed = first; ; seed++) {
    for (const { name, runs, try: attempt } of chosen) {
      const beganMs = performance.now();
      const tried = attempt({ seed, runs });
      const tookS = ((performance.now() - beganMs) / 1_000).toFixed(1);
      const total = totals.get(name) ?? { runs: 0, vacuous: 0 };
      total.runs += tried.runs;
      total.vacuous += tried.vacuous;
      process.stdout.write(`seed ${seed} ${name}: ${tried.runs} cases, ${tried.vacuous} empty, ${tookS} s\n`);
      if (tried.refuted !== undefined) {
        process.stdout.write(`${tried.refuted}\n  the same again: npm run soak -- ${name} --seed ${seed}\n`);
        return false;
      }
      if (total.runs >= enough && total.vacuous > total.runs * vacuousMax) {
        process.stdout.write(`${name}: ${total.vacuous} of ${total.runs} cases prove nothing\n`);
        return false;
      }
      if (performance.now() >= untilMs) return finish(totals);
    }
  }
}

function finish(totals: ReadonlyMap<string, { readonly runs: number }>): boolean {
  const sums = [...totals].map(([name, { runs }]) => `${name} ${runs}`);
  process.stdout.write(`nothing was refuted: ${sums.join(', ')}\n`);
  return true;
}

try {
  process.exitCode = soak(read(process.argv.slice(2))) ? 0 : 1;
} catch (failure) {
  process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n\n${usage}`);
  process.exitCode = 2;
}
