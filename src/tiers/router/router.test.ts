/** Where a router takes statements, and what it makes of shards that refuse, are silent or know a newer map. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Body } from '../../kernel/envelope';
import {
  type SqlFailure,
  type SqlParameter,
  type SqlResult,
  sqlFailure,
  sqlResult,
  sqlUnknown,
} from '../../protocols/sql';
import { byModulo, no, rowsOf, type Shards, shardsWith } from '../../testing/scripted-shards';

const oneUser = { kind: 'sql.execute', statement: 'SELECT * FROM users WHERE id = ?', parameters: [7] };
const rename = {
  kind: 'sql.transaction',
  statements: [{ statement: "UPDATE users SET last_name = 'King' WHERE id = ?", parameters: [7] }],
};
const create = (...more: SqlParameter[]): Body & Readonly<Record<string, unknown>> => ({
  kind: 'sql.transaction',
  statements: [{ statement: 'INSERT INTO users (id, first_name, last_name) VALUES (?, ?, ?)', parameters: more }],
});

function done(answer: Body): SqlResult {
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return answer;
}

function failed(answer: Body): SqlFailure {
  assert.ok(sqlFailure.accepts(answer), JSON.stringify(answer));
  return answer;
}

const ask = ({ site }: Shards, body: Body, router = 'router-1'): Body => site.ask(router, body, 2_000);

describe('one shard', () => {
  test('what names a key goes to the shard that has it, with the version of the map', () => {
    const shards = shardsWith();
    const result = done(ask(shards, oneUser));
    assert.deepEqual(result.rows, [['shard-3']]);
    assert.deepEqual(result.route, { shards: ['shard-3'], rowsMoved: 1 });
    done(ask(shards, rename));
    assert.deepEqual(shards.asked, ['shard-3 sql.execute v1', 'shard-3 sql.transaction v1']);
  });

  test('whoever knows a newer map is believed: the router asks for it, and tries again by it, once', () => {
    const shards = shardsWith();
    shards.says.set('shard-3', () => no('old-map', { map: 2 }));
    shards.maps.newest = byModulo(3, 2);
    assert.deepEqual(done(ask(shards, rename)).rows, [['shard-1']]);
    assert.deepEqual(shards.asked, ['shard-3 sql.transaction v1', 'shard-1 sql.transaction v2']);
    assert.equal(shards.maps.asked, 1);
  });

  test('a map that is not decided yet is waited for, and not for ever', () => {
    const shards = shardsWith();
    let refusals = 0;
    shards.says.set('shard-3', () => (++refusals <= 3 ? no('moving') : rowsOf(['there'])));
    assert.deepEqual(done(ask(shards, rename)).rows, [['there']]);
    assert.equal(shards.maps.asked, 3);
    shards.says.set('shard-3', () => no('moving'));
    shards.asked.length = 0;
    const { because, reason } = failed(ask(shards, rename));
    assert.equal(because, 'shard-missing');
    assert.match(reason, /^shard-3: db-3: it is moving$/);
    assert.ok(shards.asked.length > 5 && shards.asked.length <= 16, `asked ${shards.asked.length} times`);
  });

  test('a row of another shard is the fault of the statement, unless there is a newer map', () => {
    const shards = shardsWith();
    shards.says.set('shard-3', () => no('wrong-shard'));
    assert.equal(failed(ask(shards, rename)).because, 'wrong-shard');
    assert.equal(shards.asked.length, 1);
  });

  test('a write that may have been done is never tried again', () => {
    const shards = shardsWith();
    shards.says.set('shard-3', () => ({ kind: 'sql.unknown', reason: 'deposed' }) as Body);
    const deposed = ask(shards, rename);
    assert.ok(sqlUnknown.accepts(deposed), JSON.stringify(deposed));
    assert.match(deposed.reason, /^shard-3: db-3: deposed; it may have been done all the same$/);
    shards.says.set('shard-3', () => undefined);
    const silent = ask(shards, rename);
    assert.ok(sqlUnknown.accepts(silent), JSON.stringify(silent));
    assert.match(silent.reason, /^shard-3: db-3 did not answer within 1800 ms; it may/);
    assert.equal(shards.asked.length, 2);
  });

  test('an election is sat out; a shard that is gone is named', () => {
    const shards = shardsWith();
    let refusals = 0;
    shards.says.set('shard-3', () => (++refusals <= 4 ? no('not-primary') : rowsOf(['elected'])));
    assert.deepEqual(done(ask(shards, rename)).rows, [['elected']]);
    assert.equal(shards.maps.asked, 0);
    shards.site.kill('db-3', { stay: true });
    const { because, reason } = failed(ask(shards, oneUser));
    assert.equal(because, 'shard-missing');
    assert.match(reason, /shard-3: .*db-3/);
  });

  test('what the shard says of the statement is passed on as it is', () => {
    const shards = shardsWith();
    shards.says.set('shard-3', () => no('constraint'));
    assert.deepEqual(failed(ask(shards, rename)), no('constraint'));
  });

  test('a transaction over two shards is refused with the keys', () => {
    const shards = shardsWith();
    const both = {
      ...rename,
      statements: [...rename.statements, { statement: 'DELETE FROM users WHERE id = 8', parameters: [] }],
    };
    const { because, reason } = failed(ask(shards, both));
    assert.equal(because, 'cross-shard');
    assert.match(reason, /users 7, users 8/);
    assert.equal(shards.asked.length, 0);
  });
});

describe('new ids', () => {
  test('a router takes them from a block of its own; no two routers give the same, not after a death either', () => {
    const shards = shardsWith({ config: { idBlock: 10 } });
    const given: unknown[] = [];
    for (const each of [0, 1, 2, 3]) {
      shards.says.set(`shard-${each}`, ({ statements }) => {
        given.push(statements?.[0]?.parameters[0]);
        return rowsOf([each]);
      });
    }
    const user = create({ newId: 'users' }, 'Ada', 'Lovelace');
    for (let i = 0; i < 25; i++) done(ask(shards, user, `router-${1 + (i % 2)}`));
    shards.site.kill('router-1');
    shards.site.run('2s');
    for (let i = 0; i < 25; i++) done(ask(shards, user, `router-${1 + (i % 2)}`));
    assert.equal(given.length, 50);
    assert.ok(
      given.every((id) => Number.isInteger(id) && Number(id) >= 1_000),
      String(given),
    );
    assert.equal(new Set(given).size, 50);
  });

  test('a row without an id is given one, and goes to its shard', () => {
    const shards = shardsWith();
    const bare = {
      kind: 'sql.transaction',
      statements: [{ statement: "INSERT INTO users (first_name, last_name) VALUES ('A', 'B')", parameters: [] }],
    };
    assert.deepEqual(done(ask(shards, bare)).rows, [['shard-0']]);
  });

  test('a table that is not there gives none', () => {
    const shards = shardsWith();
    assert.equal(failed(ask(shards, create({ newId: 'nowhere' }, 'A', 'B'))).because, 'syntax');
  });
});

describe('how much at once', () => {
  test('what is too much waits, and what is more than that is refused at once', () => {
    const shards = shardsWith({ config: { activeMax: 2, queueMax: 3 } });
    for (const each of [0, 1, 2, 3]) shards.says.set(`shard-${each}`, () => undefined);
    const answers = Array.from({ length: 7 }, () => shards.site.later('router-1', oneUser, 1_000));
    shards.site.run('100ms');
    const refused = answers.filter(({ answer }) => answer !== undefined);
    assert.equal(refused.length, 2);
    for (const { answer = { kind: 'nothing' } } of refused) assert.equal(failed(answer).because, 'limit');
    shards.site.run('3s');
    shards.says.clear();
    done(ask(shards, oneUser));
  });
});
