import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../kernel/schema';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const samples: Readonly<Record<string, readonly (readonly [object, string])[]>> = {
  partition: [
    [{ a: 'web-1', b: 'db-1' }, 'partition web-1 | db-1'],
    [{ a: 'web-1', b: 'db-1', oneWay: true }, 'partition web-1 -> db-1'],
  ],
  isolate: [[{ node: 'db-1' }, 'isolate db-1']],
  slow: [
    [{ node: 'web-1', ms: 200 }, 'slow web-1 200ms'],
    [{ a: 'web-1', b: 'db-1', ms: 1_500, jitterMs: 50 }, 'slow web-1 | db-1 1.5s jitter 50ms'],
  ],
  hold: [[{ a: 'web-1', b: 'db-1' }, 'hold web-1 | db-1']],
  drop: [
    [{ from: 'lb-1', to: 'web-*', share: 0.1 }, 'drop 10% lb-1 -> web-*'],
    [{ from: 'lb-1', to: 'web-*', share: 0.07, kinds: ['a', 'b'] }, 'drop 7% lb-1 -> web-* a,b'],
  ],
  duplicate: [[{ from: 'a', to: 'b', share: 1, copies: 2, spreadMs: 5 }, 'duplicate 100% a -> b copies=2 spread=5ms']],
  reorder: [[{ from: 'a', to: 'b', share: 0.5, spreadMs: 5 }, 'reorder 50% a -> b spread=5ms']],
  throttle: [[{ from: 'a', to: 'b', bytesPerS: 100_000 }, 'throttle a -> b 100kB/s']],
  skew: [
    [{ node: 'db-1', ms: 2_000 }, 'skew db-1 +2s'],
    [{ node: 'db-1', ms: -50 }, 'skew db-1 -50ms'],
  ],
  drift: [[{ node: 'db-1', rate: -0.01 }, 'drift db-1 -1%']],
  'slow-disk': [[{ node: 'db-1', ms: 50 }, 'slowdisk db-1 50ms']],
  'failing-disk': [[{ node: 'db-1', reason: 'bad sector' }, 'faildisk db-1 (bad sector)']],
  'torn-disk': [[{ node: 'db-1' }, 'torndisk db-1']],
};

test('every kind reads like its verb and survives being data', () => {
  assert.deepEqual(Object.keys(samples), [...faults.keys()]);
  for (const [kind, cases] of Object.entries(samples)) {
    for (const [fields, text] of cases) {
      const parsed = faults.get(kind)?.parse(JSON.parse(JSON.stringify({ kind, ...fields })));
      assert.deepEqual(parsed, { kind, ...fields });
      assert.equal(parsed && faults.get(kind)?.describe(parsed), text);
    }
  }
});

const refusals: readonly (readonly [unknown, string])[] = [
  [{ kind: 'partition', a: 7, b: 'db-1' }, 'partition.a: expected string, got 7'],
  [{ kind: 'partition', a: 'web-1' }, 'partition.b: expected required property, got nothing'],
  [{ kind: 'partition', a: '', b: 'db-1' }, 'partition.a: expected string length greater or equal to 1, got ""'],
  [{ kind: 'drop', from: 'a', to: 'b', share: 3 }, 'drop.share: expected number to be less or equal to 1, got 3'],
  [{ kind: 'slow', ms: 5 }, 'slow: name either node, or both a and b'],
  [{ kind: 'slow', node: 'a', b: 'c', ms: 5 }, 'slow: name either node, or both a and b'],
  [{ kind: 'slow', node: 'a', ms: 5, jitter: 5 }, 'slow.jitter: no such field (there are node, a, b, ms, jitterMs)'],
  [{ kind: 'drift', node: 'a', rate: -1 }, 'drift.rate: expected number to be greater or equal to -0.5, got -1'],
  [
    { kind: 'throttle', from: 'a', to: 'b', bytesPerS: 0 },
    'throttle.bytesPerS: expected number to be greater or equal to 1, got 0',
  ],
];
for (const [spec, reason] of refusals) {
  test(reason, () => {
    const { kind } = spec as { kind: string };
    assert.throws(() => faults.get(kind)?.parse(spec), new ConfigError(reason));
  });
}

test('a runtime refuses what is no fault, and nothing changes', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {} } });
  const unknown = trial.outcome({ verb: 'add-fault', fault: { kind: 'flood' } });
  assert.match(unknown.ok ? '' : unknown.reason, /^there is no fault flood \(there are partition, isolate, slow/);
  assert.deepEqual(trial.outcome({ verb: 'add-fault', fault: { kind: 'isolate' } }), {
    ok: false,
    reason: 'isolate.node: expected required property, got nothing',
  });
  assert.deepEqual(trial.outcome({ verb: 'remove-fault', fault: 7 }), { ok: false, reason: 'there is no fault 7' });
  assert.deepEqual(trial.census().faults, []);
});

test('heal all takes everything back', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {} } });
  trial.fault({ kind: 'isolate', node: 'peer-1' });
  trial.fault({ kind: 'skew', node: 'peer-1', ms: 5 });
  assert.equal(trial.do({ verb: 'heal-all' }).text, 'healed: isolate peer-1; skew peer-1 +5ms');
  assert.deepEqual(trial.census().faults, []);
  assert.equal(trial.ask('peer-1', { kind: 'ping' })?.body.kind, 'pong');
  assert.equal(trial.do({ verb: 'heal-all' }).text, 'nothing to heal');
});
