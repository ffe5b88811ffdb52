import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultKind, Verdict } from '../../kernel/rule';
import { Trial } from '../simulated/trial';

/** A fault that gives everything from `peer-1` to `peer-2` one verdict. */
function always(kind: string, verdict: Verdict): FaultKind {
  const from = (id: string): boolean => id === 'peer-1';
  const to = (id: string): boolean => id === 'peer-2';
  return {
    kind,
    parse: () => ({ kind }),
    describe: () => kind,
    make: () => ({ link: { reach: [{ from, to }], judge: () => verdict } }),
  };
}

function world(...kinds: FaultKind[]): Trial {
  const faults = new Map(kinds.map((fault) => [fault.kind, fault]));
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
  for (const { kind } of kinds) trial.fault({ kind });
  return trial;
}

test('a stream is neither doubled nor scattered, whatever a rule says, and that is no hit', () => {
  const trial = world(always('twice', { copies: 1, spreadUs: 0 }), always('scatter', { scatterUs: 1_000_000 }));
  trial.talk('peer-1', 'peer-2', [1, 2, 3]);
  assert.deepEqual(trial.numbers('peer-2'), [1, 2, 3]);
  assert.deepEqual([trial.hits(1), trial.hits(2)], [0, 0]);
  trial.talk('peer-1', 'peer-2', [4], { datagram: true, runMs: 2_000 });
  assert.deepEqual(trial.numbers('peer-2'), [1, 2, 3, 4, 4]);
  assert.deepEqual([trial.hits(1), trial.hits(2)], [1, 1]);
});

test('delays add up, and the first rule that does anything else decides', () => {
  const trial = world(
    always('wait', { delayUs: 1_000 }),
    always('cut', { cut: 'cut' }),
    always('hold', { hold: true }),
  );
  trial.talk('peer-1', 'peer-2', [1]);
  assert.deepEqual([trial.hits(1), trial.hits(2), trial.hits(3)], [1, 1, 0]);
  assert.deepEqual(
    trial.drops().map(({ reason }) => reason),
    ['cut'],
  );
});
