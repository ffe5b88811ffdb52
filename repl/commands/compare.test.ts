import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../../src/stages';
import type { Copy } from '../../src/world/replicas';
import { atRisk, runTrial, type TrialLoad, topologyFor, trials } from '../shell/replication-trial';
import { simulatedSession } from '../testing-session';

const { signal } = new AbortController();
const load: TrialLoad = { seed: 7, users: 4, ms: 300, apartMs: 20 };

function trialNamed(name: (typeof trials)[number]['name']) {
  const found = trials.find((trial) => trial.name === name);
  assert.ok(found !== undefined);
  return found;
}

test('async costs no waiting for others and puts writes at risk; waiting for others costs their distance', async () => {
  const { topology } = stages.replication;
  const async = await runTrial(topology, trialNamed('async'), load, signal);
  assert.ok(async.atRiskMax >= 1 && async.atRiskMean > 0, `${async.atRiskMax} at risk`);
  for (const name of ['semi-sync 1', 'quorum', 'raft'] as const) {
    const other = await runTrial(topology, trialNamed(name), load, signal);
    assert.equal(other.atRiskMax, 0, name);
    assert.ok(other.p50Ms > async.p50Ms + 1.5 * load.apartMs, `${name}: ${other.p50Ms} ms, async: ${async.p50Ms} ms`);
    assert.ok(other.writesPerS < async.writesPerS && other.writesPerS > 0, name);
  }
});

test('the same seed gives the same figures', async () => {
  const run = () => runTrial(stages.replication.topology, trialNamed('quorum'), { ...load, ms: 100 }, signal);
  assert.deepEqual(await run(), await run());
});

test('raft needs no observers, the others have them', () => {
  const kinds = (name: (typeof trials)[number]['name']): string[] =>
    topologyFor(stages.replication.topology, trialNamed(name)).nodes.map(({ kind }) => kind);
  assert.ok(!kinds('raft').includes('observer'));
  assert.ok(kinds('quorum').includes('observer'));
});

test('at risk is what was acknowledged and no other box has', () => {
  const copy = (number: number, lastIndex: number, committed: number, on = number): Copy => ({
    node: `db-${number}`,
    box: `box-${on}`,
    host: 1,
    state: 'running',
    standing: {
      role: 'replica',
      term: 1,
      lastIndex,
      committed,
      applied: committed,
      copies: 1,
      mode: 'async',
      members: { voters: [], learners: [] },
      followers: [],
      tails: [],
    },
  });
  const risk = (...copies: Copy[]): number => atRisk({ primary: 'db-1', copies, observers: [] });
  assert.equal(risk(copy(1, 50, 48), copy(2, 45, 44), copy(3, 44, 44)), 3);
  assert.equal(risk(copy(1, 50, 44), copy(2, 45, 44)), 0);
  assert.equal(risk(copy(1, 50, 48), copy(2, 50, 48, 1), copy(3, 40, 40)), 8, 'a copy on the same box dies with it');
});

test('a stage without copies has nothing to compare, and what cannot be compared is named', async () => {
  const session = await simulatedSession();
  try {
    const problem = async (line: string) => (await session.run(line)).problem ?? '';
    assert.match(await problem('compare replication'), /three databases and three observers .*: stage replication/);
    assert.match(await problem('compare repl'), /there is no comparison repl; did you mean replication/);
    assert.match(await problem('compare'), /comparison is missing/);
  } finally {
    await session.close();
  }
});
