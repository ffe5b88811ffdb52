import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HttpRequest, httpResponse } from '../../protocols/http';
import { simulatedSite } from '../../testing/simulated-site';
import { Overload, overloadDefaults } from './overload';

/** Two CPUs that take 50 ms for a page: 40 pages a second. */
const slow = { readServiceMs: 50 };
const shape = { loop: 'open', ratePerS: 80, arrivals: 'poisson' } as const;

interface Seen {
  readonly shedding?: { readonly workers: number; readonly shed: number };
  readonly breaker?: { readonly state: string; readonly opened: number; readonly refused: number };
}

test('with twice as many users as it can serve, a site that sheds serves as many as it can, the others hear so at once', () => {
  const rates: number[] = [];
  for (const shedding of ['off', 'on']) {
    const site = simulatedSite({ config: { 'db-1': slow, 'web-1': { shedding }, 'web-2': { shedding } } });
    site.load(shape, { timeoutMs: 1_000 });
    site.run('6s');
    const before = site.loadReport();
    site.run('5s');
    const after = site.loadReport();
    rates.push((after.ok - before.ok) / 5);
    const { shedding: seen } = site.view('web-1') as Seen;
    if (shedding === 'off') assert.equal(seen, undefined);
    else {
      assert.ok(seen !== undefined && seen.shed > 50 && seen.workers < 50, JSON.stringify(seen));
      assert.ok(after.p99Ms < 900, String(after.p99Ms));
    }
  }
  const [without = 0, shedding = 0] = rates;
  assert.ok(without < 4, `${without} pages a second`);
  assert.ok(shedding > 36, `${shedding} pages a second`);
});

test('answers that take most of the time that there was are a sign of too much, even if they are good ones', () => {
  const nothing = (): void => undefined;
  const events = { log: nothing, gauge: nothing, operation: nothing, act: nothing };
  const overload = new Overload(() => ({ ...overloadDefaults, workers: 100, shedding: 'on' }), {
    ...events,
    unready: nothing,
    ready: nothing,
    expose: nothing,
  });
  const answered = (tookMs: number): void =>
    overload.leave({ pass: undefined, atMs: 0, budgetMs: 1_000 }, 200, tookMs, 100);
  answered(500);
  assert.equal(overload.workers, 100);
  answered(501);
  assert.equal(overload.workers, 90);
  for (let time = 0; time < 100; time++) answered(501);
  assert.equal(overload.workers, 2);
});

/** Requests that reach one web server at one moment; each takes 300 ms of the database. */
function atOnce(count: number, web: object, afterMs: number): (number | undefined)[] {
  const site = simulatedSite({ config: { 'db-1': { readServiceMs: 300 }, 'web-1': { workers: 1, ...web } } });
  const request: HttpRequest = { kind: 'http.request', method: 'GET', path: '/users/1', headers: {} };
  const asked = Array.from({ length: count }, () => site.later('web-1', request));
  site.run(afterMs);
  return asked.map(({ answer }) => (httpResponse.accepts(answer) ? answer.status : undefined));
}

test('so many wait for a worker, and the next one is told at once that there is no room', () => {
  assert.deepEqual(atOnce(5, { backlog: 2 }, 50), [undefined, undefined, undefined, 503, 503]);
  assert.deepEqual(atOnce(5, { backlog: 2 }, 1_000), [200, 200, 200, 503, 503]);
});

test('the time that a request waited for a worker is a part of its time', () => {
  assert.deepEqual(atOnce(2, { requestMs: 500 }, 470), [200, undefined]);
  assert.deepEqual(atOnce(2, { requestMs: 500 }, 510), [200, 504]);
});

test('a breaker refuses at once while the database fails, tries it again, and forgets all about it when it is back', () => {
  const breaker = { breaker: 0.5, breakerCallsMin: 5, breakerOpenMs: 1_000, breakerProbes: 2 };
  const site = simulatedSite({ config: { 'web-1': breaker, 'web-2': breaker } });
  const view = (): Seen['breaker'] => (site.view('web-1') as Seen).breaker;
  site.load({ ...shape, ratePerS: 40 }, { timeoutMs: 200 });
  site.run('1s');
  assert.deepEqual(view(), { state: 'closed', opened: 0, refused: 0 });
  site.pause('db-1');
  site.run('3s');
  const open = view();
  assert.ok(open !== undefined && open.opened >= 2 && open.refused > 20, JSON.stringify(open));
  const refusal = site.get('/users/1', { timeout: '200ms' });
  assert.ok(refusal.ms < 50 && refusal.status === 503, `${refusal.status} after ${refusal.ms} ms`);
  assert.match(refusal.body, /left alone for a while/);
  site.resume('db-1');
  site.run('2s');
  assert.equal(view()?.state, 'closed');
  assert.equal(site.get('/users/1').status, 200);
});

test('it can be switched while it runs, either way', () => {
  const site = simulatedSite({ config: { 'db-1': slow } });
  site.load(shape, { timeoutMs: 1_000 });
  site.run('3s');
  site.protect('shedding');
  site.run('10s');
  const before = site.loadReport().ok;
  site.run('5s');
  assert.ok(site.loadReport().ok - before > 170, String(site.loadReport().ok - before));
  site.protect('off');
  site.run('8s');
  const later = site.loadReport().ok;
  site.run('5s');
  assert.ok(site.loadReport().ok - later < 20, String(site.loadReport().ok - later));
});
