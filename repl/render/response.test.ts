import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { plain } from '../../src/drawing/look';
import type { ClientResponse } from '../../src/protocols/client';
import { lines } from './fixtures';
import { response } from './response';

const answer: ClientResponse = {
  kind: 'client.response',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"id":12,"firstName":"Ada","phoneNumbers":[]}',
  ms: 43.2,
  via: ['lb-1', 'web-2', 'db-1'],
};

test('the status, the time, the way, and the JSON laid out', () => {
  const expected = lines(
    '200 OK  43 ms  45 B  app-1 → lb-1 → web-2 → db-1',
    '{',
    '  "id": 12,',
    '  "firstName": "Ada",',
    '  "phoneNumbers": []',
    '}',
  );
  assert.equal(response(answer, plain, { client: 'app-1' }), expected);
});

test('headers where they are asked for', () => {
  const expected = lines('200 OK  43 ms  2 B  lb-1 → web-2 → db-1', 'content-type: application/json', '', 'hi');
  assert.equal(response({ ...answer, body: 'hi' }, plain, { headers: true }), expected);
});

test('HTML stays as it came, and a long body is cut', () => {
  const body = `<!doctype html>\n${'<p>hello</p>\n'.repeat(30)}`;
  const expected = lines(
    '200 OK  43 ms  406 B  lb-1 → web-2 → db-1',
    '<!doctype html>',
    '<p>hello</p>',
    '… 29 more lines',
  );
  assert.equal(response({ ...answer, body }, plain, { bodyLinesMax: 3 }), expected);
});

test('without a response the problem is told', () => {
  const text = response(
    { ...answer, status: 0, body: '', ms: 5_000, via: [], problem: 'no such name: api.mysite.com' },
    plain,
  );
  assert.equal(text, lines('no response  5 s', 'no such name: api.mysite.com'));
});

test('what only looks like JSON is shown as it is', () => {
  assert.equal(response({ ...answer, body: '{oops', via: [] }, plain), lines('200 OK  43 ms  5 B', '{oops'));
});

test('the colour of the status is that of its class', () => {
  const look = { columns: 80, colour: true };
  const of = (status: number): string => response({ ...answer, status, body: '' }, look).slice(0, 5);
  assert.deepEqual([200, 404, 503, 0].map(of), ['\u001b[32m', '\u001b[33m', '\u001b[31m', '\u001b[31m']);
});

test('in colour the JSON is the same JSON', () => {
  const body = '{"a: b":"c: \\"d\\"","e":[1,null,{"f":{}}],"g":""}';
  const inColour = response({ ...answer, body }, { columns: 80, colour: true });
  assert.ok(inColour.includes('\u001b[36m"a: b"\u001b[39m: \u001b[32m"c: \\"d\\""\u001b[39m,'), inColour);
  const bare = stripVTControlCharacters(inColour);
  assert.equal(bare, response({ ...answer, body }, plain));
});
