import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brief, identityOf, problemWith, same } from './value';

describe('values', () => {
  test('are the same when they say the same, in whatever order their fields stand', () => {
    assert.ok(same({ a: 1, b: [2, { c: 3, d: 4 }] }, { b: [2, { d: 4, c: 3 }], a: 1 }));
    assert.ok(!same([1, 2], [2, 1]));
    assert.ok(!same('1', 1));
    assert.ok(!same(null, ''));
  });

  test('have one identity each: a list is not the text that looks like it', () => {
    const values = [null, '', 0, '0', [0], '[0]', '\u0000[0]', '\u0000"[0]"', { a: 0 }, { a: '0' }, true, 'true'];
    assert.equal(new Set(values.map(identityOf)).size, values.length);
    assert.equal(identityOf([{ b: 1, a: 2 }]), identityOf([{ a: 2, b: 1 }]));
  });

  test('are shown in few words', () => {
    assert.equal(brief(undefined), 'nil');
    assert.equal(brief('a'), '"a"');
    assert.equal(brief('x'.repeat(100)).length, 59);
  });

  test('that no comparison can be exact on are found', () => {
    assert.equal(problemWith({ a: [1, 'two', 3.5] }), undefined);
    assert.match(problemWith({ a: [2 ** 60] }) ?? '', /too large/);
  });
});
