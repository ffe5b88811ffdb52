import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ordersIn } from './orders';

const texts = (line: string): string[] => ordersIn(line).map(({ from, to }) => line.slice(from, to));

test('a semicolon separates verbs', () => {
  assert.deepEqual(texts('kill web-1; run 5s;get /users/12'), ['kill web-1', 'run 5s', 'get /users/12']);
});

test('quotes and brackets keep it, and nothing stands behind the last', () => {
  const line = `sql "SELECT 1; SELECT 2"; patch /users/1 {"lastName": "a;b"} ; ;`;
  assert.deepEqual(texts(line), ['sql "SELECT 1; SELECT 2"', 'patch /users/1 {"lastName": "a;b"} ']);
  assert.deepEqual(texts(String.raw`post /a "x\";y"; ls`), [String.raw`post /a "x\";y"`, 'ls']);
  assert.deepEqual(texts(`cache set a 'x;y'; ls`), [`cache set a 'x;y'`, 'ls']);
});

test('what is wrong with a quote is for others to say', () => {
  assert.deepEqual(texts('get "/users; ls'), ['get "/users; ls']);
  assert.deepEqual(texts(''), []);
});
