import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSite } from '../../testing/simulated-site';

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
