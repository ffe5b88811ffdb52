/** Sites that fill their cache with what is old, leave copies behind, or come to the database as a herd. */
import { cacheInvalidate } from '../../src/protocols/invalidation';
import { Leases } from '../../src/tiers/cache/leases';
import { CacheStore } from '../../src/tiers/cache/store';
import { Invalidation } from '../../src/tiers/database/invalidation';
import { CacheServers } from '../../src/tiers/web/caching/servers';
import { aside } from '../caching/aside';
import { log } from '../caching/log';
import { sharded } from '../caching/sharded';
import { type Canary, canary, soon } from './canary';
import { asItIs, sabotage, sabotageHidden } from './sabotage';

const effort = { seed: 1, runs: 12 };
const claim = aside(effort);
const withoutLeases = aside(effort, { leases: 'off' }, false);

const forgetsTheGutter = sabotage(
  CacheServers.prototype,
  'holdersOf',
  () =>
    function (this: CacheServers, key) {
      const place = this.placeOf(key);
      return place === undefined ? [] : [place.server];
    },
);

const handsOutRightsToAll = sabotageHidden(
  Leases.prototype,
  'forget',
  (forget) =>
    function () {
      return Reflect.apply(forget, this, [Number.POSITIVE_INFINITY]);
    },
);

const spillsOver = sabotage(CacheServers.prototype, 'holdersOf', () => () => []);

const logEffort = { seed: 1, runs: 30 };
const told = soon(log(logEffort), 1, 2);
/** Web servers tell the cache, and nobody else: what one of them has not told when it dies, nobody tells. */
const byWebs = { web: { strategy: 'cache-aside' }, db: { invalidates: 'off' }, victim: 'web-1' } as const;
const toldByWebs = soon(log(logEffort, byWebs), 1, 8);

/** Whoever takes office takes it that everybody has heard of everything. */
const forgetsWhatItHadNotTold = sabotageHidden(
  Invalidation.prototype,
  'hear',
  (hear) =>
    function (id, server, told, heard) {
      const isFirst = cacheInvalidate.accepts(told) && told.changed.length === 0 && told.from !== undefined;
      Reflect.apply(hear, this, [id, server, told, isFirst ? { ...Object(heard), upTo: told.upTo } : heard]);
    },
);

const keepsRowsOfALostLog = sabotage(CacheStore.prototype, 'dropRows', () => () => 0);

/** Of two logs it then never knows the later one. */
const forgetsTheMap = sabotageHidden(
  CacheStore.prototype,
  'delete',
  (drop) =>
    function (order) {
      return Reflect.apply(drop, this, [{ ...Object(order), epoch: 0 }]);
    },
);

export const cachingCanaries: readonly Canary[] = [
  canary('a site that sets after a delete without a lease', withoutLeases, asItIs, 'stale read'),
  canary('a gutter copy that outlives the move home', claim, forgetsTheGutter, 'stale read'),
  canary('a herd: two refills per lease', claim, handsOutRightsToAll, 'herd'),
  canary('a site that acknowledges writes and drops nothing', claim, spillsOver, 'stale read'),
  canary('a primary that forgets what it had not told', told, forgetsWhatItHadNotTold, 'stale copy'),
  canary('a cache server that keeps what it may not have heard of', told, keepsRowsOfALostLog, 'stale copy'),
  canary('a web server that dies between its commit and its delete', toldByWebs, asItIs, 'stale copy'),
  canary('a cache that forgets by which map a row was changed', sharded(effort), forgetsTheMap, 'stale read'),
];
