import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkDurability } from './durability';
import { type EntryType, type Operation, pairUp } from './history';

type Row = readonly [process: string, type: EntryType, f: string, value?: unknown];

function history(...rows: readonly Row[]): Operation[] {
  const paired = pairUp(rows.map(([process, type, f, value], at) => ({ process, type, f, value, line: at + 1 })));
  assert.ok(paired.ok, JSON.stringify(paired));
  return paired.value;
}

function kinds(...rows: readonly Row[]): string[] {
  const judged = checkDurability(history(...rows));
  assert.ok(judged.verdict !== 'unreadable');
  return judged.breaches.map(({ kind }) => kind);
}

const written: readonly Row[] = [
  ['a', 'invoke', 'write', 1],
  ['a', 'ok', 'write', 1],
];
const sees = (value: unknown): readonly Row[] => [
  ['b', 'invoke', 'read'],
  ['b', 'ok', 'read', value],
];

describe('durability', () => {
  test('what was acknowledged is there', () => {
    assert.deepEqual(kinds(...written, ...sees(1)), []);
    assert.deepEqual(kinds(...written, ...sees(null)), ['acknowledged write lost']);
  });

  test('unless something newer is', () => {
    const newer: readonly Row[] = [
      ['c', 'invoke', 'write', 2],
      ['c', 'ok', 'write', 2],
    ];
    assert.deepEqual(kinds(...written, ...newer, ...sees(2)), []);
    assert.deepEqual(kinds(...written, ...newer, ...sees(1)), ['acknowledged write lost']);
  });

  test('of two at once either may be the newer', () => {
    const both: readonly Row[] = [['c', 'invoke', 'write', 2], ...written, ['c', 'ok', 'write', 2]];
    assert.deepEqual(kinds(...both, ...sees(1)), []);
    assert.deepEqual(kinds(...both, ...sees(2)), []);
    assert.deepEqual(kinds(...both, ...sees(null)), ['acknowledged write lost']);
  });

  test('what is unknown binds nobody until somebody saw it', () => {
    const dark: readonly Row[] = [
      ['a', 'invoke', 'write', 1],
      ['a', 'unknown', 'write'],
    ];
    assert.deepEqual(kinds(...dark, ...sees(null)), []);
    assert.deepEqual(kinds(...dark, ...sees(null), ...sees(1)), []);
    assert.deepEqual(kinds(...dark, ...sees(1), ...sees(null)), ['seen write lost']);
  });

  test('what failed, what comes later and what nobody wrote is not seen', () => {
    const failed: readonly Row[] = [
      ['a', 'invoke', 'write', 1],
      ['a', 'fail', 'write', 1],
    ];
    assert.deepEqual(kinds(...failed, ...sees(1)), ['failed write seen']);
    assert.deepEqual(kinds(...sees(1), ...written), ['future seen']);
    assert.deepEqual(kinds(...sees(7)), ['out of nowhere']);
  });

  test('what is there in the beginning is nil, or what one says', () => {
    const judged = checkDurability(history(...sees('empty')), { isInitial: (value) => value === 'empty' });
    assert.equal(judged.verdict, 'holds');
  });

  test('a breach is one line, and all are counted', () => {
    const judged = checkDurability(history(...written, ...Array.from({ length: 30 }, () => sees(null)).flat()));
    assert.ok(judged.verdict === 'violation');
    assert.equal(judged.acknowledged, 1);
    assert.equal(judged.breachesCount, 30);
    assert.equal(judged.breaches.length, 20);
    assert.equal(
      judged.breaches[0]?.text,
      'process b read -> nil in line 4, although 1 (line 1) had been acknowledged before and is newer',
    );
  });
});
