/** The first slice, from the device to the disk. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSite } from '../testing/simulated-site';

test('an app gets a user as JSON through DNS, the balancer, a web server and the database', () => {
  const site = simulatedSite();
  const { status, headers, body, via, ms } = site.get('/users/12');
  assert.equal(status, 200, body);
  assert.equal(headers['content-type'], 'application/json');
  const user = JSON.parse(body);
  assert.deepEqual(Object.keys(user), ['id', 'firstName', 'lastName', 'address', 'phoneNumbers']);
  assert.deepEqual(Object.keys(user.address), ['streetAddress', 'city', 'state', 'postalCode']);
  assert.equal(user.id, 12);
  assert.ok(user.phoneNumbers.length > 0);
  assert.deepEqual(via, ['lb-1', 'web-1', 'db-1']);
  assert.ok(ms > 20 && ms < 25, `${ms} ms: two round trips over the internet and a little work`);
});

test('a browser gets HTML', () => {
  const { status, headers, body } = simulatedSite().get('/users/12', { client: 'browser' });
  assert.equal(status, 200);
  assert.match(headers['content-type'] ?? '', /^text\/html/);
  assert.match(body, /^<!doctype html>[\s\S]*<dd>12<\/dd>/);
});
