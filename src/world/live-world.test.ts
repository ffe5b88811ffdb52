import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../stages';
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
