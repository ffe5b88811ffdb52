import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wordsOf } from '../../src/drawing/event-words';
import { plain, width } from '../../src/drawing/look';
import type { WorldEvent } from '../../src/kernel/events';
import { eventLine, eventList, foldLosses } from './events';
import { lines } from './fixtures';

const envelope = {
  from: 'lb-1',
  to: 'web-2',
  incarnation: 1,
  id: 17,
  cause: undefined,
  budgetMs: 10,
  body: { kind: 'http.request', method: 'GET', path: '/users/12', headers: {} },
};
const answer = {
  ...envelope,
  from: 'web-2',
  to: 'lb-1',
  id: 9,
  re: 17,
  body: { kind: 'refused', reason: 'x', because: 'down' },
};
const at = { atUs: 12_345_678, node: 'web-2' };

describe('each kind of event in words', () => {
  const cases: readonly (readonly [WorldEvent, string])[] = [
    [{ type: 'life', ...at, incarnation: 1, phase: 'killed', reason: 'by hand' }, 'killed: by hand'],
    [{ type: 'life', ...at, incarnation: 3, phase: 'started', reason: 'restarted' }, 'started: restarted (life 3)'],
    [{ type: 'life', ...at, incarnation: 1, phase: 'killed', reason: 'killed by hand' }, 'killed by hand'],
    [{ type: 'sent', ...at, envelope }, '→ web-2 http.request #17 GET /users/12'],
    [{ type: 'delivered', ...at, envelope }, '← lb-1 http.request #17 GET /users/12'],
    [{ type: 'handled', ...at, envelope: answer }, '← web-2 refused re #17'],
    [
      { type: 'dropped', ...at, envelope, reason: 'web-2 is down' },
      'web-2 is down: lb-1 → web-2 http.request #17 GET /users/12',
    ],
    [{ type: 'log', ...at, level: 'info', text: 'ready' }, 'ready'],
    [{ type: 'log', ...at, level: 'warn', text: 'slow' }, 'warn: slow'],
    [{ type: 'gauge', ...at, name: 'size', value: 7 }, 'size = 7'],
    [
      {
        type: 'operation',
        ...at,
        operation: { process: 'app-1:1', phase: 'ok', f: 'read', key: 'user:1', value: 'Ada' },
      },
      'app-1:1 ok read user:1 "Ada"',
    ],
    [{ type: 'act', ...at, act: 'ejected web-2', reason: '3 missed checks' }, 'ejected web-2: 3 missed checks'],
    [{ type: 'fault', ...at, phase: 'added', fault: 'partition a | b' }, 'added: partition a | b'],
    [{ type: 'config', ...at, phase: 'refused', version: 2, text: 'no' }, 'refused version 2: no'],
  ];
  for (const [event, words] of cases) test(words, () => assert.equal(wordsOf(event), words));
});

test('a line has when, to whom and what', () => {
  const sent: WorldEvent = { type: 'sent', ...at, node: 'lb-1', envelope };
  assert.equal(eventLine(sent, plain), '  12.345678 s  lb-1       sent       → web-2 http.request #17 GET /users/12');
});

test('where there is no room the reason of a drop stays', () => {
  const line = eventLine(
    { type: 'dropped', ...at, envelope, reason: 'partition lb-1 | web-2' },
    { ...plain, columns: 64 },
  );
  assert.equal(line, '  12.345678 s  web-2      dropped    partition lb-1 | web-2: lb…');
  assert.equal(width(line), 64);
});

test('a log line of several lines is one line', () => {
  const line = eventLine({ type: 'log', ...at, level: 'error', text: 'a\nb\u001b[31m' }, plain);
  assert.equal(line, '  12.345678 s  web-2      log        error: a b');
});

test('a list says what it leaves out', () => {
  const event: WorldEvent = { type: 'log', ...at, level: 'info', text: 'ready' };
  const list = eventList([{ event, more: 0 }], plain, 1_200);
  assert.equal(list, lines('… 1,200 earlier', eventLine(event, plain)));
  assert.equal(eventList([], plain), 'no event is like that');
});

test('losses at one place for one reason are one line, whoever sent what was lost', () => {
  const lost = (reason: string, from = 'lb-1'): WorldEvent => ({
    type: 'dropped',
    ...at,
    envelope: { ...envelope, from },
    reason,
  });
  const log: WorldEvent = { type: 'log', ...at, level: 'info', text: 'ready' };
  const folded = foldLosses([lost('a'), lost('a', 'lb-2'), lost('a'), lost('b'), log, log, lost('a')]);
  assert.deepEqual(
    folded.map(({ more }) => more),
    [2, 0, 0, 0, 0],
  );
  const [, more] = eventList(folded, plain).split('\n');
  assert.equal(more, `${' '.repeat(37)}and 2 more like it`);
});

test('a drop is red', () => {
  const line = eventLine({ type: 'dropped', ...at, envelope, reason: 'x' }, { columns: 80, colour: true });
  assert.ok(line.includes('\u001b[31mdropped'), line);
});
