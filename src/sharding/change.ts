/**
 * What is wanted of a family's shards, as the placement that it leads to; or why it cannot be.
 */
import type { Change } from '../protocols/placement';
import type { Family, Placement, ShardKey } from '../protocols/shard-map';

/** The placement that a change leads to, or why there is none. */
export type Changed = { readonly ok: true; readonly next: Placement } | { readonly ok: false; readonly reason: string };

/** All shards that a placement may name for a key, each once: its own, those split off, those of isolated keys. */
export function shardsOf({ shards, splits, isolated }: Placement): readonly string[] {
  return [...new Set([...shards, ...splits.map(({ into }) => into), ...isolated.flatMap(({ to }) => to)])];
}

/** How many new shards a change needs. */
export function shardsNeeded({ isolated }: Placement, change: Change): number {
  if (change.what === 'add') return change.count;
  if (change.what === 'split') return 1;
  if (change.what !== 'isolate') return 0;
  const has = isolated.find(({ key }) => key === change.key)?.to.length ?? 0;
  return Math.max(0, change.ways - has);
}

/** Names for new shards that none of these has: `shard-5`, `kv-shard-3`; numbers are not used again while they are known. */
export function freshNames(family: Family, taken: readonly string[], count: number): readonly string[] {
  const stem = family === 'sql' ? 'shard-' : `${family}-shard-`;
  const numbers = taken.flatMap((name) => (name.startsWith(stem) ? [Number(name.slice(stem.length))] : []));
  const first = 1 + Math.max(0, ...numbers.filter(Number.isSafeInteger));
  return Array.from({ length: count }, (_, place) => `${stem}${first + place}`);
}

/** @param names of new shards, as many as `shardsNeeded` says. */
export function changed(placement: Placement, change: Change, names: readonly string[]): Changed {
  const needed = shardsNeeded(placement, change);
  if (names.length !== needed) return no(`it needs ${needed} new shards, and ${names.length} are named`);
  const known = shardsOf(placement);
  const twice = names.find((name, place) => known.includes(name) || names.indexOf(name) !== place);
  if (twice !== undefined) return no(`there is a ${twice} already`);
  switch (change.what) {
    case 'add':
      return added(placement, names);
    case 'remove':
      return removed(placement, change.shard);
    case 'split':
      return split(placement, change.shard, names);
    case 'method':
      return otherMethod(placement, change);
    case 'isolate':
      return isolated(placement, change.key, change.ways, names);
    case 'rejoin':
      return rejoined(placement, change.key);
  }
}

function added(placement: Placement, names: readonly string[]): Changed {
  if (placement.method === 'ranges') {
    return no('under ranges a new shard needs bounds of its own: split a shard instead, or go to another method');
  }
  return yes({ ...placement, shards: [...placement.shards, ...names] });
}

function removed(placement: Placement, shard: string): Changed {
  const { method, shards, splits, isolated } = placement;
  const owner = isolated.find(({ to }) => to.includes(shard));
  if (owner !== undefined) return no(`${shard} is there for the key ${owner.key}: rejoin that one with the others`);
  const child = splits.find((one) => one.shard === shard);
  if (child !== undefined) return no(`${child.into} was split off ${shard}: remove ${child.into} first`);
  if (splits.some(({ into }) => into === shard)) {
    return yes({ ...placement, splits: splits.filter(({ into }) => into !== shard) });
  }
  const place = shards.indexOf(shard);
  if (place < 0) return unknown(placement, shard);
  if (shards.length === 1) return no(`${shard} is the last one: somebody has to have the data`);
  if (method === 'jump' && place < shards.length - 1) {
    return no(`jump hashing gives up its last shard only, and that is ${shards.at(-1)}; another method gives up any`);
  }
  const { weights, bounds, ...rest } = placement;
  return yes({
    ...rest,
    shards: shards.filter((name) => name !== shard),
    ...(weights === undefined ? {} : { weights: without(weights, shard) }),
    // Its range falls to the one before it; that of the first to the second.
    ...(bounds === undefined ? {} : { bounds: bounds.filter((_, at) => at !== Math.max(0, place - 1)) }),
  });
}

function split(placement: Placement, shard: string, [into = '']: readonly string[]): Changed {
  const { shards, splits, isolated } = placement;
  if (!shards.includes(shard) && !splits.some((one) => one.into === shard)) {
    const owner = isolated.find(({ to }) => to.includes(shard));
    if (owner === undefined) return unknown(placement, shard);
    return no(`${shard} has the key ${owner.key} alone: isolate it in more ways to spread it`);
  }
  const salt = 1 + Math.max(0, ...splits.map((one) => one.salt));
  return yes({ ...placement, splits: [...splits, { shard, into, salt }] });
}

/** Shards that were split off become shards like the others: another method spreads evenly over all. */
function otherMethod(placement: Placement, { method, pointsPerShard }: Extract<Change, { what: 'method' }>): Changed {
  const { shards, splits, bounds, pointsPerShard: pointsNow, ...rest } = placement;
  const all = [...shards, ...splits.map(({ into }) => into)];
  if (method === 'ranges' && bounds?.length !== all.length - 1) {
    return no(`ranges need ${all.length - 1} bounds, one less than there are shards; nobody has said where`);
  }
  const points = method === 'ring' ? (pointsPerShard ?? pointsNow) : pointsNow;
  const isSame = method === placement.method && splits.length === 0;
  if (isSame && points === pointsNow) return no(`it is ${method} already`);
  return yes({
    ...rest,
    method,
    shards: all,
    splits: [],
    ...(bounds === undefined ? {} : { bounds }),
    ...(points === undefined || points === 0 ? {} : { pointsPerShard: points }),
  });
}

function isolated(placement: Placement, key: ShardKey, ways: number, names: readonly string[]): Changed {
  const now = placement.isolated.find((one) => one.key === key);
  if (now?.to.length === ways) return no(`${key} has ${ways === 1 ? 'a shard' : `${ways} shards`} of its own already`);
  const to = [...(now?.to ?? []), ...names].slice(0, ways);
  return yes({ ...placement, isolated: [...placement.isolated.filter((one) => one !== now), { key, to }] });
}

function rejoined(placement: Placement, key: ShardKey): Changed {
  const left = placement.isolated.filter((one) => one.key !== key);
  if (left.length === placement.isolated.length) return no(`${key} has no shard of its own`);
  return yes({ ...placement, isolated: left });
}

function without(weights: Readonly<Record<string, number>>, shard: string): Record<string, number> {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => name !== shard));
}

function unknown(placement: Placement, shard: string): Changed {
  return no(`there is no ${shard}; there are ${shardsOf(placement).join(', ')}`);
}

function yes(next: Placement): Changed {
  return { ok: true, next };
}

function no(reason: string): Changed {
  return { ok: false, reason };
}
