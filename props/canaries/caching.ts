/** Sites that fill their cache with what is old, leave copies behind, or come to the database as a herd. */
import { Leases } from '../../src/tiers/cache/leases';
import { CacheServers } from '../../src/tiers/web/caching/servers';
import { aside } from '../caching/aside';
import { type Canary, canary } from './canary';
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

export const cachingCanaries: readonly Canary[] = [
  canary('a site that sets after a delete without a lease', withoutLeases, asItIs, 'stale read'),
  canary('a gutter copy that outlives the move home', claim, forgetsTheGutter, 'stale read'),
  canary('a herd: two refills per lease', claim, handsOutRightsToAll, 'herd'),
  canary('a site that acknowledges writes and drops nothing', claim, spillsOver, 'stale read'),
];
