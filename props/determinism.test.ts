/** Claim: the same topology, seed and commands give the same history, byte for byte. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faults } from '../src/faults/catalogue';
import type { WorldEvent } from '../src/kernel/events';
import { stages } from '../src/stages';
import { withConfig } from '../src/testing/simulated-site';
import { catalogue } from '../src/world/product';
import { determinism } from './determinism/claim';
import { gossips, gossipTopology } from './determinism/gossips';
import { firstDifference } from './determinism/same-history';
import { demand } from './judge';

describe('one seed, one history', () => {
  test('of nodes that use all that a node may use, under any accidents', () => {
    const tiers = new Map(gossips().map((tier) => [tier.kind, tier]));
    demand(
      determinism({
        name: 'gossip is repeatable',
        topology: gossipTopology,
        catalogue: { tiers, faults, jobs: {} },
        seed: 1,
        runs: 60,
        endMs: 8_000,
      }),
    );
  });

  test('of a site with its users, under any accidents', () => {
    const shape = { loop: 'open', ratePerS: 60, arrivals: 'poisson' } as const;
    const load = { kind: 'client.load', shape, writes: 0.3, users: 20, timeoutMs: 1_000 };
    demand(
      determinism({
        name: 'load-balanced is repeatable',
        topology: withConfig(stages.loadBalanced.topology, { 'db-1': { seedUsers: 20, snapshotEntries: 50 } }),
        catalogue,
        seed: 2,
        runs: 25,
        endMs: 8_000,
        always: [{ atMs: 0, command: { verb: 'tell', to: 'crowd-1', body: load, budgetMs: 1_000 } }],
      }),
    );
  });

  test('two histories part at the first event that differs', () => {
    const gauge = (value: number): WorldEvent => ({ type: 'gauge', atUs: 1, node: 'n', name: 'g', value });
    assert.match(firstDifference([gauge(1), gauge(2)], [gauge(1), gauge(3)]), /^event 2 differs:\n.*"value":2.*\n.*3/);
    assert.match(firstDifference([gauge(1)], []), /^event 1 differs:\n.*\n {4}\(nothing more happens\)$/);
  });
});
