/** Write-through that acknowledges too early, gives out what it may not, or comes back with what it had. */
import { RingKeeper } from '../../src/consensus/agreed-ring/ring-keeper';
import { AgreedRing } from '../../src/protocols/agreed-ring';
import { Serving } from '../../src/tiers/cache/serving';
import { CacheStore } from '../../src/tiers/cache/store';
import { Storing } from '../../src/tiers/web/caching/storing';
import { WriteThrough } from '../../src/tiers/web/caching/write-through';
import { through } from '../caching/through';
import { type Canary, canary } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const claim = through({ seed: 1, runs: 60 });
/** Somebody sees a server that somebody else has left out. */
const apart = (seed: number) => through({ seed, runs: 60 }, { kinds: ['halves'] });

/** What is long on its way meets a server that begins anew, and nobody has read the row there yet. */
const withLateMail = through({ seed: 1, runs: 300 }, { kinds: ['hold', 'kill'], ratePerS: 20 });

const doesNotWait = sabotage(
  WriteThrough.prototype,
  'wrote',
  (wrote) =>
    function (this: WriteThrough, write, then) {
      then();
      wrote.call(this, write, () => undefined);
    },
);

const goesOnForEver = sabotageHidden(
  Serving.prototype,
  'told',
  (told) =>
    function (ring) {
      return Reflect.apply(told, this, [ring, Number.POSITIVE_INFINITY]);
    },
);

const keepsWhatItHad = sabotageHidden(Serving.prototype, 'stays', () => () => true);
const forgetsWhenItCameIn = sabotage(CacheStore.prototype, 'raiseFloor', () => () => undefined);
const forgetsVersions = sabotageHidden(CacheStore.prototype, 'refusal', () => () => undefined);
const completesAtOnce = sabotageHidden(RingKeeper.prototype, 'leftMs', () => () => 0);

const looksAtThisRingAlone = sabotage(
  AgreedRing.prototype,
  'serverOf',
  () =>
    function (this: AgreedRing, key) {
      return this.homes.serverOf(key);
    },
);

const trustsWhoMayNotServe = sabotageHidden(
  Storing.prototype,
  'relearn',
  (relearn) =>
    function (heardUnder) {
      if (heardUnder === undefined) return Reflect.apply(relearn, this, []);
      const options: unknown = Reflect.get(this, 'options');
      return options instanceof Object ? Reflect.apply(Reflect.get(options, 'over'), options, []) : undefined;
    },
);

const stale = 'stale read';

export const throughCanaries: readonly Canary[] = [
  canary('a site that acknowledges before the cache has heard', claim, doesNotWait, stale),
  canary('a cache server that serves without a lease', apart(2), goesOnForEver, stale),
  canary('a cache server that comes back into the ring with what it had', claim, keepsWhatItHad, stale),
  canary('a cache server that takes what is older than its ring', withLateMail, forgetsWhenItCameIn, stale),
  canary('a cache server that puts what is older in the place of what is newer', claim, forgetsVersions, stale),
  canary('a ring that changes without waiting for leases', claim, completesAtOnce, stale),
  canary('servers that do not look at the change under way', claim, looksAtThisRingAlone, stale),
  canary('a site that trusts a server which may not serve', apart(1), trustsWhoMayNotServe, stale),
];
