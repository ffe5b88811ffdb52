import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../stages';
import { withConfig } from '../testing/simulated-site';
import { launch } from './launch';
import type { LiveWorld } from './live-world';

/** A database that starts says so until it has read its disk. */
async function ready(world: LiveWorld): Promise<Awaited<ReturnType<LiveWorld['get']>>> {
  for (let tries = 0; tries < 500; tries++) {
    const response = await world.get('/users/12');
    if (response.status !== 503) return response;
  }
  throw new Error('the site never got ready');
}

test('the same verbs on threads: a request, a death, and data that outlives it', { timeout: 60_000 }, async () => {
  const world = await launch(stages.loadBalanced, { hosts: 2 });
  try {
    const response = await ready(world);
    equal(response.status, 200);
    deepEqual([response.via[0], response.via[2]], ['lb-1', 'db-1']);
    equal((await world.patch('/users/3', { firstName: 'Ada' })).status, 200);
    const changed = await world.sql("UPDATE users SET city = 'Oslo' WHERE id = 3");
    deepEqual([changed.outcome, changed.by], ['done', 'db-1']);
    const read = await world.sql('SELECT first_name, city FROM users WHERE id = 3', { fresh: 'session' });
    deepEqual(read.outcome === 'done' ? read.rows : read, [['Ada', 'Oslo']]);
    await rejects(world.sql('SELECT * FORM users'), /^Refusal: db-1 cannot run that: near "FORM": syntax error$/);
    equal((await world.replicas()).primary, 'db-1');
    // A slow disk makes the start of a database long: whoever does not wait for it gets a 503.
    await world.fault({ kind: 'slow-disk', node: 'db-1', ms: 150 });
    await world.kill('db-1', { stay: true });
    const without = await world.get('/users/3');
    equal(without.status, 503);
    match(without.body, /db-1/);
    await world.restart('db-1');
    await ready(world);
    equal(JSON.parse((await world.get('/users/3')).body).firstName, 'Ada');
    await rejects(world.kill('web-9'), /there is no node web-9/);
  } finally {
    await world.close();
  }
});

test('on threads passwords are hashed aside, and whoever is logged in outlives a web server', {
  timeout: 60_000,
}, async () => {
  // A machine that is busy with other tests must not look like a site that is.
  const web = { requestMs: 30_000, passwordCost: 1_024 };
  const config = { 'lb-1': { requestMs: 40_000 }, 'web-1': web, 'web-2': web, 'db-1': { seedUsers: 20 } };
  const topology = withConfig(stages.stateless.topology, config);
  const world = await launch({ ...stages.stateless, topology }, { hosts: 2 });
  const patient = { timeout: '50s' };
  try {
    equal((await ready(world)).status, 200);
    const [first, second] = [await world.login(12, 'secret', patient), await world.login(12, 'secret', patient)];
    deepEqual([first.status, second.status], [200, 200], `${first.body} ${second.body}`);
    const ids = [first, second].map(
      ({ headers }) => /^session=12-([0-9a-f]{32});/.exec(headers['set-cookie'] ?? '')?.[1],
    );
    match(ids.join(' '), /^([0-9a-f]{32}) (?!\1)[0-9a-f]{32}$/);
    equal((await world.login(12, 'guess', patient)).status, 401);
    equal((await world.get('/me', patient)).status, 200);
    await world.kill('web-1', { stay: true });
    for (let i = 0; i < 3; i++) equal((await world.get('/me', patient)).status, 200);
    const holders = await world.sessions();
    equal(
      holders.reduce((sum, { held = 0 }) => sum + held, 0),
      1,
    );
    await world.logout(patient);
    equal((await world.get('/me', patient)).status, 401);
  } finally {
    await world.close();
  }
});
