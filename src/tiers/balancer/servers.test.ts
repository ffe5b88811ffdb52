/** Who is put out of the pool and who comes back, call by call; and who is not, since it only has too much to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reporter } from '../../kernel/tier';
import { simulatedSite } from '../../testing/simulated-site';
import { type Server, Servers } from './servers';

const nothing = (): void => undefined;

function pool(): { servers: Servers; one: Server; acts: string[] } {
  const acts: string[] = [];
  const report: Reporter = {
    log: nothing,
    gauge: nothing,
    operation: nothing,
    act: (act) => void acts.push(act),
    unready: nothing,
    ready: nothing,
    expose: nothing,
  };
  const servers = new Servers(report, () => ({ failuresToEject: 3, successesToReadmit: 2 }));
  servers.update(['web-1', 'web-2']);
  const [one] = servers.pool;
  assert.ok(one !== undefined);
  return { servers, one, acts };
}

test('failures put a server out when they come in a row, and a good answer breaks the row', () => {
  const { servers, one, acts } = pool();
  for (const isGood of [false, false, true, false, false]) {
    if (isGood) servers.succeeded(one, false);
    else servers.failed(one, 'reset');
  }
  assert.deepEqual([servers.candidates.length, acts], [2, []]);
  servers.failed(one, 'reset');
  assert.deepEqual([servers.candidates.map(({ id }) => id), acts], [['web-2'], ['eject web-1']]);
});

test('only probes take a server back, good ones in a row', () => {
  const { servers, one, acts } = pool();
  for (let time = 0; time < 3; time++) servers.failed(one, 'no answer');
  // Answers to what it was sent before it was put out.
  for (let time = 0; time < 5; time++) servers.succeeded(one, false);
  assert.equal(one.healthy, false);
  servers.succeeded(one, true);
  servers.failed(one, 'no answer');
  servers.succeeded(one, true);
  assert.equal(one.healthy, false);
  servers.succeeded(one, true);
  assert.deepEqual([servers.candidates.length, acts], [2, ['eject web-1', 'readmit web-1']]);
});

test('whoever has too much to do is left in: the others would only get more', () => {
  const busy = { mailboxMax: 1, requestServiceMs: 200 };
  const site = simulatedSite({ config: { 'web-1': busy, 'web-2': busy, 'lb-1': { failuresToEject: 1 } } });
  site.load({ loop: 'open', ratePerS: 100, arrivals: 'constant' });
  site.run('2s');
  const { failed, ok } = site.loadReport();
  assert.ok(failed > 50 && ok > 5, `${failed} were refused, ${ok} were not`);
  assert.deepEqual(
    site.acts.filter((act) => act.startsWith('lb-1: eject')),
    [],
  );
});
