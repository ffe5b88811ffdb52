import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machine } from '../../kernel/machine';
import { tier } from '../../kernel/tier';
import { withSetCookie } from '../../protocols/cookies';
import { healthPing } from '../../protocols/health';
import { type HttpRequest, type HttpResponse, httpRequest } from '../../protocols/http';
import { type Site, simulatedSite } from '../../testing/simulated-site';
import { withTiers } from '../../world/product';

/** A web server that remembers nobody and gives everybody a session of its own. */
const greeter = tier<undefined, HttpRequest, HttpResponse>({
  kind: 'web',
  port: 80,
  summary: 'sets a cookie of its own',
  defaults: undefined,
  parse: () => undefined,
  accepts: [httpRequest, healthPing],
  upstreams: () => [],
  service: () => ({ otherwise: 0, mailboxMax: 100, overflow: 'drop' }),
  behave: () =>
    machine(
      () => undefined,
      (_none, mail, turn) => {
        const response: HttpResponse = { kind: 'http.response', status: 200, headers: {}, body: '' };
        const headers = withSetCookie({ via: turn.node.self }, { name: 'session', value: `of-${mail.from}` });
        turn.reply(mail, { ...response, headers });
      },
    ),
});

function sticky(algorithm: 'sticky-cookie' | 'sticky-address', more: object = {}): Site {
  return simulatedSite({ config: { 'lb-1': { algorithm, probeEveryMs: 100, probeTimeoutMs: 50 }, ...more } });
}

function served(site: Site): Record<string, number> {
  const { servers } = site.view('lb-1') as { readonly servers: readonly { id: string; served: number }[] };
  return Object.fromEntries(servers.map((server) => [server.id, server.served]));
}

const serverOf = (site: Site, client = 'app'): string | undefined => site.get('/users/1', { client }).via[1];

test('a cookie is set once, and leads back to who set it', () => {
  const site = sticky('sticky-cookie');
  const first = site.get('/users/1');
  assert.equal(first.headers['set-cookie'], 'lb=web-1; Path=/; HttpOnly; SameSite=Lax');
  for (let time = 0; time < 5; time++) {
    const again = site.get('/users/2');
    assert.equal(again.headers['set-cookie'], undefined);
    assert.deepEqual(again.via, ['lb-1', 'web-1', 'db-1']);
  }
  // Another device is another user, for whom there is less to do elsewhere.
  assert.equal(serverOf(site, 'browser'), 'web-2');
});

test('whose server dies goes elsewhere, is asked to remember that, and stays there when it comes back', () => {
  const site = sticky('sticky-cookie');
  assert.equal(serverOf(site), 'web-1');
  site.kill('web-1', { stay: true });
  site.run('1s');
  const moved = site.get('/users/1');
  assert.equal(moved.headers['set-cookie'], 'lb=web-2; Path=/; HttpOnly; SameSite=Lax');
  site.restart('web-1');
  site.run('2s');
  assert.equal(serverOf(site), 'web-2');
});

test('the very request that finds its server dead goes elsewhere', () => {
  const site = sticky('sticky-cookie', { 'web-1': {} });
  assert.equal(serverOf(site), 'web-1');
  site.configure('lb-1', { algorithm: 'sticky-cookie', probeEveryMs: 60_000, failuresToEject: 100 });
  site.kill('web-1', { stay: true });
  assert.deepEqual([serverOf(site), serverOf(site)], ['web-2', 'web-2']);
});

test('whose server is taken out of service goes elsewhere', () => {
  const site = sticky('sticky-cookie');
  assert.equal(serverOf(site), 'web-1');
  site.retire('web-1');
  assert.equal(serverOf(site), 'web-2');
});

test('it stands beside the cookies of the servers, and the device tells both', () => {
  const catalogue = withTiers([greeter]);
  const site = simulatedSite({ catalogue, config: { 'lb-1': { algorithm: 'sticky-cookie' } } });
  const told: (string | undefined)[] = [];
  site.events.subscribe((event) => {
    if (event.type !== 'sent' || event.node !== 'app-1') return;
    const { body } = event.envelope;
    if (httpRequest.accepts(body)) told.push(body.headers['cookie']);
  });
  const { headers } = site.get('/');
  assert.equal(
    headers['set-cookie'],
    'session=of-lb-1; Path=/; HttpOnly; SameSite=Lax\nlb=web-1; Path=/; HttpOnly; SameSite=Lax',
  );
  site.get('/');
  site.get('/', { headers: { Cookie: 'lb=web-2' } });
  assert.deepEqual(told, [undefined, 'session=of-lb-1; lb=web-1', 'lb=web-2']);
});

test('what it costs: a server that is back has nothing to do, since its users have found another one', () => {
  const site = sticky('sticky-cookie');
  site.load({ loop: 'open', ratePerS: 100, arrivals: 'constant' }, { users: 20 });
  site.run('2s');
  const { 'web-1': one = 0, 'web-2': other = 0 } = served(site);
  assert.ok(one > 50 && other > 50, JSON.stringify(served(site)));
  site.kill('web-1', { stay: true });
  site.run('2s');
  site.restart('web-1');
  site.run('1s');
  const before = served(site);
  site.run('2s');
  const after = served(site);
  assert.equal(after['web-1'], before['web-1']);
  assert.equal((after['web-2'] ?? 0) - (before['web-2'] ?? 0), 200);
});

test('by address: a device keeps its server, goes elsewhere without it, and home when it is back', () => {
  const site = sticky('sticky-address');
  const home = serverOf(site);
  for (let time = 0; time < 5; time++) assert.equal(serverOf(site), home);
  assert.ok(home !== undefined);
  site.kill(home, { stay: true });
  site.run('1s');
  assert.notEqual(serverOf(site), home);
  site.restart(home);
  site.run('2s');
  assert.equal(serverOf(site), home);
});

test('what it costs: a crowd behind one address has one server', () => {
  const site = sticky('sticky-address');
  site.load({ loop: 'open', ratePerS: 100, arrivals: 'constant' }, { users: 20 });
  site.run('1s');
  const [least = 1, most = 0] = Object.values(served(site)).sort((a, b) => a - b);
  assert.equal(least, 0);
  assert.ok(most > 90, String(most));
});
