/**
 * Shards of its own for a key that is asked for more than a shard can bear, or none any more: the move, and what each
 * shard had of the key and had to do before and after it.
 */
import type { Family, ShardKey, ShardMap } from '../../src/protocols/shard-map';
import { shardsOf } from '../../src/sharding/change';
import type { Resharding } from '../../src/world/placement-operator';
import { Refusal } from '../../src/world/quantities';
import { type Isolation, isolation, type ShardOfKey } from '../render/isolation';
import type { Shown } from '../shell/command';
import { type Param, placed } from '../shell/params';
import type { Shell } from '../shell/shell';
import { begun, pass, waited } from './awaiting-move';
import { loadsOf } from './loads';

/** What is asked of routers is counted, and p99 taken, over so long before and after. */
const measuredS = 5;
const keyPattern = /^(users?|key):(.+)$/;

export interface FamousKey {
  readonly key: ShardKey;
}

export function isKey(text: string): boolean {
  return keyPattern.test(text);
}

/** `user:42` is the number 42, `key:abc` the text. */
export const famousKey: Param<FamousKey> = {
  usage: '<user:id | key:text>',
  signature: (name) => `${name}: string`,
  spare: false,
  take: (reader) => {
    const { text, word } = reader.text('a key');
    return placed(word, () => ({ key: keyIn(text) }));
  },
  complete: () => ['user:'],
};

function keyIn(text: string): ShardKey {
  const [, what, of = ''] = keyPattern.exec(text) ?? [];
  if (what === undefined) throw new Refusal(`'${text}' is no key; write for example user:42, or key:abc for a text`);
  if (what === 'key') return /^'(.*)'$/.exec(of)?.[1] ?? of;
  if (/^\d{1,15}$/.test(of)) return Number(of);
  throw new Refusal(`'${of}' is not the id of a user; a key that is a text is written key:${of}`);
}

/** How the shards of a key are to be changed. */
export interface Wanted {
  readonly key: ShardKey;
  readonly change: Resharding;
  readonly family: Family | undefined;
  readonly unitsPerSecond: number | undefined;
  readonly wait: boolean;
}

/** Has the key move; with `wait` until it has, and with what that has changed. */
export async function moved(shell: Shell, wanted: Wanted): Promise<Shown> {
  const { world } = shell;
  const { key, change, wait } = wanted;
  const rate = wanted.unitsPerSecond === undefined ? {} : { unitsPerSecond: wanted.unitsPerSecond };
  const family = wanted.family === undefined ? {} : { family: wanted.family };
  const order = () => world.reshard(change, { ...family, ...rate });
  if (!wait) return begun(await order(), shell);
  const mapNow = async (): Promise<ShardMap> => mapOf(await world.shardMaps(wanted.family));
  const map = await mapNow();
  shell.progress('looking at what each shard has to do');
  const before = await measured(shell, map, key);
  const meanwhile: number[] = [];
  let passed = 0;
  const move = await waited(shell, await order(), async () => {
    if (++passed % 10 === 0) meanwhile.push(...(await p99s(shell)));
  });
  shell.progress('looking at what each shard has to do now');
  const after = await measured(shell, await mapNow(), key).finally(() => shell.progress(''));
  const names = [...new Set([...before.shards.keys(), ...after.shards.keys()])];
  const value: Isolation = {
    key,
    move,
    shards: names.map((shard) => ({ shard, ...pair(before.shards.get(shard), after.shards.get(shard)) })),
    p99Ms: { ...some('before', before.p99Ms), ...some('meanwhile', middle(meanwhile)), ...some('after', after.p99Ms) },
    measuredS,
  };
  return { value, text: (look) => isolation(value, look) };
}

function mapOf(maps: readonly ShardMap[]): ShardMap {
  const map = maps.find(({ family }) => family === 'sql') ?? maps[0];
  if (map === undefined) throw new Refusal('nothing is sharded here');
  return map;
}

interface Measured {
  readonly shards: ReadonlyMap<string, { readonly rows?: number; readonly requestsPerS: number }>;
  readonly p99Ms?: number;
}

async function measured(shell: Shell, map: ShardMap, key: ShardKey): Promise<Measured> {
  const { world } = shell;
  const began = await world.shardRequests(map.family);
  const seen: number[] = [];
  for (let second = 0; second < measuredS; second++) {
    await pass(shell, 1_000);
    seen.push(...(await p99s(shell)));
  }
  const ended = await world.shardRequests(map.family);
  const shards = new Map<string, { rows?: number; requestsPerS: number }>();
  for (const shard of shardsOf(map.base)) {
    // A router that was restarted has begun to count anew.
    const requests = Math.max(0, (ended.get(shard) ?? 0) - (began.get(shard) ?? 0));
    shards.set(shard, { requestsPerS: requests / measuredS, ...some('rows', await rowsAt(shell, map, shard, key)) });
  }
  return { shards, ...some('p99Ms', middle(seen)) };
}

/** Rows under a key, in all tables that a person would count; nothing where the store has no tables. */
async function rowsAt(shell: Shell, map: ShardMap, shard: string, key: ShardKey): Promise<number | undefined> {
  if (map.family !== 'sql') return undefined;
  const counted = map.tables.filter(({ table }) => !unseen.has(table));
  const sum = counted
    .map(({ table, key: column }) => `(SELECT count(*) FROM ${table} WHERE ${column} = ?)`)
    .join(' + ');
  const answer = await shell.world.sql(`SELECT ${sum}`, { at: shard, parameters: counted.map(() => key) });
  return answer.outcome === 'done' ? Number(answer.rows[0]?.[0] ?? 0) : undefined;
}

/** What is on its way to other shards. */
const unseen: ReadonlySet<string> = new Set(['outbox', 'announcements']);

/** Of the last second, of each load that goes on. */
async function p99s({ world }: Shell): Promise<readonly number[]> {
  return [...(await loadsOf(world)).values()].flatMap(({ lately }) => (lately === undefined ? [] : [lately.p99Ms]));
}

function middle(of: readonly number[]): number | undefined {
  return [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)];
}

function pair(
  before: { readonly rows?: number; readonly requestsPerS: number } | undefined,
  after: typeof before,
): Pick<ShardOfKey, 'before' | 'after'> {
  return { ...some('before', before), ...some('after', after) };
}

function some<Name extends string, T>(name: Name, value: T | undefined): { [K in Name]?: T };
function some(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}
