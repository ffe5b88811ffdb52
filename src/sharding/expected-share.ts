/**
 * What theory says of a move, for uniform keys: how many of them get another shard. What really moves is compared with it.
 */
import type { Placement } from '../protocols/shard-map';

/** Points of a shard of weight 1 on a ring, unless a placement says otherwise. */
export const pointsPerShardDefault = 160;

/** As many residues are looked at one by one; beyond that two moduli share next to nothing. */
const residuesMax = 1_000_000;

/** The share of all keys that a shard is expected to have; isolated keys are too few to count. */
export function expectedShares(placement: Placement): ReadonlyMap<string, number> {
  const { shards, splits } = placement;
  const weights = shards.map((shard) => weightOf(placement, shard));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = new Map(shards.map((shard, place) => [shard, (weights[place] ?? 0) / total]));
  for (const { shard, into } of splits) {
    const half = (shares.get(shard) ?? 0) / 2;
    shares.set(shard, half).set(into, half + (shares.get(into) ?? 0));
  }
  return shares;
}

/** The share of keys that is elsewhere under `next`. For ranges, whose shares depend on the keys, even ranges are assumed. */
export function expectedShare(base: Placement, next: Placement): number {
  const isSameMethod = base.method === next.method && base.ketama === next.ketama;
  if (!isSameMethod) return independent(base, next);
  const isSameOrder = base.shards.join('\n') === next.shards.join('\n');
  if (base.method === 'modulo' && !isSameOrder) return modulo(base, next);
  if (base.method === 'ring' && isSameOrder && points(base) !== points(next)) return otherPoints(base, next);
  return gained(base, next);
}

/** Nothing moves but to those whose share grows: jump, ring, rendezvous, splits. */
function gained(base: Placement, next: Placement): number {
  const before = expectedShares(base);
  let moved = 0;
  for (const [shard, share] of expectedShares(next)) moved += Math.max(0, share - (before.get(shard) ?? 0));
  return moved;
}

/** Two methods know nothing of each other: a key stays where both happen to say the same. */
function independent(base: Placement, next: Placement): number {
  const before = expectedShares(base);
  let stays = 0;
  for (const [shard, share] of expectedShares(next)) stays += share * (before.get(shard) ?? 0);
  return 1 - stays;
}

/** `1 - min / lcm` where shards are only added at the end, or taken from it. */
function modulo(base: Placement, next: Placement): number {
  const residues = lcm(base.shards.length, next.shards.length);
  if (residues > residuesMax || base.splits.length !== next.splits.length) return independent(base, next);
  let moved = 0;
  for (let key = 0; key < residues; key++) {
    if (base.shards[key % base.shards.length] !== next.shards[key % next.shards.length]) moved++;
  }
  return moved / residues;
}

/** The points of the smaller number are among those of the larger: only what falls to one of the others may move. */
function otherPoints(base: Placement, next: Placement): number {
  const [few, many] = [points(base), points(next)].sort((a, b) => a - b);
  return (1 - (few ?? 0) / (many ?? 1)) * independent(base, base);
}

function points({ pointsPerShard = pointsPerShardDefault }: Placement): number {
  return pointsPerShard;
}

/** Only rings and rendezvous know weights. */
export function weightOf({ method, weights }: Pick<Placement, 'method' | 'weights'>, shard: string): number {
  return method === 'ring' || method === 'rendezvous' ? (weights?.[shard] ?? 1) : 1;
}

function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
