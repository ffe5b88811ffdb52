import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { Envelope } from '../../src/kernel/envelope';
import { messageKey, type WorldEvent } from '../../src/kernel/events';
import { lines } from './fixtures';
import { smallSite } from './small-site';
import { allSpans, type Span, traceOf } from './trace';
import { traceJson, traceText } from './trace-view';

function lastTrace(world: ReturnType<typeof smallSite>): Span {
  const span = traceOf(world.recent());
  assert.ok(span !== undefined);
  return span;
}

test('a request as a tree: who asked whom, and where the time went', () => {
  const world = smallSite();
  world.get('/users/12');
  const expected = lines(
    'GET /users/12 by app-1: 200 after 26 ms',
    'it began at 0.005001 s; 4 messages inside',
    '',
    '                                        there served   back  total',
    'app-1 GET /users/12 → 200                   -      -      -  26 ms  ████████████',
    '├── dns-1 resolve api.m… → 203.0.113.…   5 ms   1 ms   5 ms  11 ms  ──█───',
    '└─┬ lb-1 GET /users/12 → 200             5 ms 100 µs   5 ms  15 ms       ──███──',
    '  └─┬ web-1 GET /users/12 → 200        250 µs   1 ms 250 µs 5.1 ms         ███',
    '    └── db-1 SELECT * FROM… → 1 change 250 µs   2 ms 250 µs 3.5 ms         ─█─',
  );
  assert.equal(traceText(lastTrace(world), plain), expected);
});

test('a retry stands beside what failed, with the reason', () => {
  const world = smallSite();
  world.kill('web-1', { stay: true });
  world.get('/users/12');
  const text = traceText(lastTrace(world), plain);
  const expected = lines(
    '  ├── web-1 GET /users/12 → refused    250 µs      -      - 600 µs         █',
    '  │   ✗ connection refused: web-1 is down',
    '  └─┬ web-2 again GET /users/12 → 200  250 µs   1 ms 250 µs 5.1 ms         ███',
  );
  assert.ok(text.includes(expected), text);
});

test('a question that was lost shows how long its asker waited, and why', () => {
  const world = smallSite();
  const cut = { kind: 'partition', a: 'lb-1', b: 'web-1' };
  world.fault(cut);
  world.get('/users/12');
  const [lost, again] = allSpans(lastTrace(world)).filter(({ from }) => from === 'lb-1');
  assert.equal(lost?.outcome, 'unanswered');
  assert.equal(lost?.problem, 'lost: partition lb-1 | web-1');
  assert.equal((lost?.endUs ?? 0) - (lost?.sentUs ?? 0), 100_000);
  assert.deepEqual([again?.node, again?.attempt, again?.outcome], ['web-2', 2, 'answered']);
});

test('every level of trouble stays inside the columns', () => {
  const world = smallSite();
  world.kill('db-1', { stay: true });
  world.pause('dns-1');
  world.get('/users/12');
  for (const columns of [30, 44, 50, 60, 80, 200]) {
    for (const line of traceText(lastTrace(world), { ...plain, columns }).split('\n')) {
      assert.ok(width(line) <= columns, `${columns}: ${line}`);
    }
  }
});

test('while it is under way it is open', () => {
  const world = smallSite();
  world.get('/users/1');
  world.get('/users/12');
  const events = world.recent();
  const begun = events.findIndex((event) => event.type === 'sent' && messageKey(event.envelope) === 'repl#1.2');
  const cutAt = events.findIndex((event, at) => at > begun && event.type === 'delivered' && event.node === 'db-1');
  const span = traceOf(events.slice(0, cutAt + 1));
  assert.ok(span !== undefined);
  assert.deepEqual([span.outcome, span.problem, span.endUs], ['open', 'no answer yet', undefined]);
  assert.match(traceText(span, plain), /^GET \/users\/12 by app-1: no answer yet[\s\S]*db-1 SELECT.* → …/);
});

test('any message can be the root', () => {
  const world = smallSite();
  world.get('/users/12');
  const web = allSpans(lastTrace(world)).find(({ node }) => node === 'web-1');
  assert.equal(traceOf(world.recent(), { key: web?.key ?? '' })?.calls[0]?.node, 'db-1');
});

test('without a request there is no trace', () => {
  assert.equal(traceOf(smallSite().recent()), undefined);
  assert.equal(traceOf([], { key: 'nobody#1.1' }), undefined);
});

test('as JSON it has the parts of the time', () => {
  const world = smallSite();
  world.get('/users/12');
  const { thereUs, servedUs, backUs, totalUs, calls } = traceJson(lastTrace(world));
  assert.deepEqual([thereUs, servedUs, backUs, totalUs], [0, 0, 0, 26_200]);
  const database = calls[1]?.calls[0]?.calls[0];
  assert.deepEqual([database?.node, database?.servedUs, database?.answer?.text], ['db-1', 2_000, '1 change']);
});

/** Hand-made mail from `a` to `b`. */
function mail(id: number, given: Partial<Envelope> = {}): Envelope {
  const body = { kind: 'ping' };
  return { from: 'a', to: 'b', incarnation: 1, id, cause: undefined, budgetMs: 10, body, ...given };
}

const asked = mail(1);
const answer = mail(1, { from: 'b', to: 'a', re: 1, answers: 1, budgetMs: undefined });
const key = 'a#1.1';

test('an answer that came too late was no answer', () => {
  const events: WorldEvent[] = [
    { type: 'sent', atUs: 0, node: 'a', envelope: asked },
    { type: 'delivered', atUs: 5, node: 'b', envelope: asked },
    { type: 'sent', atUs: 20_000, node: 'b', envelope: answer },
    { type: 'delivered', atUs: 20_005, node: 'a', envelope: answer },
    { type: 'handled', atUs: 20_005, node: 'a', envelope: answer },
    { type: 'dropped', atUs: 20_005, node: 'a', envelope: answer, reason: 'nobody waits for this answer any more' },
  ];
  const span = traceOf(events, { key });
  assert.equal(span?.outcome, 'unanswered');
  assert.equal(span?.problem, 'the answer was lost at a: nobody waits for this answer any more');
});

test('a second copy of an answer does no harm', () => {
  const events: WorldEvent[] = [
    { type: 'sent', atUs: 0, node: 'a', envelope: asked },
    { type: 'handled', atUs: 7, node: 'a', envelope: answer },
    { type: 'handled', atUs: 9, node: 'a', envelope: answer },
    { type: 'dropped', atUs: 9, node: 'a', envelope: answer, reason: 'nobody waits for this answer any more' },
  ];
  assert.deepEqual([traceOf(events, { key })?.outcome, traceOf(events, { key })?.endUs], ['answered', 7]);
});

test('a message that wants no answer was told', () => {
  const told = mail(1, { budgetMs: undefined });
  const span = traceOf([{ type: 'sent', atUs: 0, node: 'a', envelope: told }], { key });
  assert.deepEqual([span?.outcome, span?.problem], ['told', undefined]);
});

test('who was refused twice by the same dead node is not confused about what came of which', () => {
  const refusal = (re: number): Envelope =>
    mail(0, { from: 'b', to: 'a', incarnation: 0, re, answers: 1, budgetMs: undefined, body: { kind: 'refused' } });
  const cause = { from: 'b', incarnation: 0, id: 0 };
  const because = (id: number): Partial<Envelope> => ({ cause: { from: 'x', incarnation: 1, id } });
  const events: WorldEvent[] = [];
  for (const at of [0, 100]) {
    const root = mail(at + 1, { from: 'x', to: 'a' });
    const first = mail(at + 2, because(at + 1));
    const retry = mail(at + 3, { to: 'c', cause });
    events.push(
      { type: 'sent', atUs: at, node: 'x', envelope: root },
      { type: 'sent', atUs: at + 1, node: 'a', envelope: first },
      { type: 'delivered', atUs: at + 2, node: 'a', envelope: refusal(at + 2) },
      { type: 'sent', atUs: at + 2, node: 'a', envelope: retry },
    );
  }
  for (const root of ['x#1.1', 'x#1.101']) {
    assert.deepEqual(
      traceOf(events, { key: root })?.calls.map(({ node }) => node),
      ['b', 'c'],
    );
  }
});

test('who asks again at each answer hangs all of it under what made it begin, however long it goes on', () => {
  const rounds = 20_000;
  const events: WorldEvent[] = [];
  const root = mail(1, { from: 'x', to: 'a' });
  events.push({ type: 'sent', atUs: 0, node: 'x', envelope: root });
  let cause: Envelope['cause'] = { from: 'x', incarnation: 1, id: 1 };
  for (let id = 2; id < 2 + rounds; id++) {
    const question = mail(id, cause === undefined ? {} : { cause });
    const said = mail(id, { from: 'b', to: 'a', re: id, answers: 1, budgetMs: undefined });
    events.push(
      { type: 'sent', atUs: 2 * id, node: 'a', envelope: question },
      { type: 'delivered', atUs: 2 * id + 1, node: 'a', envelope: said },
    );
    cause = { from: 'b', incarnation: 1, id };
  }
  const span = traceOf(events, { key: 'x#1.1' });
  assert.ok((span?.calls.length ?? 0) > 100);
});
