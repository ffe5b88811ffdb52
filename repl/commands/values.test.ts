import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSession } from '../testing-session';

/** What programs rely on: the fields that `--json` prints for each of these lines, and that a call gives back. */
const promises: readonly (readonly [line: string, fields: readonly string[]])[] = [
  ['get /users/12', ['status', 'headers', 'body', 'ms', 'via']],
  ['get http://nowhere.example/', ['status', 'headers', 'body', 'ms', 'via', 'problem']],
  ['sql "SELECT * FROM users LIMIT 3"', ['outcome', 'by', 'rows', 'changes', 'lastId', 'position']],
  ['load 10rps', ['text', 'shape']],
  ['load', ['running', 'seconds', 'sent', 'ok', 'failed', 'failures', 'p50Ms', 'p95Ms', 'p99Ms', 'maxMs']],
  ['top 2s', ['atUs', 'seconds', 'nodes', 'loads']],
  ['topology', ['boxes', 'nodes', 'calls']],
  ['show web-1', ['spec', 'state', 'mailbox', 'host', 'incarnation', 'sinceUs', 'box', 'view']],
  ['spawn web', ['text', 'node']],
  ['kill web-1', ['text', 'nodes']],
  ['partition web-1 | db-1', ['text', 'fault', 'undo']],
  ['killhost 1', ['text', 'host']],
  ['events --hash', ['hash']],
  ['seed', ['seed']],
  ['run 1s', ['nowMs']],
];

test('verbs give back what programs rely on, all of it plain data', async () => {
  const session = await simulatedSession();
  try {
    for (const [line, fields] of promises) {
      const { value, ok, problem } = await session.run(line);
      assert.ok(ok && typeof value === 'object' && value !== null, `${line}: ${problem ?? 'gave nothing'}`);
      const missing = fields.filter((field) => !(field in value));
      assert.deepEqual(missing, [], line);
      assert.doesNotThrow(() => structuredClone(value), line);
    }
    const { value: nodes } = await session.run('ls web-*');
    assert.ok(Array.isArray(nodes) && nodes.length === 3);
  } finally {
    await session.close();
  }
});

test('every fault names the line that takes it back, and that line does', async () => {
  const session = await simulatedSession();
  const faults = [
    'partition web-1 | db-1',
    'isolate db-1',
    'hold web-1 | db-1',
    'slow web-1 200ms',
    'drop 10% lb-1 -> web-*',
    'duplicate 10% app-1 -> dns-1',
    'reorder 10% app-1 -> dns-1',
    'throttle web-1 -> db-1 64kb',
    'skew db-1 +2s',
    'drift db-1 +1%',
    'slowdisk db-1 50ms',
    'faildisk db-1',
    'torndisk db-1',
  ];
  try {
    for (const line of faults) {
      const { value, text } = await session.run(line);
      assert.ok(typeof value === 'object' && value !== null && 'undo' in value && typeof value.undo === 'string', line);
      assert.ok(text.includes(`undo with: ${value.undo}`), text);
      assert.equal(session.current.virtual?.census().faults.length, 1, line);
      assert.equal((await session.run(value.undo)).ok, true, value.undo);
      assert.deepEqual(session.current.virtual?.census().faults, [], line);
    }
    for (const line of faults) await session.run(line);
    assert.equal((await session.run('heal all')).ok, true);
    assert.deepEqual(session.current.virtual?.census().faults, []);
  } finally {
    await session.close();
  }
});
