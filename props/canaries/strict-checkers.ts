/**
 * Checkers that see what is not there. One that overlooks what is there lets the stores and queues get away that break
 * their promises; these find fault with the ones that keep them.
 */
import * as convergence from '../../src/checking/convergence';
import * as durability from '../../src/checking/durability';
import * as evenness from '../../src/checking/evenness';
import * as queues from '../../src/checking/queue-semantics';
import * as staleness from '../../src/checking/staleness';
import { Versions } from '../../src/checking/versions';
import { brokerage } from '../checkers/broker';
import { promise } from '../checkers/promises';
import { spread } from '../checkers/spread';
import { type Canary, canary } from './canary';
import { sabotage } from './sabotage';

/** What somebody wrote is older than itself: whoever reads it back has been shown something old. */
const findsEqualsOlder = sabotage(
  Versions.prototype,
  'isOlder',
  (isOlder) =>
    function (this: Versions, version, than) {
      return version === than || isOlder.call(this, version, than);
    },
);

const halvesTheBound = sabotage(staleness, 'checkStaleness', (check) => (operations, options) => {
  return check(operations, { ...options, boundUs: options.boundUs / 2 });
});

/** Who was not told anything was promised nothing. */
const takesDoubtForYes = sabotage(durability, 'checkDurability', (check) => (operations, options) => {
  const told = operations.map((one) =>
    one.outcome === 'unknown' ? { ...one, outcome: 'ok' as const, end: one.call } : one,
  );
  return check(told, options);
});

const expectsMore = sabotage(convergence, 'checkConvergence', (check) => (copies, expected) => {
  return check(copies, new Map([...(expected ?? []), ['z', 0]]));
});

const missesTheLast = sabotage(queues, 'checkQueue', (check) => (operations, options) => {
  const last = operations.map(({ f, output }) => f === 'dequeue' && output !== null).lastIndexOf(true);
  return check(
    operations.filter((_, place) => place !== last),
    options,
  );
});

/** One in twenty fair throws is called unfair. */
const isEasilySuspicious = sabotage(evenness, 'checkEvenness', (check) => (counts, options) => {
  return check(counts, { ...options, significance: 0.05 });
});

export const strictCheckerCanaries: readonly Canary[] = [
  canary(
    'sessions that find a write older than itself',
    promise('read your writes'),
    findsEqualsOlder,
    'read your writes',
  ),
  canary('staleness judged by half the bound', promise('too stale'), halvesTheBound, 'too stale'),
  canary(
    'durability that takes doubt for a yes',
    promise('acknowledged write lost'),
    takesDoubtForYes,
    'acknowledged write lost',
  ),
  canary('convergence that expects more than was written', promise('diverged'), expectsMore, 'diverged'),
  canary('queue semantics that miss the last one out', brokerage, missesTheLast, 'lost'),
  canary('evenness that is easily suspicious', spread, isEasilySuspicious, 'uneven'),
];
