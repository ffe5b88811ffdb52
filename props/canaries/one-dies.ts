/** Sites that take it badly when a cache server dies, comes or goes. */

import { Flights } from '../../src/tiers/web/caching/flights';
import { Homes } from '../../src/tiers/web/caching/homes';
import { CacheServers } from '../../src/tiers/web/caching/servers';
import { oneDies } from '../caching/one-dies';
import { ringChanges } from '../caching/ring-changes';
import { type Canary, canary, soon } from './canary';
import { asItIs, type Sabotage, sabotage, sabotageHidden } from './sabotage';

const effort = { seed: 1, runs: 20 };
const withGutter = oneDies(effort, 'gutter');
const without = oneDies(effort, 'miss');

/** Whoever comes while the row is on its way is given that. */
const joinsUnderWay: Sabotage = (run) => {
  type Served = Parameters<Flights['ask']>[1];
  const ways = new WeakMap<Flights, Map<string, Served[]>>();
  const broken = sabotage(
    Flights.prototype,
    'ask',
    (ask) =>
      function (this: Flights, reading, then) {
        const joined = ways.get(this) ?? new Map<string, Served[]>();
        ways.set(this, joined);
        const others = joined.get(reading.key);
        if (others !== undefined) {
          others.push(then);
          return;
        }
        joined.set(reading.key, []);
        ask.call(this, reading, (answer, database, isOwn) => {
          const late = joined.get(reading.key) ?? [];
          joined.delete(reading.key);
          then(answer, database, isOwn);
          for (const one of late) one(answer, database, false);
        });
      },
  );
  return broken(run);
};

const everybodyAsks = sabotage(
  Flights.prototype,
  'ask',
  () => (reading, then) => reading.query('primary', (answer, database) => then(answer, database, true)),
);

const keepsAsking = sabotageHidden(
  CacheServers.prototype,
  'placeOf',
  () =>
    function (key) {
      const homes: Homes = Reflect.get(this, 'homesNow');
      return { server: homes.serverOf(String(key), 0), isGutter: false };
    },
);

/** The rows of the living are read from the database as well. */
const givesUpAll = sabotageHidden(
  CacheServers.prototype,
  'placeOf',
  (placeOf) =>
    function (key) {
      const hasSilent = this instanceof CacheServers && this.view().some(({ healthy }) => !healthy);
      return hasSilent ? undefined : Reflect.apply(placeOf, this, [key]);
    },
);

const forgetsWhatItOwes = sabotageHidden(CacheServers.prototype, 'owe', () => () => undefined);

const dropsWhereItIsNow = sabotage(
  Homes.prototype,
  'holdersOf',
  () =>
    function (this: Homes, key, nowMs) {
      return [this.serverOf(key, nowMs)].filter((id) => id !== undefined);
    },
);

const changing = { seed: 1, runs: 60 };

export const oneDiesCanaries: readonly Canary[] = [
  canary('joins a question that was asked before', without, joinsUnderWay, 'stale read'),
  canary('without a gutter everybody asks the database', without, everybodyAsks, 'herd'),
  canary('goes on asking who is dead', withGutter, keepsAsking, 'asks the dead'),
  canary('gives up all cache servers when one is silent', withGutter, givesUpAll, 'others miss'),
  canary('never finds out', oneDies(effort, 'gutter', { cacheFailuresToEject: 1_000 }), asItIs, 'not noticed'),
  canary('forgets what the one that was cut off has missed', soon(withGutter, 22), forgetsWhatItOwes, 'stale read'),
  canary(
    'reads where a key is from now on at once',
    soon(ringChanges(changing, { ringSettleMs: 0 }), 13),
    asItIs,
    'stale read',
  ),
  canary('drops only where a key is now', ringChanges(changing), dropsWhereItIsNow, 'stale read'),
];
