import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSite } from '../../testing/simulated-site';
import { commandLine } from '../../world/command-line';

test('a request costs one timer, however the gaps between them round', () => {
  for (const rate of [0, 0.01]) {
    // Nobody answers and one request may be out: all that happens is that users come and are turned away.
    const site = simulatedSite({ config: { 'crowd-1': { outstandingMax: 1 } } });
    site.fault({ kind: 'partition', a: 'crowd-1', b: 'dns-1' });
    if (rate > 0) site.fault({ kind: 'drift', node: 'crowd-1', rate });
    site.load({ loop: 'open', ratePerS: 3_000, arrivals: 'constant' }, { timeoutMs: 60_000 });
    const endUs = site.nowUs + 1_000_000;
    let steps = 0;
    while (site.nowUs < endUs) {
      site.step();
      steps++;
    }
    const { sent } = site.loadReport();
    const expected = 3_000 * (1 + rate);
    assert.ok(Math.abs(sent - expected) <= 60, `${sent} users came`);
    assert.ok(steps < 1.2 * expected, `${steps} steps for ${sent} requests`);
  }
});

test('one user may get a share of all requests', () => {
  const site = simulatedSite();
  const asked = new Map<string, number>();
  site.events.subscribe((event) => {
    if (event.type !== 'operation' || event.operation.phase !== 'invoke') return;
    const { key = '' } = event.operation;
    asked.set(key, (asked.get(key) ?? 0) + 1);
  });
  const text = site.load(
    { loop: 'open', ratePerS: 500, arrivals: 'constant' },
    { users: 100, popularity: { law: 'hot', user: 42, share: 0.5 } },
  );
  assert.match(text, /50% for user 42 alone/);
  const ordered = site.done.at(-1);
  assert.equal(ordered === undefined ? '' : commandLine(ordered.command), 'load 500rps --users 100 --hot 42=50%');
  site.run('2s');
  const { sent } = site.loadStop();
  const [busiest] = [...asked].sort(([, a], [, b]) => b - a);
  assert.match(busiest?.[0] ?? '', /42$/);
  assert.ok(Math.abs((busiest?.[1] ?? 0) - sent / 2) < 4 * Math.sqrt(sent / 4), `${busiest} of ${sent}`);
});
