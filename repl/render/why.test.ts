import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../src/drawing/look';
import { stages } from '../../src/stages';
import { simulate } from '../../src/world/simulate';
import { whyOf } from './why';
import { whyText } from './why-view';

/** The first write: the log begins with the data of a new database and with its first term. */
const first = 3;

function site() {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  const why = () => {
    const found = whyOf(world.recent());
    assert.ok(found !== undefined);
    return found;
  };
  return { world, why, text: () => whyText(why(), plain).replaceAll('\n', ' ') };
}

test('a row that was written is traced to the request that wrote it', () => {
  const { world, why, text } = site();
  world.patch('/users/3', { lastName: 'Byron' });
  world.patch('/users/4', { lastName: 'Babbage' });
  world.get('/users/3');
  const { served, made, path } = why();
  assert.deepEqual(path, ['app-1', 'lb-1', 'web-1', 'db-1']);
  assert.deepEqual([served?.node, served?.position, served?.version], ['db-1', first + 1, first]);
  assert.deepEqual([made?.node, made?.asker, made?.request?.text], ['db-1', 'web-1', 'PATCH /users/3']);
  assert.match(text(), /as entry 3 made it: .* by web-1, .* because app-1 asked PATCH \/users\/3 at .*: 200 after/);
  assert.match(text(), /Whatever was written since, up to entry \d+, did not touch it/);
});

test('a row that nobody wrote, a row that is not there, and what is not a row', () => {
  const { world, text } = site();
  world.get('/users/3');
  assert.match(text(), /nobody has written it since/);
  world.get('/users/999999');
  assert.match(text(), /404 .* there is no such row/);
  world.get('/users');
  assert.match(text(), /the log position is all there is to say/);
});

test('SQL at the prompt is a read as well: a join and an aggregate tell their log position, and that this is all', () => {
  const { world, why, text } = site();
  world.sql("UPDATE users SET last_name = 'Byron' WHERE id = 3");
  world.get('/users/4');
  for (const query of [
    'SELECT count(*) FROM users',
    'SELECT u.last_name, p.number FROM users u JOIN phone_numbers p ON p.user_id = u.id WHERE u.id = 3',
  ]) {
    world.sql(query);
    assert.deepEqual([why().path, why().made], [['repl', 'db-1'], undefined]);
    assert.match(text(), /^You asked SELECT .* by way of db-1\./);
    assert.match(
      text(),
      /up to entry 3 of its log\. A list, a join or an aggregate .* log position is all there is to say/,
    );
  }
  world.get('/users/3');
  assert.match(text(), /^app-1 asked .* a transaction of 1 statement by you, safe on the disk/);
});

test('a read that no store answered', () => {
  const { world, text } = site();
  world.kill('db-1', { stay: true });
  world.get('/users/3');
  assert.match(text(), /503 .*No store was read for it/);
});

test('a write that was replaced is not the one that is told of', () => {
  const { world, why } = site();
  world.patch('/users/3', { lastName: 'Byron' });
  world.patch('/users/3', { lastName: 'Lovelace' });
  world.get('/users/3');
  assert.equal(why().served?.version, first + 1);
  assert.equal(why().made?.request?.key, 'repl#1.2');
});

test('where the write is not in the events, it says so', () => {
  const { world } = site();
  world.patch('/users/3', { lastName: 'Byron' });
  const { nowUs } = world;
  world.get('/users/3');
  const found = whyOf(world.recent().filter(({ atUs }) => atUs >= nowUs));
  assert.ok(found !== undefined);
  assert.match(whyText(found, plain).replaceAll('\n', ' '), /as entry 3 made it; who asked .* before the events/);
});
