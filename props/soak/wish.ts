/**
 * The command line of a soak: which claims, from which seed on, until when, and which part of it is this machine's.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wrap } from '../../src/drawing/look';
import { type Trial, trials } from '../trials';

export const usage = `npm run soak [-- <option>...]

  --property NAME  a claim's name, or a part of several; all of them by default
  --runs N         ends after so many cases, over all claims and shards
  --minutes N      ends after so long (5 when there is no --runs)
  --seed N         the seed of the first round; one that failed fails again
  --shard K/N      this machine's share of the rounds; the same --runs and --seed
                   on all machines (the seed is 1 then by default)
  --threads N      how many at a time (as many as there are cores)
  --failures FILE  where refutations are left, a line of JSON each, with tokens
                   (soak-failures.jsonl)

claims: ${wrap(trials.map(({ name }) => name).join(', '), 72).join('\n        ')}
`;

export interface Wish {
  readonly chosen: readonly Trial[];
  readonly runs: number;
  readonly minutes: number;
  readonly seed: number;
  /** Which of how many, from 0. */
  readonly shard: { readonly at: number; readonly of: number };
  readonly threads: number;
  readonly failures: string;
}

const options = {
  property: { type: 'string', multiple: true },
  runs: { type: 'string' },
  minutes: { type: 'string' },
  seed: { type: 'string' },
  shard: { type: 'string' },
  threads: { type: 'string' },
  failures: { type: 'string', default: 'soak-failures.jsonl' },
} as const;

/** Throws one line for people. `freshSeed` is taken where none is given. */
export function readWish(args: readonly string[], freshSeed: number): Wish {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const words = [...positionals, ...(values.property ?? [])];
  const isMeant = (name: string, word: string): boolean => {
    return trials.some((trial) => trial.name === word) ? name === word : name.includes(word);
  };
  const unknown = words.find((word) => !trials.some(({ name }) => isMeant(name, word)));
  if (unknown !== undefined) throw new Error(`there is no claim ${unknown}`);
  const chosen = trials.filter(({ name }) => words.length === 0 || words.some((word) => isMeant(name, word)));
  const endless = Number.POSITIVE_INFINITY;
  return {
    chosen,
    runs: whole('runs', values.runs, 1) ?? endless,
    minutes: minutesIn(values.minutes) ?? (values.runs === undefined ? 5 : endless),
    seed: whole('seed', values.seed, 0) ?? (values.shard === undefined ? freshSeed : 1),
    shard: shardIn(values.shard),
    threads: whole('threads', values.threads, 1) ?? availableParallelism(),
    failures: values.failures,
  };
}

function whole(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < min)
    throw new Error(`--${name} must be a whole number from ${min} on, not '${text}'`);
  return number;
}

function minutesIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const minutes = Number(text);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, not '${text}'`);
  return minutes;
}

function shardIn(text = '1/1'): Wish['shard'] {
  const [, k = '', n = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const [at, of] = [Number(k) - 1, Number(n)];
  if (k === '' || at < 0 || at >= of) throw new Error(`--shard must be such as 3/8, not '${text}'`);
  return { at, of };
}
