import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareScalars,
  isComparable,
  isNestedWithin,
  type JsonScalar,
  jsonOf,
  mergePatch,
  parseJson,
  valueAt,
} from './json';

/** The table in appendix A of RFC 7396: what was, the patch, what comes out. */
const patches: readonly (readonly [string, string, string])[] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

for (const [was, patch, becomes] of patches) {
  test(`${was} patched with ${patch} is ${becomes}`, () => {
    assert.equal(JSON.stringify(mergePatch(parseJson(was), parseJson(patch))), becomes);
  });
}

test('a patch changes nothing in place, and no prototype', () => {
  const was = parseJson('{"a":{"b":1}}');
  const patched = mergePatch(was, parseJson('{"a":{"b":2},"__proto__":{"c":3}}'));
  assert.equal(JSON.stringify(was), '{"a":{"b":1}}');
  assert.equal(JSON.stringify(patched), '{"a":{"b":2},"__proto__":{"c":3}}');
  assert.equal(Reflect.get({}, 'c'), undefined);
});

test('a path leads through objects and lists, and nowhere else', () => {
  const value = parseJson('{"address":{"city":"Oslo"},"phones":["1",{"home":"2"}],"07":1}');
  const found = [
    'address.city',
    'phones.0',
    'phones.1.home',
    '07',
    'address',
    'phones.2',
    'phones.01',
    'phones.length',
  ];
  assert.deepEqual(
    found.map((path) => JSON.stringify(valueAt(value, path))),
    ['"Oslo"', '"1"', '"2"', '1', '{"city":"Oslo"}', undefined, undefined, undefined],
  );
  for (const path of ['constructor', 'address.city.0', 'address.city.length', '']) {
    assert.equal(valueAt(value, path), undefined, path);
  }
});

test('scalars stand in one order: by type, then by value, texts by code points', () => {
  const inOrder: readonly JsonScalar[] = [null, false, true, -1, 0, 2, 10, '', '10', '2', '\uffff', '\u{10000}'];
  for (const [at, a] of inOrder.entries()) {
    for (const [other, b] of inOrder.entries()) {
      assert.equal(Math.sign(compareScalars(a, b)), Math.sign(at - other), `${a} and ${b}`);
    }
  }
  assert.deepEqual([isComparable(1, '1'), isComparable(true, false), isComparable(null, 0)], [false, true, false]);
});

test('what JSON cannot hold is none, and how deep a value goes is bounded', () => {
  for (const odd of [undefined, () => 1, 1n, Symbol('x')]) assert.equal(jsonOf(odd), undefined);
  assert.equal(jsonOf({ a: undefined, b: Number.NaN })?.text, '{"b":null}');
  const deep = parseJson('[[{"a":[]}]]');
  assert.deepEqual([isNestedWithin(deep, 4), isNestedWithin(deep, 3), isNestedWithin(1, 0)], [true, false, true]);
});
