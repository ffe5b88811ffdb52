/**
 * Columns side by side as shard keys, on the rows that are there: how many rows each shard would get.
 */
import type { Placement, ShardKey } from '../../src/protocols/shard-map';
import { type KeyCount, type KeyQuality, keyQuality } from '../../src/sharding/key-quality';
import { isShardKey } from '../../src/sharding/shard-key';
import { Refusal } from '../../src/world/quantities';
import type { AnyWorld } from './shell';

/** A column as it is typed, `posts.author`, and as it stands in the database. */
export interface KeyColumn {
  readonly typed: string;
  readonly table: string;
  readonly column: string;
}

export interface KeyTrial {
  readonly column: string;
  /** Rows that have no value there, and so no shard. */
  readonly without: number;
  readonly quality: KeyQuality;
}

/** Names that say what a column is, where its own says what it holds. */
const otherNames: Readonly<Record<string, string>> = {
  author: 'user_id',
  user: 'user_id',
  follower: 'follower_id',
  followee: 'followee_id',
};

/** Reads `table.column`; throws a `Refusal` for anything else. */
export function keyColumn(typed: string): KeyColumn {
  const [, table, column] = /^([a-z_]\w*)\.([a-z_]\w*)$/i.exec(typed) ?? [];
  if (table === undefined || column === undefined) {
    throw new Refusal(`'${typed}' is no column; write <table>.<column>, such as users.id`);
  }
  return { typed, table, column: otherNames[column] ?? column };
}

/** Values counted with one statement; a database answers with so many rows at most. */
const valuesAtATime = 5_000;

export async function keyTrial(world: AnyWorld, of: KeyColumn, placement: Placement): Promise<KeyTrial> {
  const counts: KeyCount[] = [];
  const { table, column } = of;
  const select = `SELECT ${column} AS value, count(*) AS in_all FROM ${table}`;
  const page = `GROUP BY ${column} ORDER BY ${column} LIMIT ${valuesAtATime}`;
  for (let rows = await ask(world, `${select} WHERE ${column} IS NOT NULL ${page}`, []); rows.length > 0; ) {
    for (const [value, in_all] of rows) counts.push({ key: keyIn(value, of), rows: Number(in_all) });
    const last = rows.at(-1)?.[0];
    rows = rows.length < valuesAtATime ? [] : await ask(world, `${select} WHERE ${column} > ? ${page}`, [last ?? null]);
  }
  const [missing] = await ask(world, `SELECT count(*) FROM ${table} WHERE ${column} IS NULL`, []);
  return { column: of.typed, without: Number(missing?.[0] ?? 0), quality: keyQuality(counts, placement) };
}

type Row = readonly (string | number | null)[];

async function ask(world: AnyWorld, statement: string, parameters: Row): Promise<readonly Row[]> {
  const answer = await world.sql(statement, { parameters });
  if (answer.outcome === 'done') return answer.rows;
  throw new Refusal(answer.reason);
}

function keyIn(value: Row[number] | undefined, { typed }: KeyColumn): ShardKey {
  if (isShardKey(value)) return value;
  throw new Refusal(`${typed} holds ${value}: rows are placed by whole numbers or texts`);
}
