import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest, HttpResponse } from '../../protocols/http';
import { Cookies } from './cookies';

const request: HttpRequest = { kind: 'http.request', method: 'GET', path: '/', headers: {} };

function setting(text: string): HttpResponse {
  return { kind: 'http.response', status: 200, headers: { 'set-cookie': text }, body: '' };
}

test('each user of each site has cookies of their own; the newest value counts', () => {
  const cookies = new Cookies(() => 0);
  const said = (user: string, host: string): string | undefined => cookies.dress(user, host, request).headers['cookie'];
  assert.equal(cookies.dress('ada', 'a.com', request), request);
  cookies.hear('ada', 'a.com', setting('lb=web-1'));
  cookies.hear('ada', 'a.com', setting('session=s1\nlb=web-2'));
  cookies.hear('bob', 'a.com', setting('lb=web-3'));
  assert.equal(said('ada', 'a.com'), 'session=s1; lb=web-2');
  assert.equal(said('bob', 'a.com'), 'lb=web-3');
  assert.equal(said('ada', 'b.com'), undefined);
  cookies.hear('bob', 'a.com', setting('lb=; Max-Age=0'));
  assert.equal(said('bob', 'a.com'), undefined);
});

test('they last as long as they were to, and what the user says goes first', () => {
  let nowMs = 1_000;
  const cookies = new Cookies(() => nowMs);
  cookies.hear('', 'a.com', setting('session=s1; Max-Age=10'));
  nowMs = 10_999;
  assert.equal(cookies.dress('', 'a.com', request).headers['cookie'], 'session=s1');
  const own = { ...request, headers: { cookie: 'session=mine' } };
  assert.equal(cookies.dress('', 'a.com', own), own);
  nowMs = 11_000;
  assert.equal(cookies.dress('', 'a.com', request), request);
});

test('a jar holds so many and no more, the oldest go', () => {
  const cookies = new Cookies(() => 0);
  for (let number = 0; number < 60; number++) cookies.hear('', 'a.com', setting(`c${number}=1`));
  const said = cookies.dress('', 'a.com', request).headers['cookie']?.split('; ') ?? [];
  assert.equal(said.length, 50);
  assert.equal(said[0], 'c10=1');
});
