import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSite } from '../../testing/simulated-site';

test('each hop hands down less time than it has, so that whoever runs out of it can still say so', () => {
  const site = simulatedSite();
  const budgets: [string, number][] = [];
  site.events.subscribe((event) => {
    if (event.type !== 'sent' || event.envelope.re !== undefined) return;
    const { body, budgetMs } = event.envelope;
    if (body.kind === 'http.request' || body.kind === 'sql.execute') budgets.push([event.node, budgetMs ?? 0]);
  });
  site.pause('db-1');
  const { status, via } = site.get('/users/1', { timeout: '1s' });
  assert.equal(status, 504);
  assert.deepEqual(via, ['lb-1', 'web-1']);
  assert.deepEqual(
    budgets.map(([node]) => node),
    ['app-1', 'lb-1', 'web-1'],
  );
  const [device = 0, balancer = 0, web = 0] = budgets.map(([, ms]) => ms);
  // Looking up the name took its time; then a tenth is kept back by each, and what the way took is gone: some
  // 5 ms over the internet, 0.25 ms inside, and the service.
  assert.ok(device > 980 && device <= 1_000, String(device));
  assert.ok(balancer > 0.9 * (device - 6) && balancer < 0.9 * (device - 5), String(balancer));
  assert.ok(web > 0.9 * (balancer - 1) && web < 0.9 * balancer, String(web));
});

test('a server that answers with failures is left alone, then tried, then used again', () => {
  const breaker = { breaker: 0.5, breakerCallsMin: 5, breakerOpenMs: 1_000, breakerProbes: 2 };
  const site = simulatedSite({
    config: { 'lb-1': { ...breaker, probeEveryMs: 60_000 } },
  });
  const sent = { 'web-1': 0, 'web-2': 0 };
  site.events.subscribe((event) => {
    if (event.type !== 'sent' || event.node !== 'lb-1' || event.envelope.body.kind !== 'http.request') return;
    if (event.envelope.to === 'web-1' || event.envelope.to === 'web-2') sent[event.envelope.to]++;
  });
  // It looks for its databases where there are none, and says 503 to everybody.
  site.configure('web-2', { databases: 'nobody' });
  const statuses = Array.from({ length: 20 }, () => site.get('/users/1').status);
  assert.equal(statuses.filter((status) => status !== 200).length, 5, JSON.stringify(statuses));
  assert.equal(sent['web-2'], 5);
  site.configure('web-2', { databases: 'db' });
  site.run('1s');
  const later = Array.from({ length: 10 }, () => site.get('/users/1').status);
  assert.deepEqual(new Set(later), new Set([200]));
  assert.equal(sent['web-2'], 10);
  assert.deepEqual(site.acts, [
    'lb-1: breaker open for web-2',
    'lb-1: breaker half-open for web-2',
    'lb-1: breaker closed for web-2',
  ]);
});

test('a server that answers nothing is a failure to the breaker as well, also where it is not put out for it', () => {
  const breaker = { breaker: 0.5, breakerCallsMin: 3, breakerOpenMs: 60_000 };
  const site = simulatedSite({
    config: { 'lb-1': { ...breaker, requestMs: 100, probeEveryMs: 600_000, failuresToEject: 1_000 } },
  });
  site.pause('web-2');
  const statuses = Array.from({ length: 12 }, () => site.get('/users/1').status);
  assert.equal(statuses.filter((status) => status === 504).length, 3, JSON.stringify(statuses));
  assert.deepEqual(site.acts, ['lb-1: breaker open for web-2']);
});
