import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../../src/stages';
import { recordLanguages } from '../../src/workload/records';
import { runStoreTrials, type StoreLoad, storeTopology, storeTrials } from '../shell/store-trial';
import { simulatedSession } from '../testing-session';

const { signal } = new AbortController();
const load: StoreLoad = { seed: 7, users: 8, ms: 100, reads: 0.8 };

/** The stage with few users, so that little has to be kept. */
const topology = {
  ...stages.stores.topology,
  nodes: stages.stores.topology.nodes.map((node) =>
    node.kind === 'db' && typeof node.config === 'object'
      ? { ...node, config: { ...node.config, seedUsers: 20 } }
      : node,
  ),
};

test('all stores do the same, and none fails; the same seed gives the same figures', async () => {
  const results = await runStoreTrials(topology, load, signal);
  assert.deepEqual(
    results.map(({ name }) => name),
    ['relational', 'key-value', 'documents'],
  );
  for (const { name, failed, donePerS, acts } of results) {
    assert.equal(failed, 0, name);
    const { read, change, list } = acts;
    const done = read.done + change.done + list.done;
    assert.ok(read.done > change.done && change.done > list.done && list.done > 0, name);
    assert.ok(Math.abs(donePerS - done * 10) < 1e-6, name);
    assert.ok(read.p50Ms > 0.5 && read.p50Ms <= read.p99Ms, `${name}: ${read.p50Ms} ms`);
  }
  assert.deepEqual(await runStoreTrials(topology, load, signal), results);
});

test('changing one field takes a key-value store two requests, and leaves the others alone', () => {
  const change = recordLanguages.kv.change(12, 'city', 'Rome');
  const get = change.next().value;
  assert.deepEqual(get, { kind: 'kv.get', key: 'user:0000012' });
  const value = { first_name: 'Ada', city: 'Oslo' };
  const item = { kind: 'kv.item', key: 'user:0000012', position: 9, item: { key: 'user:0000012', value, version: 7 } };
  const put = { kind: 'kv.put', key: 'user:0000012', value: { first_name: 'Ada', city: 'Rome' }, expected: 7 };
  assert.deepEqual(change.next(item).value, put);
  const conflict = { kind: 'kv.failure', because: 'version-conflict', reason: 'somebody was faster', version: 8 };
  assert.deepEqual(
    change.next(conflict).value,
    get,
    'it looks again, and does not write over what the other one wrote',
  );
  assert.deepEqual(change.next(undefined), { done: true, value: false });
});

test('a world of a trial has one store, behind its routers', () => {
  for (const trial of storeTrials) {
    const kinds = new Set(storeTopology(stages.stores.topology, trial).nodes.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), [trial.kind, 'placement', 'router'].sort());
  }
});

test('a stage without these stores says which one has them', async () => {
  const session = await simulatedSession();
  try {
    const problem = async (line: string) => (await session.run(line)).problem ?? '';
    assert.match(await problem('compare stores'), /all three kinds of stores behind routers .*: stage stores/);
    assert.match(await problem('compare stores --apart 20ms'), /--apart is not for compare stores/);
  } finally {
    await session.close();
  }
});
