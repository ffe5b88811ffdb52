/**
 * How a benchmark is stated and measured. What is compared is measured in turns (A B C, A B C, ...) in one process, and
 * ratios are taken within each turn: on a machine whose speed wanders, neighbours in time see the same weather.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Spread, spreadOf } from './statistics';

/**
 * What a number means: events per second, per minute or per write of a user's, seconds of virtual time per second,
 * milliseconds, megabytes, a share, rows.
 */
export type Unit = '/s' | '/min' | '/write' | 's/s' | 'ms' | 'MB' | '%' | 'rows';

/** Of these more is better. */
const rates: ReadonlySet<Unit> = new Set(['/s', '/min', 's/s']);

/** Something that is measured. Many rows may show it; it is measured once per round. */
export interface Side {
  /** Names it where it is somebody's peer. */
  readonly name: string;
  readonly unit: Unit;
  /** One measurement in its unit; throws when what was timed did not happen. `scale` 1 is full length. */
  measure(scale: number): number | Promise<number>;
  /** Called once, after the last measurement. */
  close?(): void;
}

/** What a row hopes for. `rate` is ours over the peer's; `time` is how many times as long as the peer we take. */
export type Reach =
  | { readonly of: 'ours' | 'rate'; readonly atLeast: number }
  | { readonly of: 'ours' | 'time'; readonly atMost: number };

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly ours: Side;
  readonly peer?: Side;
  readonly reach?: Reach;
  /** How to put the ratio where there is nothing to reach; by default rates are compared as rates. */
  readonly as?: 'rate' | 'time';
  /** What else is told of ours: rows that have columns make a table of their own. Measured in order, after ours. */
  readonly columns?: readonly Side[];
}

export interface Benchmark {
  /** As in `npm run bench -- clock`. */
  readonly name: string;
  readonly summary: string;
  /** Rounds when nobody says how many. */
  readonly rounds?: number;
  /** Makes ready what all rounds share; `close` frees it. */
  open(): Opened | Promise<Opened>;
}

export interface Opened {
  readonly rows: readonly Row[];
  close?(): void | Promise<void>;
}

export interface Effort {
  readonly rounds: number | undefined;
  readonly quick: boolean;
}

/** A measured row, ready for a table or for machines. */
export interface Measured {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: Spread;
  readonly peer: { readonly name: string; readonly spread: Spread } | undefined;
  /** Of the ratios of the rounds, not the ratio of the medians. */
  readonly ratio: { readonly of: 'rate' | 'time'; readonly spread: Spread } | undefined;
  readonly reach: Reach | undefined;
  /** `undefined` where there is nothing to reach. */
  readonly reached: boolean | undefined;
  /** Ours and what else is told of it, where the row has columns. */
  readonly columns: readonly Column[] | undefined;
}

/** One figure of a row, under its name. */
export interface Column {
  readonly name: string;
  readonly unit: Unit;
  readonly spread: Spread;
}

const defaultRounds = 5;
const quickRounds = 3;
const quickScale = 0.2;

/** Measures a benchmark: one short round that only warms up, then the rounds that count. */
export async function run(benchmark: Benchmark, effort: Effort): Promise<Measured[]> {
  const rounds = effort.rounds ?? (effort.quick ? quickRounds : (benchmark.rounds ?? defaultRounds));
  const scale = effort.quick ? quickScale : 1;
  const opened = await benchmark.open();
  const sides = [...new Set(opened.rows.flatMap(sidesOf))];
  try {
    const samples = new Map<Side, number[]>(sides.map((side) => [side, []]));
    for (const side of sides) await side.measure(scale * quickScale);
    for (let round = 0; round < rounds; round++) {
      for (const side of sides) {
        collectGarbage();
        samples.get(side)?.push(await side.measure(scale));
      }
    }
    return opened.rows.map((row) => judge(row, (side) => samples.get(side) ?? []));
  } finally {
    for (const side of sides) side.close?.();
    await opened.close?.();
  }
}

function sidesOf({ ours, peer, columns = [] }: Row): Side[] {
  return [ours, ...(peer === undefined ? [] : [peer]), ...columns];
}

function judge(row: Row, samplesOf: (side: Side) => readonly number[]): Measured {
  const { what, ours, peer, reach, columns, as = rates.has(ours.unit) ? 'rate' : 'time' } = row;
  const own = samplesOf(ours);
  const theirs = peer === undefined ? undefined : samplesOf(peer);
  const of = reach === undefined || reach.of === 'ours' ? as : reach.of;
  // A time ratio of two rates is the other way up.
  const upright = (of === 'rate') === rates.has(ours.unit);
  const pairs = theirs?.map((their, round) => {
    const our = own[round] ?? Number.NaN;
    return upright ? our / their : their / our;
  });
  const ratio = pairs === undefined ? undefined : ({ of, spread: spreadOf(pairs) } as const);
  const spread = spreadOf(own);
  const got = reach?.of === 'ours' ? spread.median : ratio?.spread.median;
  return {
    what,
    unit: ours.unit,
    ours: spread,
    peer: peer === undefined || theirs === undefined ? undefined : { name: peer.name, spread: spreadOf(theirs) },
    ratio,
    reach,
    reached: reach === undefined || got === undefined ? undefined : met(reach, got),
    columns:
      columns &&
      [ours, ...columns].map((side) => ({ name: side.name, unit: side.unit, spread: spreadOf(samplesOf(side)) })),
  };
}

function met(reach: Reach, got: number): boolean {
  return 'atLeast' in reach ? got >= reach.atLeast : got <= reach.atMost;
}

/** Everybody starts with an empty nursery, so that nobody pays for the garbage of the one before. */
export const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return () => {
    if (typeof collect === 'function') collect();
  };
})();

/** Times a piece of work that says how often it did what it is measured for; gives back events per second. */
export function perSecond(work: () => number): number {
  const fromMs = performance.now();
  const count = work();
  return (count * 1000) / (performance.now() - fromMs);
}

/** Fails a measurement of something that did not happen as often as it should have. */
export function happened(what: string, count: number, atLeast: number, atMost: number = atLeast): void {
  if (count >= atLeast && count <= atMost) return;
  const wanted = atLeast === atMost ? `${atLeast}` : `${atLeast} to ${atMost}`;
  throw new Error(`${what}: happened ${count} times, not ${wanted}; a time for that would mean nothing`);
}
