/** Protections that do not protect, or never stop to. */
import { CircuitBreaker } from '../../src/algorithms/circuit-breaker';
import { ConcurrencyLimit } from '../../src/algorithms/concurrency-limit';
import { RetryBudget } from '../../src/algorithms/retry-budget';
import { budget } from '../overload/budget';
import { storm } from '../overload/storm';
import { type Canary, canary } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const storms = storm({ seed: 5, runs: 6, lastsMs: 15_000 });
const budgets = budget({ seed: 1, runs: 12 });

const neverCloses = sabotageHidden(CircuitBreaker.prototype, 'become', (become) => {
  return function (state, reason) {
    if (state !== 'closed') become.call(this, state, reason);
  };
});

const neverOpens = sabotageHidden(CircuitBreaker.prototype, 'open', () => () => undefined);

const neverFalls = sabotage(ConcurrencyLimit.prototype, 'tooLate', () => () => undefined);

const refillsFromRetries = sabotage(
  RetryBudget.prototype,
  'withdraw',
  (withdraw) =>
    function (this: RetryBudget) {
      const granted = withdraw.call(this);
      if (granted) this.deposit();
      return granted;
    },
);

const isEndless = sabotage(RetryBudget.prototype, 'withdraw', () => () => true);

export const overloadCanaries: readonly Canary[] = [
  canary('a breaker that never closes again', storms, neverCloses, 'not back'),
  canary('a breaker that never opens', storms, neverOpens, 'not back'),
  canary('shedding that never asks for less at once', storms, neverFalls, 'not back'),
  canary('a retry budget without a bottom', storms, isEndless, 'not back'),
  canary('a retry budget that refills from retries', budgets, refillsFromRetries, 'over budget'),
];
