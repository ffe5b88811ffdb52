/** Stores, queues and dice that break one promise each, for the checkers that are about it. */
import { Broker, brokerage } from '../checkers/broker';
import { promise } from '../checkers/promises';
import { Replicas, Session } from '../checkers/replicas';
import { Dice, spread } from '../checkers/spread';
import { type Canary, canary } from './canary';
import { type Sabotage, sabotage } from './sabotage';

const forgetsOwnWrites = sabotage(Session.prototype, 'afterWrite', () => () => undefined);
const forgetsWhatItSaw = sabotage(Session.prototype, 'afterRead', () => () => undefined);
const waitsForNobody = sabotage(Replicas.prototype, 'awaitPlace', () => () => undefined);
const lagsForEver = sabotage(Replicas.prototype, 'keepUp', () => () => undefined);
const acknowledgesAlone = sabotage(Replicas.prototype, 'secure', () => () => undefined);

const promotesTheWorst = sabotage(
  Replicas.prototype,
  'successor',
  () =>
    function (this: Replicas) {
      return this.applied.indexOf(Math.min(...this.applied));
    },
);

/** The last replica misses the last entry of the log. */
const settlesTooEarly = sabotage(
  Replicas.prototype,
  'settle',
  (settle) =>
    function (this: Replicas) {
      return new Map([...settle.call(this), ['replica-late', this.holdings(this.log.length - 1)]]);
    },
);

const neverSyncs = sabotage(Broker.prototype, 'sync', () => () => undefined);
const handsOutAgain = sabotage(Broker.prototype, 'forget', () => () => undefined);
const makesThingsUp = sabotage(
  Broker.prototype,
  'next',
  (next) =>
    function (this: Broker) {
      return next.call(this) ?? 1_000;
    },
);

/** Whatever came last goes out first. */
const newestFirst = sabotage(
  Broker.prototype,
  'next',
  (next) =>
    function (this: Broker) {
      const [first, second] = [next.call(this), next.call(this)];
      if (second === undefined) return first;
      if (first !== undefined) this.receive(first);
      return second;
    },
);

/** Whoever would be second after the next throw is first. */
const loaded = sabotage(
  Dice.prototype,
  'throw',
  (cast) =>
    function (this: Dice) {
      const place = cast.call(this);
      return cast.call(this) === 1 ? 0 : place;
    },
);

/** Noticed by the checker of one promise, whatever the others would have said. */
function breaks(kind: string, name: string, how: Sabotage, seed?: number): Canary {
  return canary(`${name} (${kind})`, promise(kind, seed), how, kind);
}

export const promiseCanaries: readonly Canary[] = [
  breaks('read your writes', 'a session that forgets its own writes', forgetsOwnWrites),
  breaks('monotonic reads', 'a session that forgets what it saw', forgetsWhatItSaw),
  breaks('monotonic writes', 'a session that forgets what it saw', forgetsWhatItSaw),
  // Three sessions have to meet for this: the seed is one with which they soon do.
  breaks('writes follow reads', 'a session that forgets what it saw', forgetsWhatItSaw, 69),
  breaks('monotonic reads', 'a replica that waits for nobody', waitsForNobody),
  breaks('too stale', 'a replica that may lag for ever', lagsForEver),
  breaks('acknowledged write lost', 'a primary that acknowledges alone', acknowledgesAlone),
  breaks('seen write lost', 'a primary that shows what nobody else has', acknowledgesAlone),
  breaks('acknowledged write lost', 'a failover to the one that knows least', promotesTheWorst),
  breaks('diverged', 'a replica that settles too early', settlesTooEarly),
  canary('a queue that never syncs', brokerage, neverSyncs, 'lost'),
  canary('a queue that hands out again after a crash', brokerage, handsOutAgain, 'duplicated'),
  canary('a queue that makes things up', brokerage, makesThingsUp, 'unexpected'),
  canary('a queue that gives the newer first', brokerage, newestFirst, 'out of order'),
  canary('dice that are loaded', spread, loaded, 'uneven'),
];
