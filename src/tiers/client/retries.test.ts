import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Site, simulatedSite } from '../../testing/simulated-site';

const insists = { attemptsMax: 4, attemptMs: 300, backoffMs: 100, backoffMaxMs: 150 };

/** What the device sends to the site, by when. */
function sendings(site: Site): number[] {
  const atMs: number[] = [];
  site.events.subscribe((event) => {
    if (event.type === 'sent' && event.node === 'app-1' && event.envelope.body.kind === 'http.request') {
      atMs.push(event.atUs / 1_000);
    }
  });
  return atMs;
}

test('by default a device asks once', () => {
  const site = simulatedSite();
  site.kill('db-1', { stay: true });
  const sent = sendings(site);
  assert.equal(site.get('/users/1').status, 503);
  assert.equal(sent.length, 1);
});

test('what may be done twice is asked again after a wait that is drawn, up to so many times', () => {
  const site = simulatedSite({ config: { 'app-1': insists } });
  site.kill('db-1', { stay: true });
  const sent = sendings(site);
  assert.equal(site.get('/users/1').status, 503);
  assert.equal(sent.length, 4);
  const gaps = sent.slice(1).map((atMs, place) => atMs - (sent[place] ?? 0));
  // A refusal takes some 12 ms to come back.
  for (const gap of gaps) assert.ok(gap > 10 && gap < 165, JSON.stringify(gaps));
  assert.equal(new Set(gaps).size, 3);
});

test('one attempt gives up in time for the next, and a late success is a success', () => {
  const site = simulatedSite({ config: { 'app-1': insists } });
  site.pause('db-1');
  const sent = sendings(site);
  site.start(site.request('GET', '/users/1'));
  site.run('500ms');
  site.resume('db-1');
  site.run('500ms');
  assert.equal(sent.length, 2);
  const before = sent.length;
  assert.equal(site.get('/users/1').status, 200);
  assert.equal(sent.length, before + 1);
});

test('a POST is not asked again once it may have been done, and is where it cannot have been', () => {
  const site = simulatedSite({ config: { 'app-1': insists } });
  const someone = {
    firstName: 'Ada',
    lastName: 'L',
    address: { streetAddress: '', city: '', state: '', postalCode: '' },
  };
  site.pause('db-1');
  const sent = sendings(site);
  assert.equal(site.post('/users', someone).status, 504);
  assert.equal(sent.length, 1);
  site.resume('db-1');
  site.kill('lb-1', { stay: true });
  assert.match(site.post('/users', someone).problem ?? '', /refused/);
  assert.equal(sent.length, 5);
});

test('what will never be answered well is not asked again', () => {
  const site = simulatedSite({ config: { 'app-1': insists } });
  const sent = sendings(site);
  assert.equal(site.get('/users/99999').status, 404);
  assert.match(site.get('http://nowhere.example/').problem ?? '', /no such name/);
  assert.equal(sent.length, 1);
});

test('patience ends it, however many attempts are left', () => {
  const site = simulatedSite({ config: { 'app-1': { ...insists, attemptsMax: 100, backoffMs: 10 } } });
  site.pause('db-1');
  const sent = sendings(site);
  const before = site.nowUs;
  assert.equal(site.get('/users/1', { timeout: '1s' }).status, 504);
  assert.ok(site.nowUs - before <= 1_000_000);
  assert.ok(sent.length >= 3 && sent.length <= 5, String(sent.length));
});
