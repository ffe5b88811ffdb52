import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { plain } from '../../src/drawing/look';
import { Refusal } from '../../src/world/quantities';
import { Cancelled, Mistake } from './mistake';
import { failed, nothing, valued } from './reply';

function json(value: unknown): string {
  return valued(value, plain, true).text;
}

test('as JSON, what occurs twice is printed twice, and a circle ends', () => {
  const one = { a: 1 };
  assert.equal(json([one, one, { b: one }]), '[{"a":1},{"a":1},{"b":{"a":1}}]');
  const circle: { a: number; self?: unknown } = { a: 1 };
  circle.self = circle;
  assert.equal(json([circle, circle]), '[{"a":1},{"a":1}]');
  const map = new Map<string, unknown>();
  map.set('self', map).set('one', one);
  assert.equal(json(map), '{"one":{"a":1}}');
});

test('as JSON, maps, sets and big numbers have a form, also those of another realm', () => {
  assert.equal(json([new Map([[1, new Set(['x'])]]), 7n]), '[{"1":["x"]},"7"]');
  assert.equal(json(runInNewContext("[new Map([['a', new Set([1])]])]")), '[{"a":[1]}]');
  assert.equal(
    json(() => 1),
    'null',
  );
});

test('a value that there is not shows nothing', () => {
  assert.equal(valued(undefined, plain, true), nothing);
  assert.equal(valued(null, plain, false).text, 'null');
});

test('a mistake tells its column, in several lines its line as well', () => {
  const problem = (line: string, at: number): string | undefined => failed(new Mistake('no', at), line, plain).problem;
  assert.equal(problem('kill web-9', 5), 'no (column 6)');
  assert.equal(problem('const x = {\n  a:\n}', 16), 'no (line 2, column 5)');
});

test('a failure is one line without a stack, and long ones are broken at blanks', () => {
  const thrown = new TypeError('x is not a function\nand more');
  assert.equal(failed(thrown, '', plain).text, 'TypeError: x is not a function');
  assert.equal(failed({ code: 3 }, '', plain).text, 'Error: thrown { code: 3 }');
  const { text, problem } = failed(new Refusal('word '.repeat(30).trim()), '', { columns: 20, colour: false });
  assert.ok(text.split('\n').every((line) => line.length <= 20));
  assert.equal(text.replaceAll('\n', ' '), `error: ${problem}`);
});

test('what was cancelled says so', () => {
  assert.equal(failed(new Cancelled(), '', plain).cancelled, true);
  assert.equal(failed(new Refusal('cancelled'), '', plain).cancelled, undefined);
});
