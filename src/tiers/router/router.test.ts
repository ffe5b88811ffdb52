/** Where a router takes statements, and what it makes of shards that refuse, are silent or know a newer map. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Body } from '../../kernel/envelope';
import { kvItem, kvItems } from '../../protocols/kv';
import { routerHeat, routerLoads } from '../../protocols/router';
import {
  type SqlFailure,
  type SqlParameter,
  type SqlResult,
  sqlFailure,
  sqlResult,
  sqlUnknown,
} from '../../protocols/sql';
import { Owners } from '../../sharding/shard-map';
import { byModulo, no, rowsOf, type Shards, shardsWith } from '../../testing/scripted-shards';

const oneUser = { kind: 'sql.execute', statement: 'SELECT * FROM users WHERE id = ?', parameters: [7] };
const rename = {
  kind: 'sql.transaction',
  statements: [{ statement: "UPDATE users SET last_name = 'King' WHERE id = ?", parameters: [7] }],
};
const create = (...more: SqlParameter[]): Question => ({
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

type Question = Body & Readonly<Record<string, unknown>>;

const ask = ({ site }: Shards, body: Question, router = 'router-1'): Body => site.ask(router, body, 2_000);

describe('one shard', () => {
  test('what names a key goes to the shard that has it, with the version of the map', () => {
    const shards = shardsWith();
    const result = done(ask(shards, oneUser));
    assert.deepEqual(result.rows, [['shard-3']]);
    assert.deepEqual(result.route, { shards: ['shard-3'], rowsMoved: 1, map: 1 });
    done(ask(shards, rename));
    assert.deepEqual(shards.asked, ['shard-3 sql.execute v1', 'shard-3 sql.transaction v1']);
  });

  test('whoever knows a newer map is believed: the router asks for it, and tries again by it, once', () => {
    const shards = shardsWith();
    shards.says.set('shard-3', () => no('old-map', { map: 2 }));
    shards.maps.newest = byModulo(3, 2);
    const { rows, route } = done(ask(shards, rename));
    assert.deepEqual([rows, route?.map], [[['shard-1']], 2]);
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
    assert.ok(shards.asked.length > 10 && shards.asked.length <= 40, `asked ${shards.asked.length} times`);
  });

  test('a row of another shard is the fault of the statement, unless there is a newer map', () => {
    const shards = shardsWith();
    shards.says.set('shard-3', () => no('wrong-shard'));
    assert.equal(failed(ask(shards, rename)).because, 'wrong-shard');
    assert.equal(shards.asked.length, 1);
    shards.maps.newest = byModulo(3, 2);
    assert.deepEqual(done(ask(shards, rename)).rows, [['shard-1']]);
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

describe('all shards', () => {
  const count = { kind: 'sql.execute', statement: 'SELECT count(*) FROM users', parameters: [] };
  /** Each shard has as many users as its place says, and one more. */
  const counting = (): Shards => {
    const shards = shardsWith();
    for (const each of [0, 1, 2, 3]) shards.says.set(`shard-${each}`, () => rowsOf([each + 1]));
    return shards;
  };

  test('all are asked at once, by one version of the map, and what they say is put together', () => {
    const shards = counting();
    const { rows, route } = done(ask(shards, count));
    assert.deepEqual(rows, [[10]]);
    assert.deepEqual(route, { shards: ['shard-0', 'shard-1', 'shard-2', 'shard-3'], rowsMoved: 4 });
    assert.deepEqual(
      [...shards.asked].sort(),
      [0, 1, 2, 3].map((each) => `shard-${each} sql.execute v1`),
    );
  });

  test('when one of them knows a newer map, nothing of it counts: all are asked again by that one', () => {
    const shards = counting();
    let asked = 0;
    shards.says.set('shard-2', ({ map }) => (map === 1 && ++asked > 0 ? no('old-map', { map: 2 }) : rowsOf([30])));
    shards.maps.newest = byModulo(3, 2);
    const { rows, route } = done(ask(shards, count));
    assert.deepEqual(rows, [[33]]);
    assert.deepEqual(route?.shards, ['shard-0', 'shard-1', 'shard-2']);
    assert.equal(asked, 1);
    assert.equal(shards.asked.filter((line) => line.endsWith('v2')).length, 3);
  });

  test('a map that changes all the time is given up in time', () => {
    const shards = counting();
    shards.says.set('shard-2', () => no('old-map', { map: 9 }));
    const { because, reason } = failed(ask(shards, count));
    assert.equal(because, 'shard-missing');
    assert.match(reason, /^the map of the shards changed too often while 4 of them were asked$/);
  });

  test('a shard that has no nodes is one that went away, if a newer map says so', () => {
    const shards = shardsWith({ newest: byModulo(5) });
    assert.match(
      failed(ask(shards, count)).reason,
      /4 of 5 shards answered; not shard-4 \(there is no node of shard-4\)/,
    );
    shards.maps.newest = byModulo(4, 2);
    assert.equal(done(ask(shards, count)).route?.shards.length, 4);
  });

  test('of one that is silent it says so; who asks for a part gets it, and hears what is missing', () => {
    const shards = counting();
    shards.says.set('shard-1', () => undefined);
    shards.says.set('shard-3', () => no('disk'));
    const { because, reason } = failed(ask(shards, count));
    assert.equal(because, 'shard-missing');
    assert.match(
      reason,
      /^2 of 4 shards answered; not shard-3 \(db-3: it is disk\), shard-1 \(db-1 did not answer within \d+ ms\)$/,
    );
    const { rows, route } = done(ask(shards, { ...count, partial: true }));
    assert.deepEqual(rows, [[4]]);
    assert.deepEqual(
      route?.missing?.map(({ shard }) => shard),
      ['shard-3', 'shard-1'],
    );
  });

  test('what one refuses for the sake of the statement is refused, with its name', () => {
    const shards = counting();
    shards.says.set('shard-2', () => no('limit'));
    const refusal = failed(ask(shards, { ...count, partial: true }));
    assert.deepEqual([refusal.because, refusal.reason], ['limit', 'shard-2: it is limit']);
  });

  test('an old position is no reason for old data: of several logs none is meant', () => {
    const shards = counting();
    const seen: unknown[] = [];
    shards.says.set('shard-1', ({ freshness }) => {
      seen.push(freshness);
      return rowsOf([1]);
    });
    for (const freshness of [{ position: 3 }, 'any', { withinMs: 50 }]) done(ask(shards, { ...count, freshness }));
    assert.deepEqual(seen, [undefined, 'any', { withinMs: 50 }]);
  });
});

describe('other stores', () => {
  const map = (version = 1) => ({ ...byModulo(4, version), family: 'kv' as const });
  const ofKeys = (): Shards => {
    const shards = shardsWith({ config: { families: { kv: { shards: 'shard-*' } } }, newest: map() });
    const owners = new Owners(map());
    const items = Array.from({ length: 40 }, (_, at) => ({ key: `k${10 + at}`, value: at, version: 1 }));
    for (const each of [0, 1, 2, 3]) {
      const own = items.filter(({ key }) => owners.ownerOf(key) === `shard-${each}`);
      shards.says.set(`shard-${each}`, ({ kind, key, after = '', limit = 0 }) => {
        if (kind === 'kv.get')
          return Object.assign({ kind: 'kv.item' }, { key, item: own.find((one) => one.key === key), position: 1 });
        const left = own.filter((one) => one.key > after);
        const next = left.length > limit ? { next: left[limit - 1]?.key } : {};
        return Object.assign({ kind: 'kv.items' }, { items: left.slice(0, limit), position: 1, ...next });
      });
    }
    return shards;
  };

  test('an item is with one shard, a list with all of them', () => {
    const shards = ofKeys();
    const item = ask(shards, { kind: 'kv.get', key: 'k12' });
    assert.ok(kvItem.accepts(item), JSON.stringify(item));
    assert.equal(item.item?.value, 2);
    assert.equal(item.route?.shards.length, 1);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const list = ask(shards, { kind: 'kv.scan', limit: 7, ...(after === undefined ? {} : { after }) });
      assert.ok(kvItems.accepts(list), JSON.stringify(list));
      seen.push(...list.items.map(({ key }) => key));
      after = list.next;
    } while (after !== undefined && seen.length < 100);
    assert.deepEqual(
      seen,
      Array.from({ length: 40 }, (_, at) => `k${10 + at}`),
    );
  });

  test('what it does not route to it refuses', () => {
    const refusal = failed(ask(ofKeys(), oneUser));
    assert.deepEqual(
      [refusal.because, refusal.reason],
      ['not-allowed', 'router-1 has no sql shards (set families.sql)'],
    );
  });
});

describe('in front of a web server', () => {
  test('all of it works as with one database, and both routers have work', () => {
    const shards = shardsWith({ web: true });
    const row = [12, 'Ada', 'Lovelace', 'Main Street', 'Boston', 'MA', '02108', 7, '617 555-0100'];
    const via = new Set<string | undefined>();
    for (const each of [0, 1, 2, 3]) shards.says.set(`shard-${each}`, () => rowsOf(row));
    for (let i = 0; i < 6; i++) {
      const { status, body, via: path, headers } = shards.site.get('/users/12');
      assert.equal(status, 200, body);
      assert.equal(headers['x-position'], undefined);
      via.add(path[1]);
    }
    assert.deepEqual([...via].sort(), ['router-1', 'router-2']);
    shards.site.kill('router-1', { stay: true });
    for (let i = 0; i < 4; i++) assert.equal(shards.site.get('/users/12').status, 200);
    shards.says.set('shard-0', () => undefined);
    const { status, body } = shards.site.patch('/users/12', { lastName: 'King' });
    assert.equal(status, 504, body);
    assert.match(body, /shard-0: db-0 did not answer within \d+ ms; it may have been done/);
  });
});

describe('heat', () => {
  test('the keys that are asked for most are known, and fade; so is what each shard has to do', () => {
    const shards = shardsWith({ config: { windowMs: 1_000, hotKeysMax: 4 } });
    for (let i = 0; i < 40; i++) {
      done(ask(shards, { ...oneUser, parameters: [i % 2 === 0 ? 7 : 100 + i] }));
    }
    const heat = ask(shards, { kind: 'router.hot-keys' });
    assert.ok(routerHeat.accepts(heat), JSON.stringify(heat));
    const [users] = heat.tables;
    assert.deepEqual([users?.table, users?.total, users?.keys[0]], ['users', 40, { key: 7, count: 20, error: 0 }]);
    assert.equal(users?.keys.length, 4);
    const load = ask(shards, { kind: 'router.load' });
    assert.ok(routerLoads.accepts(load), JSON.stringify(load));
    assert.deepEqual(
      load.shards.map(({ shard, requests }) => [shard, requests]),
      [
        ['shard-1', 10],
        ['shard-3', 30],
      ],
    );
    assert.deepEqual(load.maps, [{ family: 'sql', version: 1 }]);
    shards.site.run('1500ms');
    const later = ask(shards, { kind: 'router.hot-keys' });
    assert.ok(routerHeat.accepts(later) && later.tables[0]?.total === 40, JSON.stringify(later));
    shards.site.run('1s');
    const cold = ask(shards, { kind: 'router.hot-keys' });
    assert.ok(routerHeat.accepts(cold) && cold.tables.length === 0, JSON.stringify(cold));
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
