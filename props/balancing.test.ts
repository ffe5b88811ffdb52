/** Claims: whom the balancer sends requests to, and how long they wait there. */
import { describe, test } from 'node:test';
import { demand } from '../src/testing/judge';
import { detection } from './balancing/detection';
import { stickiness } from './balancing/sticky';
import { waiting } from './balancing/waiting';
import { near } from './queueing/claim';
import { meanMM1, meanRoundRobin, meanTwoChoices } from './queueing/theory';

describe('theory agrees with what is published', () => {
  test('one server in turn is one server', () => near(meanRoundRobin(0.7, 1), meanMM1(0.7), 1e-9, 'E_1/M/1'));
  test('two choices', () => {
    // Mitzenmacher (2001), who simulated it with a hundred servers as well.
    near(meanTwoChoices(0.5), 1.2657, 1e-4, 'at load 0.5');
    near(meanTwoChoices(0.7), 1.6145, 1e-4, 'at load 0.7');
    near(meanTwoChoices(0.9), 2.6141, 1e-4, 'at load 0.9');
  });
});

for (const claim of [
  waiting({ seed: 2, runs: 5 }),
  detection({ seed: 1, runs: 24 }),
  stickiness({ seed: 1, runs: 12 }),
]) {
  test(claim.name, () => void demand<unknown>(claim));
}
