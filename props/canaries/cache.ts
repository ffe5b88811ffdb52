/** Caches that let the wrong one go, miscount their room, or keep things for too long. */
import { BoundedCache } from '../../src/algorithms/cache/bounded-cache';
import { none } from '../../src/algorithms/cache/chain';
import { Lru } from '../../src/algorithms/cache/lru';
import { policies } from '../../src/algorithms/cache/policies';
import type { EvictionPolicy } from '../../src/algorithms/cache/policy';
import { Leases } from '../../src/tiers/cache/leases';
import { lifetime } from '../../src/tiers/cache/lifetime';
import { Floor } from '../../src/tiers/cache/lineage';
import { CacheStore } from '../../src/tiers/cache/store';
import { eviction } from '../cache/eviction';
import { expiry } from '../cache/expiry';
import { fills } from '../cache/fills';
import { type Canary, canary, soon } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const claim = eviction({ seed: 1, runs: 2_000 });
const leased = fills({ seed: 1, runs: 2_000 }, 'leases');
const versioned = fills({ seed: 1, runs: 2_000 }, 'versions');
const inTime = expiry({ seed: 1, runs: 1_000 });

/** What is pinned is over when its time is. */
const forgetsPins = sabotageHidden(
  BoundedCache.prototype,
  'isOver',
  () =>
    function (slot, now) {
      const isEnded: unknown = Reflect.get(this, 'isEnded');
      return typeof isEnded === 'function' && Reflect.apply(isEnded, this, [slot, now]);
    },
);

const forgetsToMove = sabotage(Lru.prototype, 'used', () => () => undefined);

/** Least frequently used, and of several the one that was used last. */
class TiedTheOtherWay implements EvictionPolicy {
  private readonly uses = new Map<number, { count: number; last: number }>();
  private tick = 0;

  added(slot: number): void {
    this.uses.set(slot, { count: 1, last: ++this.tick });
  }

  used(slot: number): void {
    this.uses.set(slot, { count: (this.uses.get(slot)?.count ?? 0) + 1, last: ++this.tick });
  }

  removed(slot: number): void {
    this.uses.delete(slot);
  }

  victim(spared: number): number {
    const [first] = [...this.uses]
      .filter(([slot]) => slot !== spared)
      .sort(([, a], [, b]) => a.count - b.count || b.last - a.last);
    return first?.[0] ?? none;
  }

  clear(): void {
    this.uses.clear();
  }
}

const breaksTiesWrongly = sabotage(policies, 'lfu', () => () => new TiedTheOtherWay());

const forgetsOverhead = sabotageHidden(BoundedCache.prototype, 'bytesOf', () => (size) => size);

/** A tick is a millisecond here: clocks have fractions of it. */
const keepsATickTooLong = sabotageHidden(
  BoundedCache.prototype,
  'isPast',
  () => (endMs, nowMs) => Number(endMs) + 1 <= Number(nowMs),
);

const countsOnTheWallClock = sabotage(lifetime, 'expiryOf', (expiryOf) => (seconds, now) => {
  const { clock, atMs } = expiryOf(seconds, now);
  return clock === 'wall' ? { clock, atMs } : { clock: 'wall', atMs: atMs - now.nowMs + now.wallMs };
});

const trustsTheTimeOfDayOnce = sabotage(lifetime, 'expiryOf', (expiryOf) => (seconds, now) => {
  const { clock, atMs } = expiryOf(seconds, now);
  return { clock: 'monotonic', atMs: clock === 'wall' ? atMs - now.wallMs + now.nowMs : atMs };
});

const knowsNoTimeOfDay = sabotage(lifetime, 'expiryOf', (expiryOf) => (seconds, now) => {
  const { clock, atMs } = expiryOf(seconds, now);
  return { clock: 'monotonic', atMs: clock === 'wall' ? now.nowMs + seconds * 1000 : atMs };
});

const takesSetsWithoutALease = sabotage(Leases.prototype, 'mayFill', () => () => true);
const keepsRightsAfterADelete = sabotage(Leases.prototype, 'end', () => () => undefined);
const handsOutRightsToAll = sabotageHidden(
  Leases.prototype,
  'forget',
  (forget) =>
    function () {
      return Reflect.apply(forget, this, [Number.POSITIVE_INFINITY]);
    },
);
const forgetsWhatItLetGo = sabotageHidden(CacheStore.prototype, 'letGo', () => () => undefined);

const forgetsThatKeysMove = sabotage(
  Floor.prototype,
  'isAbove',
  (isAbove) =>
    function (this: Floor, lineage, asOf) {
      return isAbove.call(this, { ...lineage, epoch: Number.MAX_SAFE_INTEGER }, asOf);
    },
);

/** What is there that should not be, or the other way round, shows in whatever is compared next. */
const shown = ['answer', 'entries', 'bytes', 'hits', 'misses', 'expirations', 'evictions'];
const late = ['served past its end', 'served too long in true time'];

export const cacheCanaries: readonly Canary[] = [
  canary('a cache that lets go of what is pinned', claim, forgetsPins, ...shown),
  canary('an LRU that forgets to move what was asked for', claim, forgetsToMove, 'answer', 'entries', 'bytes'),
  canary('an LFU that lets the latest of equals go', claim, breaksTiesWrongly, 'answer', 'entries', 'bytes', 'hits'),
  canary('a limit in bytes that leaves the overhead out', claim, forgetsOverhead, 'bytes', 'answer', 'entries'),
  canary('an expiry that is off by one tick', claim, keepsATickTooLong, ...shown),
  canary('a server that gives values out for a tick too long', inTime, keepsATickTooLong, 'served past its end'),
  canary('a server that counts a time to live on the wall clock', soon(inTime, 7), countsOnTheWallClock, ...late),
  canary('a server that makes a time to live of a time of day', inTime, trustsTheTimeOfDayOnce, ...late),
  canary('a server that takes a set after a delete without a lease', leased, takesSetsWithoutALease, 'stale'),
  canary('a server whose leases outlive a delete', leased, keepsRightsAfterADelete, 'stale'),
  canary('a server that gives everybody a lease', leased, handsOutRightsToAll, 'two rights at once'),
  canary('a server that forgets what it has let go', versioned, forgetsWhatItLetGo, 'stale'),
  canary('a server that knows nothing of keys that move to another log', versioned, forgetsThatKeysMove, 'stale'),
  canary('a server that knows no end at a time of day', inTime, knowsNoTimeOfDay, ...late),
];
