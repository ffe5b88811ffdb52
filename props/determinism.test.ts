/** Claim: the same topology, seed and commands give the same history, byte for byte. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faults } from '../src/faults/catalogue';
import type { WorldEvent } from '../src/kernel/events';
import { determinism } from './determinism/claim';
import { gossips, gossipTopology } from './determinism/gossips';
import { firstDifference } from './determinism/same-history';
import { demand } from './judge';

describe('one seed, one history', () => {
  test('of nodes that use all that a node may use, under any accidents', () => {
    const catalogue = { tiers: new Map(gossips().map((tier) => [tier.kind, tier])), faults, jobs: {} };
    demand(
      determinism({
        name: 'gossip is repeatable',
        topology: gossipTopology,
        catalogue,
        seed: 1,
        runs: 100,
        endMs: 8_000,
      }),
    );
  });

  test('two histories part at the first event that differs', () => {
    const gauge = (value: number): WorldEvent => ({ type: 'gauge', atUs: 1, node: 'n', name: 'g', value });
    assert.match(firstDifference([gauge(1), gauge(2)], [gauge(1), gauge(3)]), /^event 2 differs:\n.*"value":2.*\n.*3/);
    assert.match(firstDifference([gauge(1)], []), /^event 1 differs:\n.*\n {4}\(nothing more happens\)$/);
  });
});
