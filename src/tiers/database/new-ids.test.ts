/** Ids that the database gives: the same number throughout a transaction, never one that was given before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../kernel/envelope';
import { replicationDigested } from '../../protocols/replication';
import { type SqlParameter, type SqlResult, sqlFailure, sqlResult } from '../../protocols/sql';
import { type Site, simulatedSite } from '../../testing/simulated-site';

const newUser = { newId: 'users' };

function database(config: object = {}): Site {
  const site = simulatedSite({ config: { 'db-1': { seedUsers: 10, ...config } } });
  site.run('100ms');
  return site;
}

type Statement = readonly [string, ...SqlParameter[]];

function write(...statements: readonly Statement[]): Body & Readonly<Record<string, unknown>> {
  const all = statements.map(([statement, ...parameters]) => ({ statement, parameters }));
  return { kind: 'sql.transaction', statements: all };
}

function done(answer: Body): SqlResult {
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return answer;
}

const insert: Statement = ["INSERT INTO users SELECT ?, 'A', 'B', '', '', '', '', 1", newUser];
const phone: Statement = ["INSERT INTO phone_numbers VALUES (?, 0, '555-0100')", newUser];
const read: Statement = ['SELECT user_id, ? FROM phone_numbers WHERE user_id = ?', newUser, newUser];

test('a new id is the same wherever it stands in a transaction, and another one in the next', () => {
  const site = database();
  assert.deepEqual(done(site.ask('db-1', write(insert, phone, read))).rows, [[11, 11]]);
  assert.deepEqual(done(site.ask('db-1', write(insert, phone, read))).rows, [[12, 12]]);
});

test('an id that was given once is not given again, though its row is gone', () => {
  const site = database();
  done(site.ask('db-1', write(insert)));
  done(site.ask('db-1', write(['DELETE FROM users WHERE id = 11'])));
  assert.deepEqual(done(site.ask('db-1', write(insert, phone, read))).rows, [[12, 12]]);
});

test('a transaction that was undone gives nothing away', () => {
  const site = database();
  const broken = site.ask('db-1', write(insert, ['INSERT INTO users (id) VALUES (1)']));
  assert.ok(sqlFailure.accepts(broken) && broken.because === 'constraint', JSON.stringify(broken));
  assert.deepEqual(done(site.ask('db-1', write(insert, phone, read))).rows, [[11, 11]]);
});

test('the log carries the wish for an id, and gives the same one when it is read again', () => {
  const site = database();
  for (let i = 0; i < 5; i++) done(site.ask('db-1', write(insert, phone)));
  const digest = (): string => {
    const answer = site.ask('db-1', { kind: 'replication.digest' });
    assert.ok(replicationDigested.accepts(answer), JSON.stringify(answer));
    return answer.digest;
  };
  const before = digest();
  site.kill('db-1', { stay: true });
  site.restart('db-1');
  site.run('1s');
  assert.equal(digest(), before);
});

test('a lost write that is done once more gets an id of its own', () => {
  const site = database();
  done(site.ask('db-1', write(insert)));
  const again = { ...write(insert, phone, read), recovers: 'web-1#1.7' };
  assert.deepEqual(done(site.ask('db-1', again)).rows, [[12, 12]]);
  assert.equal(done(site.ask('db-1', again)).recoveredBefore, 4);
});

test('a table without ids of its own gives none', () => {
  const site = database();
  for (const table of ['follows', 'nowhere']) {
    const answer = site.ask('db-1', write(['SELECT ?', { newId: table }], insert));
    assert.ok(sqlFailure.accepts(answer) && answer.because === 'syntax', JSON.stringify(answer));
    assert.match(answer.reason, new RegExp(`no table ${table} that gives ids`));
  }
});
