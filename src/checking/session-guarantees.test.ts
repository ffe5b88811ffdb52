import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Entry, type Operation, pairUp } from './history';
import { checkSessions, type SessionOptions } from './session-guarantees';

/** One operation after the other, each `process write x 1` or `process read x 1`. */
function oneByOne(...lines: readonly string[]): Operation[] {
  const entries = lines.flatMap((text): Entry[] => {
    const [process = '', f = '', key = '', written = 'null'] = text.split(' ');
    const value: unknown = JSON.parse(written);
    const call: Entry = { process, type: 'invoke', f, key, value: f === 'read' ? null : value, line: 0 };
    return [call, { ...call, type: 'ok', value }];
  });
  const paired = pairUp(entries.map((entry, at) => ({ ...entry, line: at + 1 })));
  assert.ok(paired.ok, JSON.stringify(paired));
  return paired.value;
}

function kinds(lines: readonly string[], options?: SessionOptions): string[] {
  const judged = checkSessions(oneByOne(...lines), options);
  assert.ok(judged.verdict !== 'unreadable', JSON.stringify(judged));
  return judged.breaches.map(({ kind }) => kind);
}

describe('session guarantees', () => {
  const cases: readonly (readonly [name: string, breach: string, good: readonly string[], bad: readonly string[]])[] = [
    ['what I wrote I see', 'read your writes', ['a write x 1', 'a read x 1'], ['a write x 1', 'a read x null']],
    [
      'what I saw I go on seeing',
      'monotonic reads',
      ['a write x 1', 'a write x 2', 'b read x 1', 'b read x 2'],
      ['a write x 1', 'a write x 2', 'b read x 2', 'b read x 1'],
    ],
    [
      'who sees what I wrote sees what I wrote before',
      'monotonic writes',
      ['a write x 1', 'a write y 2', 'b read y 2', 'b read x 1'],
      ['a write x 1', 'a write y 2', 'b read y 2', 'b read x null'],
    ],
    [
      'who sees what I wrote sees what I had seen',
      'writes follow reads',
      ['a write x 1', 'b read x 1', 'b write y 2', 'c read y 2', 'c read x 1'],
      ['a write x 1', 'b read x 1', 'b write y 2', 'c read y 2', 'c read x null'],
    ],
  ];
  for (const [name, breach, good, bad] of cases) {
    test(name, () => {
      assert.deepEqual(kinds(good), []);
      assert.deepEqual(kinds(bad), [breach]);
    });
  }

  test('others may see old things for as long as they like', () => {
    assert.deepEqual(kinds(['a write x 1', 'b read x null', 'b read x null', 'a write y 2', 'b read y null']), []);
  });

  test('only what is demanded is judged', () => {
    const bad = ['a write x 1', 'a read x null'];
    assert.deepEqual(kinds(bad, { guarantees: ['monotonic reads'] }), []);
  });

  test('positions in the log of a store tell the order where clocks cannot', () => {
    const positionOf = ({ input }: Operation): number => (input === 1 ? 9 : 3);
    const lines = ['a write x 1', 'b write x 2', 'c read x 2', 'c read x 1'];
    assert.deepEqual(kinds(lines), ['monotonic reads']);
    assert.deepEqual(kinds(lines, { positionOf }), []);
  });

  test('a breach says who, where, and which is older than which', () => {
    const judged = checkSessions(oneByOne('a write x 1', 'a write x 2', 'a read x 1'));
    assert.ok(judged.verdict === 'violation');
    assert.equal(judged.judged, 1);
    assert.deepEqual(judged.breaches, [
      {
        kind: 'read your writes',
        line: 6,
        text: 'process a read x -> 1 in line 6: 1 (line 1) is older than 2 (line 3) (read your writes)',
      },
    ]);
  });

  test('values that are not unique cannot be judged', () => {
    const judged = checkSessions(oneByOne('a write x 1', 'b write x 1'));
    assert.ok(judged.verdict === 'unreadable');
    assert.match(judged.problem.reason, /line 1 writes the same value; it must be unique/);
    assert.equal(judged.problem.line, 3);
  });
});
