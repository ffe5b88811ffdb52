/**
 * How good a column is as a shard key, on rows as they are: what each shard would get, and how far that is from even.
 */
import type { Placement, ShardKey } from '../protocols/shard-map';
import { type ChiSquare, chiSquare } from './evenness';
import { Placer } from './placement';

/** Rows that have one value in the column. */
export interface KeyCount {
  readonly key: ShardKey;
  readonly rows: number;
}

export interface ShardShare {
  readonly shard: string;
  readonly rows: number;
  readonly keys: number;
}

export interface KeyQuality {
  readonly rows: number;
  /** Different values. */
  readonly keys: number;
  readonly shards: readonly ShardShare[];
  /** Rows of the fullest shard over the mean; 1 is even. */
  readonly maxToMean: number;
  /** Of the rows per shard against even ones. Rows that share a value go together, so few values fail it. */
  readonly chiSquare: ChiSquare;
  /** The value that most rows have. */
  readonly hottest: KeyCount | undefined;
  readonly verdict: 'good' | 'bad';
  /** Why, for people. */
  readonly because: string;
}

/** With fewer values per shard than this there is nothing to spread, and soon nothing to split. */
const keysPerShardMin = 10;
/** So much more than the mean on one shard is called even: a quarter more load than planned for. */
const maxToMeanLimit = 1.25;
/** One value with so large a share of what a shard should have in all fills it by itself. */
const hottestLimit = 0.5;

/**
 * @example
 * keyQuality([{ key: 'NY', rows: 400 }, { key: 'MA', rows: 100 }], placement).verdict; // 'bad'
 */
export function keyQuality(counts: Iterable<KeyCount>, placement: Placement): KeyQuality {
  const placer = new Placer(placement);
  const shares = new Map(placement.shards.map((shard) => [shard, { shard, rows: 0, keys: 0 }]));
  let [rows, keys] = [0, 0];
  let hottest: KeyCount | undefined;
  for (const count of counts) {
    const share = shares.get(placer.place(count.key));
    if (share === undefined) continue;
    share.rows += count.rows;
    share.keys++;
    rows += count.rows;
    keys++;
    if (count.rows > (hottest?.rows ?? 0)) hottest = count;
  }
  const shards = [...shares.values()];
  const mean = rows / shards.length;
  const maxToMean = mean === 0 ? 1 : Math.max(...shards.map((share) => share.rows)) / mean;
  const found = { rows, keys, shards, maxToMean, chiSquare: chiSquareOf(shards, mean), hottest };
  return { ...found, ...judge(found, mean) };
}

function chiSquareOf(shards: readonly ShardShare[], mean: number): ChiSquare {
  const statistic = mean === 0 ? 0 : shards.reduce((sum, { rows }) => sum + (rows - mean) ** 2 / mean, 0);
  return chiSquare(statistic, shards.length - 1, mean);
}

type Found = Omit<KeyQuality, 'verdict' | 'because'>;

function judge(found: Found, mean: number): Pick<KeyQuality, 'verdict' | 'because'> {
  const { rows, keys, shards, maxToMean, hottest } = found;
  const bad = (because: string): Pick<KeyQuality, 'verdict' | 'because'> => ({ verdict: 'bad', because });
  if (rows === 0) return bad('there are no rows');
  if (keys < keysPerShardMin * shards.length) {
    return bad(`only ${keys} values: ${shards.length} shards have nothing to choose from, more shards stay empty`);
  }
  if (hottest !== undefined && hottest.rows > hottestLimit * mean) {
    const share = Math.round((100 * hottest.rows) / rows);
    return bad(`one value, ${hottest.key}, has ${share}% of all rows, and no key can be split`);
  }
  const over = Math.round(100 * (maxToMean - 1));
  if (maxToMean > maxToMeanLimit) return bad(`the fullest shard has ${over}% more than the mean`);
  return { verdict: 'good', because: over < 1 ? 'even' : `the fullest shard has ${over}% more than the mean` };
}
