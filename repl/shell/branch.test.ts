import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../src/kernel/envelope';
import { type NodeContext, tier } from '../../src/kernel/tier';
import { stages } from '../../src/stages';
import { database } from '../../src/tiers/database';
import type { DatabaseConfig, DatabaseIn, DatabaseOut } from '../../src/tiers/database/settings';
import { withTiers } from '../../src/world/product';
import { simulate } from '../../src/world/simulate';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { Branch } from './branch';

const { signal } = new AbortController();

/** A database that says `done` and writes nothing down. */
const forgetful = tier<DatabaseConfig, DatabaseIn, DatabaseOut>({
  ...database,
  behave: (live) => (node) => database.behave(live)(withoutSync(node)),
});

function withoutSync<In extends Body>(node: NodeContext<In>): NodeContext<In> {
  const disk = { ...node.disk, sync: (done: (failure: undefined) => void) => done(undefined) };
  return new Proxy(node, { get: (target, name) => (name === 'disk' ? disk : Reflect.get(target, name, target)) });
}

function busy(world: SimulatedWorld): SimulatedWorld {
  world.load({ loop: 'open', ratePerS: 50, arrivals: 'constant' }, { writes: 0.5, users: 20 });
  world.run('2s');
  return world;
}

test('a branch tells what its users lived through, and the original knows nothing of it', async () => {
  const world = busy(simulate(stages.loadBalanced, { seed: 7 }));
  const before = world.hash();
  const branch = new Branch(world.replay(), signal);
  branch.world.kill('db-1', { stay: true });
  branch.world.run('4s');
  const lived = await branch.end();
  assert.equal(lived.seconds, 4);
  assert.ok(lived.operations >= 200, `${lived.operations} operations`);
  assert.equal(lived.ok + lived.failed + lived.unknown, lived.operations);
  assert.ok(lived.failed > 100);
  assert.deepEqual([lived.staleReads, lived.lostWrites, lived.unreadable], [0, [], []]);
  assert.equal(world.hash(), before);
});

test('a write that was acknowledged and is gone after all repairs is lost', async () => {
  const world = busy(simulate(stages.loadBalanced, { seed: 7, catalogue: withTiers([forgetful]) }));
  const branch = new Branch(world.replay(), signal);
  branch.world.run('1s');
  branch.world.kill('db-1', { stay: true });
  branch.world.run('1s');
  const lived = await branch.end();
  assert.ok(lived.lostWrites.length > 5, lived.lostWrites.join(' '));
  assert.match(lived.lostWrites.join(' '), /^(user:\d+ ?)+$/);
});
