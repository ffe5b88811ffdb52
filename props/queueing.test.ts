/**
 * Claim: a box serves as the queue of the textbooks does. Capacity, waiting and refusal then follow from CPUs and service
 * times, and what a user measures here is what a real server of that kind would show.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demand } from '../src/testing/judge';
import { near, queueing } from './queueing/claim';
import { observe } from './queueing/observe';
import { blockingMM1K, erlangC, meanMD1, meanMM1, meanMM1K, meanMMc, quantileMMc } from './queueing/theory';

const unbounded = Number.MAX_SAFE_INTEGER;

/** The waiting of one customer resembles that of the next, so the heavier the load, the longer it takes to be sure. */
const runs = [
  { load: 0.5, completions: 200_000 },
  { load: 0.7, completions: 400_000 },
  { load: 0.9, completions: 2_000_000 },
];

describe('theory agrees with the published tables', () => {
  // Mean time in the system and its 99th percentile, for example Harchol-Balter (2013), chapters 13, 14 and 23.
  const table = [
    { load: 0.5, mm1: 2, p99: 9.21, md1: 1.5, mm4: 1.087, mm4p99: 4.76 },
    { load: 0.7, mm1: 3.333, p99: 15.35, md1: 2.167, mm4: 1.357, mm4p99: 5.49 },
    { load: 0.9, mm1: 10, p99: 46.05, md1: 5.5, mm4: 2.969, mm4p99: 12.19 },
  ];
  for (const { load, mm1, p99, md1, mm4, mm4p99 } of table) {
    test(`at load ${load}`, () => {
      near(meanMM1(load), mm1, 5e-4, 'M/M/1');
      near(quantileMMc(load, 1, 0.99), p99, 5e-4, 'M/M/1 p99');
      near(meanMD1(load), md1, 5e-4, 'M/D/1');
      near(meanMMc(load, 4), mm4, 5e-4, 'M/M/4');
      near(quantileMMc(load, 4, 0.99), mm4p99, 2e-3, 'M/M/4 p99');
      near(meanMMc(load, 1), mm1, 5e-4, 'M/M/c with one server');
      near(meanMM1K(load, 10_000), mm1, 5e-4, 'M/M/1/K with plenty of room');
    });
  }

  test('with one server, who waits is who finds it busy', () => near(erlangC(0.9, 1), 0.9, 1e-9, 'Erlang C'));
});

describe('M/M/1: one CPU, exponential service, room for all', () => {
  for (const { load, completions } of runs) {
    test(`at load ${load}`, () => {
      const seen = observe({ law: 'exponential', servers: 1, load, placesMax: unbounded }, completions, 1);
      near(seen.mean, meanMM1(load), 0.03, 'mean');
      near(seen.p99, quantileMMc(load, 1, 0.99), 0.05, 'p99');
      assert.equal(seen.blocked, 0);
    });
  }
});

describe('M/M/4: four CPUs and one line', () => {
  for (const { load, completions } of runs) {
    test(`at load ${load}`, () => {
      const seen = observe({ law: 'exponential', servers: 4, load, placesMax: unbounded }, completions / 2, 2);
      near(seen.mean, meanMMc(load, 4), 0.03, 'mean');
      near(seen.p99, quantileMMc(load, 4, 0.99), 0.05, 'p99');
    });
  }
});

describe('M/D/1: one CPU, constant service', () => {
  for (const [{ load, completions }, p99] of runs.map((run, i) => [run, [4.34, 7.49, 22.9][i] ?? 0] as const)) {
    test(`at load ${load}`, () => {
      const seen = observe({ law: 'constant', servers: 1, load, placesMax: unbounded }, completions / 2, 3);
      near(seen.mean, meanMD1(load), 0.03, 'mean');
      near(seen.p99, p99, 0.05, 'p99');
    });
  }
});

describe('M/M/1/K: one CPU, K places, the rest is turned away', () => {
  for (const { load, placesMax } of [
    { load: 0.7, placesMax: 3 },
    { load: 0.9, placesMax: 5 },
    { load: 1, placesMax: 8 },
    { load: 2, placesMax: 10 },
  ]) {
    test(`at load ${load} with ${placesMax} places`, () => {
      const seen = observe({ law: 'exponential', servers: 1, load, placesMax }, 400_000, 4);
      near(seen.blocked, blockingMM1K(load, placesMax), 0.03, 'blocked');
      near(seen.mean, meanMM1K(load, placesMax), 0.03, 'mean of those who got in');
    });
  }
});

const claim = queueing({ seed: 2, runs: 16 });

test(claim.name, () => void demand(claim));
