import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../stages';
import { commandLine } from './command-line';
import { simulate } from './simulate';
import type { SimulatedWorld } from './simulated-world';

function rowsOf(world: SimulatedWorld, text: string): readonly (readonly unknown[])[] {
  const answer = world.sql(text);
  ok(answer.outcome === 'done');
  return answer.rows;
}

test('reads and transactions go to the database, and are done again with the history', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  const changed = world.sql("UPDATE users SET city = 'Oslo' WHERE id = 2; DELETE FROM users WHERE id = 3");
  ok(changed.outcome === 'done');
  equal(changed.changes, 2);
  const given = world.sql('SELECT city FROM users WHERE id = ?', { parameters: [2] });
  ok(given.outcome === 'done');
  deepEqual(given.rows, [['Oslo']]);
  deepEqual(
    world.done.map(({ command }) => (command.verb === 'tell' ? command.body.kind : command.verb)),
    ['sql.transaction', 'sql.execute'],
  );
  equal(world.replay().hash(), world.hash());
});

test('a list of keys gives a row for each', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  deepEqual(rowsOf(world, 'SELECT id FROM users WHERE id IN (2, 3, 5)'), [[2], [3], [5]]);
  deepEqual(rowsOf(world, 'SELECT id FROM users WHERE id IN (SELECT user_id FROM phone_numbers WHERE user_id < 4)'), [
    [1],
    [2],
    [3],
  ]);
});

test('a transaction that fails changes nothing', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  throws(
    () => world.sql("UPDATE users SET city = 'Oslo' WHERE id = 2; UPDATE users SET id = 2 WHERE id = 4"),
    /^Refusal: nothing was changed, a constraint forbids it: UNIQUE constraint failed: users.id$/,
  );
  deepEqual(rowsOf(world, "SELECT count(*) FROM users WHERE city = 'Oslo'"), [[0]]);
});

test('a session asks for all that it has seen, also after going back', () => {
  const freshnessOf = (world: SimulatedWorld): unknown => {
    world.sql('SELECT 1', { fresh: 'session' });
    const last = world.done.at(-1)?.command;
    return last?.verb === 'tell' && 'freshness' in last.body ? last.body.freshness : undefined;
  };
  const world = simulate(stages.loadBalanced, { seed: 7 });
  deepEqual(freshnessOf(world), { position: 0 });
  const written = world.sql("UPDATE users SET city = 'Oslo' WHERE id = 2");
  ok(written.outcome === 'done' && written.position > 0);
  deepEqual(freshnessOf(world.replay()), { position: written.position });
});

test('a write that nobody answers may be done; a read that nobody answers is refused, and what was not reached as well', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  world.fault({ kind: 'slow-disk', node: 'db-1', ms: 10_000 });
  const written = world.sql("UPDATE users SET city = 'Oslo' WHERE id = 2", { timeout: '500ms' });
  equal(written.outcome, 'unknown');
  world.pause('db-1');
  throws(() => world.sql('SELECT 1', { timeout: '500ms' }), /db-1 did not answer within 500 ms/);
  world.kill('db-1', { stay: true });
  throws(() => world.sql("UPDATE users SET city = 'Oslo' WHERE id = 2"), /connection refused: db-1 is down/);
});

test('what says nothing, says too much, or asks a transaction to be fresh, is refused before anybody hears it', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  throws(() => world.sql(' ; -- nothing'), /there is no SQL in that/);
  throws(() => world.sql('DELETE FROM users;'.repeat(101)), /101 statements are too many/);
  throws(() => world.sql('DELETE FROM users', { fresh: 'any' }), /a question of single reads/);
  deepEqual(world.done, []);
});

test('as the line that says the same', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  const lineOf = (act: () => unknown): string => {
    act();
    const last = world.done.at(-1);
    ok(last !== undefined);
    return commandLine(last.command);
  };
  equal(
    lineOf(() => world.sql('SELECT "id" FROM users LIMIT 1', { fresh: 'any' })),
    'sql "SELECT \\"id\\" FROM users LIMIT 1" --at db-1 --fresh any',
  );
  equal(
    lineOf(() => world.sql('SELECT 1', { timeout: 200, fresh: { withinMs: 50 } })),
    'sql "SELECT 1" --at db-1 --fresh 50ms --timeout 200ms',
  );
  equal(
    lineOf(() => world.sql('DELETE FROM users WHERE id = 1; DELETE FROM users WHERE id = 2')),
    'sql "DELETE FROM users WHERE id = 1; DELETE FROM users WHERE id = 2" --at db-1',
  );
  match(
    lineOf(() => world.sql('SELECT ?', { parameters: [1] })),
    /^; world\.command\(/,
  );
  match(
    lineOf(() => world.sql('SELECT 1,\n2')),
    /^; world\.command\(/,
  );
});
