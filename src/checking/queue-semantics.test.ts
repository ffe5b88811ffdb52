import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EntryType, type Operation, pairUp } from './history';
import { checkQueue, type QueueOptions } from './queue-semantics';

/** Entries such as `p enqueue 1`, `c dequeue null`, each one operation; a third word in brackets is its outcome. */
function history(...lines: readonly string[]): Operation[] {
  const outcomes: Readonly<Record<string, EntryType>> = { fail: 'fail', unknown: 'unknown' };
  const paired = pairUp(
    lines.flatMap((text, at) => {
      const [process = '', f = '', word = 'null', outcome = ''] = text.split(' ');
      const value: unknown = JSON.parse(word);
      const call = { process, f, value: f === 'dequeue' ? null : value, line: 2 * at + 1 };
      const type = outcomes[outcome] ?? 'ok';
      return [
        { ...call, type: 'invoke' as const },
        { ...call, type, value, line: 2 * at + 2 },
      ];
    }),
  );
  assert.ok(paired.ok, JSON.stringify(paired));
  return paired.value;
}

function kinds(options: QueueOptions, ...lines: readonly string[]): string[] {
  const judged = checkQueue(history(...lines), options);
  assert.ok(judged.verdict !== 'unreadable', JSON.stringify(judged));
  return judged.breaches.map(({ kind }) => kind);
}

const drained = { drained: true } as const;
const once = { drained: true, delivery: 'exactly-once' } as const;

describe('queue semantics', () => {
  test('what was acknowledged comes out, once all is drained', () => {
    const lines = ['p enqueue 1', 'p enqueue 2', 'c dequeue 1'];
    assert.deepEqual(kinds({ drained: false }, ...lines), []);
    assert.deepEqual(kinds(drained, ...lines), ['lost']);
    assert.deepEqual(kinds({ drained: true, delivery: 'at-most-once' }, ...lines), []);
    assert.deepEqual(kinds(drained, ...lines, 'c dequeue 2', 'c dequeue null'), []);
  });

  test('nothing is made up', () => {
    assert.deepEqual(kinds(drained, 'c dequeue 1'), ['unexpected']);
    assert.deepEqual(kinds(drained, 'c dequeue 1', 'p enqueue 1'), ['unexpected']);
    assert.deepEqual(kinds(drained, 'p enqueue 1 fail', 'c dequeue 1'), ['unexpected']);
    assert.deepEqual(kinds(drained, 'p enqueue 1 unknown', 'c dequeue 1'), []);
  });

  test('twice is once too many only where once was promised', () => {
    const twice = ['p enqueue 1', 'c dequeue 1', 'd dequeue 1'];
    assert.deepEqual(kinds(drained, ...twice), []);
    assert.deepEqual(kinds(once, ...twice), ['duplicated']);
  });

  test('a consumer that nobody heard from may have taken one, where none is handed out again', () => {
    const lines = ['p enqueue 1', 'p enqueue 2', 'c dequeue null unknown', 'd dequeue 2'];
    assert.deepEqual(kinds(once, ...lines), []);
    assert.deepEqual(kinds(drained, ...lines), ['lost']);
    assert.deepEqual(kinds(once, ...lines, 'p enqueue 3'), ['lost', 'lost']);
  });

  test('what one producer put in comes out in that order, where that is promised', () => {
    const lines = ['p enqueue 1', 'q enqueue 2', 'p enqueue 3', 'c dequeue 2', 'c dequeue 3', 'c dequeue 1'];
    assert.deepEqual(kinds(drained, ...lines), []);
    assert.deepEqual(kinds({ ...drained, ordered: true }, ...lines), ['out of order']);
    assert.deepEqual(kinds({ ...drained, ordered: true }, ...lines.slice(0, 4), 'c dequeue 1', 'c dequeue 3'), []);
  });

  test('all is counted', () => {
    const judged = checkQueue(
      history('p enqueue 1', 'q enqueue 2 unknown', 'c dequeue 2', 'c dequeue 1', 'd dequeue 1'),
      drained,
    );
    assert.ok(judged.verdict === 'holds');
    assert.deepEqual([judged.enqueued, judged.dequeued, judged.duplicates, judged.recovered], [1, 3, 1, 1]);
  });

  test('values that are not unique, or operations that no queue has, cannot be judged', () => {
    assert.equal(checkQueue(history('p enqueue 1', 'q enqueue 1'), drained).verdict, 'unreadable');
    assert.equal(checkQueue(history('p read 1'), drained).verdict, 'unreadable');
  });
});
