import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../src/drawing/look';
import { stages } from '../../src/stages';
import { simulate } from '../../src/world/simulate';
import { lookedBack } from '../shell/looking-back';
import { whyOf } from './why';
import { whyText } from './why-view';

/** The first write: the log begins with the data of a new database and with its first term. */
const first = 3;
const never = new AbortController().signal;

function site(keepMax = 20_000) {
  const world = simulate(stages.cache, { seed: 7, keepMax });
  world.strategy('write-around');
  const why = () => {
    const found = whyOf(world.recent());
    assert.ok(found?.served !== undefined);
    return { ...found, served: found.served };
  };
  return { world, why, text: () => whyText(why(), plain).replaceAll('\n', ' ') };
}

test('a read that a cache answered tells whose copy it was, how old, and that nothing newer was there', () => {
  const { world, why, text } = site();
  world.patch('/users/12', { lastName: 'Byron' });
  const beforeUs = world.nowUs;
  world.get('/users/12');
  const filledUs = world.nowUs;
  world.run('3s');
  const askedUs = world.nowUs;
  world.get('/users/12');
  const { served, made, path } = why();
  const { cached } = served;
  assert.deepEqual([served.node, path.at(-1)], ['cache-3', 'cache-3']);
  assert.deepEqual([served.version, served.position, served.term], [first, first, 1]);
  assert.equal(made?.request?.text, 'PATCH /users/12');
  assert.deepEqual([cached?.fill?.by, cached?.fill?.database, cached?.fill?.seconds], ['web-2', 'db-1', 60]);
  const saidUs = cached?.fill?.saidUs ?? 0;
  assert.ok(beforeUs < saidUs && saidUs < filledUs, `the database said it at ${saidUs}`);
  assert.equal(cached?.ageUs, served.atUs - saidUs);
  assert.ok(served.atUs > askedUs && served.atUs < world.nowUs, `given out at ${served.atUs}`);
  assert.deepEqual(cached?.behind, { writes: [], staleUs: 0, unclear: 0 });
  assert.match(text(), /came out of the cache of cache-3 at .*a copy of what db-1 said at .*, put there by web-2 at/);
  assert.match(text(), /The copy was 3 s old\. The database had nothing newer of it\./);
});

test('how stale it was counts from the first write that it knew nothing of, and only writes of this row count', () => {
  const { world, why, text } = site();
  world.get('/users/12');
  world.patch('/users/13', { lastName: 'Babbage' });
  world.run('1s');
  const beforeUs = world.nowUs;
  world.patch('/users/12', { lastName: 'Byron' });
  const afterUs = world.nowUs;
  world.run('2s');
  world.patch('/users/12', { lastName: 'Lovelace' });
  const askedUs = world.nowUs;
  world.get('/users/12');
  const repliedUs = world.nowUs;
  world.patch('/users/12', { lastName: 'King' });
  const { cached, version } = why().served;
  assert.equal(version, 0);
  assert.deepEqual(
    cached?.behind?.writes.map(({ position }) => position),
    [first + 1, first + 2],
  );
  const staleUs = cached?.behind?.staleUs ?? 0;
  assert.ok(staleUs > askedUs - afterUs && staleUs < repliedUs - beforeUs, `stale by ${staleUs} µs`);
  assert.equal(cached?.replacedBy?.request?.text, 'PATCH /users/12');
  assert.match(
    text(),
    /Stale by 2 s: in the database it had been written 2 times since, first by entry 4 at .*because app-1 asked PATCH/,
  );
});

test('of SQL at the prompt it says what it cannot tell, until somebody was told what that did to the row', () => {
  const { world, why, text } = site();
  const behind = () => why().served.cached?.behind;
  world.get('/users/12');
  world.sql("UPDATE users SET last_name = 'King' WHERE id = 13");
  world.get('/users/12');
  assert.deepEqual(behind(), { writes: [], staleUs: 0, unclear: 1 });
  assert.match(text(), /Whether 1 later write of its tables touched it, these events do not tell/);
  world.cache({ kind: 'cache.delete', key: 'row:user:12' });
  world.run('1s');
  world.get('/users/12');
  world.get('/users/12');
  assert.deepEqual(behind(), { writes: [], staleUs: 0, unclear: 0 });
  world.sql("UPDATE users SET last_name = 'King', version = log_position() WHERE id = 12");
  world.get('/users/12');
  assert.equal(behind()?.unclear, 1);
  world.cache({ kind: 'cache.delete', key: 'row:user:12', version: first + 1 }, { at: 'gutter-1' });
  world.get('/users/12');
  assert.deepEqual(
    behind()?.writes.map(({ position }) => position),
    [first + 1],
  );
});

test('a copy that is older than the events that are kept is found by doing history again', async () => {
  const { world, why } = site(1_500);
  world.get('/users/12');
  world.run('1s');
  world.patch('/users/12', { lastName: 'Byron' });
  world.load({ loop: 'open', ratePerS: 100, arrivals: 'constant' }, { users: 10 });
  world.run('5s');
  world.loadStop();
  world.get('/users/12');
  const short = why();
  assert.equal(short.served.cached?.fill, undefined);
  assert.match(whyText(short, plain), /the events that are kept/);
  const long = await lookedBack(world, short, never);
  const { fill, ageUs = 0, behind } = long.served?.cached ?? {};
  assert.deepEqual([fill?.by, behind?.writes.map(({ position }) => position)], ['web-1', [first]]);
  assert.ok(ageUs > 6_000_000 && ageUs < 6_200_000, `${ageUs} µs old`);
  assert.ok((behind?.staleUs ?? 0) > 5_000_000 && (behind?.staleUs ?? 0) < 5_100_000, `${behind?.staleUs} µs stale`);
  assert.equal(long.served?.cached?.replacedBy?.request?.text, 'PATCH /users/12');
});

test('a read that went through the cache to the database is told as one of the database', () => {
  const { world, why } = site();
  world.strategy('read-through');
  world.run('1s');
  world.get('/users/12');
  assert.deepEqual([why().served.node, why().served.cached], ['db-1', undefined]);
  world.get('/users/12');
  const { served } = why();
  assert.deepEqual(
    [served.node, served.cached?.fill?.by, served.cached?.fill?.database],
    ['cache-3', 'cache-3', 'db-1'],
  );
});

test('a read that shared the question of another one is told as that', () => {
  const { world, why } = site();
  world.strategy('cache-aside');
  for (const id of ['cache-1', 'cache-2', 'cache-3', 'gutter-1']) world.kill(id, { stay: true });
  world.fault({ kind: 'slow', a: 'web-*', b: 'db-1', ms: 50 });
  world.load(
    { loop: 'open', ratePerS: 200, arrivals: 'constant' },
    { users: 12, popularity: { law: 'hot', user: 12, share: 1 } },
  );
  world.run('2s');
  world.get('/users/12');
  const { served, path } = why();
  assert.deepEqual([served.node, served.version, path.includes('db-1')], ['db-1', 0, false]);
});

test('what was dropped, and shown all the same, is told as that', () => {
  const { world, why, text } = site();
  world.strategy('cache-aside');
  for (const web of ['web-1', 'web-2']) world.configure(web, { staleMs: 150 });
  world.run('1s');
  world.get('/users/12');
  world.patch('/users/12', { lastName: 'Byron' });
  world.get('/users/12');
  const { cached, version } = why().served;
  assert.deepEqual([cached?.wasDropped, cached?.behind?.writes.length, version], [true, 1, 0]);
  assert.match(text(), /old and had been dropped; .* Stale by .* ms/);
});
