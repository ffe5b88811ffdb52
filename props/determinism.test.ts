/** Claim: the same topology, seed and commands give the same history, byte for byte. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WorldEvent } from '../src/kernel/events';
import { demand } from '../src/testing/judge';
import { firstDifference } from './determinism/same-history';
import { repeatableGossip, repeatableSite } from './trials';

describe('one seed, one history', () => {
  test('of nodes that use all that a node may use, under any accidents', () => {
    demand(repeatableGossip({ seed: 1, runs: 60 }));
  });

  test('of a site with its users, under any accidents', () => {
    demand(repeatableSite({ seed: 2, runs: 15 }));
  });

  test('two histories part at the first event that differs', () => {
    const gauge = (value: number): WorldEvent => ({ type: 'gauge', atUs: 1, node: 'n', name: 'g', value });
    assert.match(firstDifference([gauge(1), gauge(2)], [gauge(1), gauge(3)]), /^event 2 differs:\n.*"value":2.*\n.*3/);
    assert.match(firstDifference([gauge(1)], []), /^event 1 differs:\n.*\n {4}\(nothing more happens\)$/);
  });
});
