import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EdnError, readEdn } from './edn';

describe('EDN', () => {
  const values: readonly (readonly [string, unknown])[] = [
    ['nil', null],
    ['true', true],
    ['-12', -12],
    ['1.5e2', 150],
    ['7N', 7],
    ['"a\\n\\"b\\" \\u00e9"', 'a\n"b" é'],
    [':timed-out', ':timed-out'],
    ['[1 2, (3 [])]', [1, 2, [3, []]]],
    ['{:f :cas, :value [1 2] "key" nil}', { f: ':cas', value: [1, 2], key: null }],
    [' {} ', {}],
  ];
  for (const [text, value] of values) test(`reads ${text}`, () => assert.deepEqual(readEdn(text), value));

  const refusals: readonly (readonly [string, RegExp])[] = [
    ['', /ends where a value should stand \(column 1\)/],
    ['[1 2', /ends before its ']'/],
    ['"abc', /string does not end \(column 1\)/],
    ['"\\q"', /an escape that EDN does not know/],
    ['{:a 1 :a 2}', /has :a twice/],
    ['{:a}', /has no value/],
    ['{1 2}', /neither a keyword nor a string/],
    ['1 2', /'2' after the value/],
    ['[1 )', /'\)' does not belong here/],
    ['ni', /'ni' is not a value/],
    ['#{1}', /'#' is not a value/],
    ['12345678901234567890', /too large/],
    ['['.repeat(100), /nested more than 64 deep/],
  ];
  for (const [text, reason] of refusals) {
    test(`refuses ${text.slice(0, 20)}`, () => {
      assert.throws(
        () => readEdn(text),
        (error) => error instanceof EdnError && reason.test(error.message),
      );
    });
  }

  test('a key called __proto__ is a key like any other', () => {
    assert.deepEqual(Object.keys(Object(readEdn('{"__proto__" 1}'))), ['__proto__']);
  });
});
