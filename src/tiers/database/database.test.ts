/** One database alone: what it takes, what it refuses before anything is in its log, and what a restart brings back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../../kernel/disk';
import type { Body } from '../../kernel/envelope';
import { tier } from '../../kernel/tier';
import { replicationDigested, replicationStanding } from '../../protocols/replication';
import { asRecords, type SqlValue, sqlFailure, sqlResult } from '../../protocols/sql';
import { type Site, simulatedSite } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';
import { database as databaseTier } from '.';
import type { DatabaseConfig, DatabaseIn, DatabaseOut } from './settings';

function database(config: object = {}): Site {
  const site = simulatedSite({ config: { 'db-1': { seedUsers: 10, ...config } } });
  site.run('100ms');
  return site;
}

function write(...statements: (string | [string, ...SqlValue[]])[]): Body & Readonly<Record<string, unknown>> {
  const parts = statements.map((given) => (typeof given === 'string' ? [given] : given));
  const all = parts.map(([statement, ...parameters]) => ({ statement, parameters }));
  return { kind: 'sql.transaction', statements: all };
}

function done(answer: Body): ReturnType<typeof asRecords> {
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return asRecords(answer);
}

function refused(answer: Body): string {
  assert.ok(sqlFailure.accepts(answer), JSON.stringify(answer));
  return answer.because;
}

function standing(site: Site): { readonly lastIndex: number; readonly role: string } {
  const answer = site.ask('db-1', { kind: 'replication.status' });
  assert.ok(replicationStanding.accepts(answer), JSON.stringify(answer));
  return answer;
}

function digest(site: Site): string {
  const answer = site.ask('db-1', { kind: 'replication.digest' });
  assert.ok(replicationDigested.accepts(answer), JSON.stringify(answer));
  return answer.digest;
}

const query = (statement: string): Body & Readonly<Record<string, unknown>> => ({
  kind: 'sql.execute',
  statement,
  parameters: [],
});
const select = query('SELECT count(*) AS n FROM users');

test('a transaction takes effect as a whole or not at all', () => {
  const site = database();
  const both = write("UPDATE users SET city = 'Rome' WHERE id = 1", "UPDATE users SET city = 'Oslo' WHERE id = 2");
  done(site.ask('db-1', both));
  const broken = write("UPDATE users SET city = 'Bonn'", 'INSERT INTO users (id) VALUES (1)');
  assert.equal(refused(site.ask('db-1', broken)), 'constraint');
  const cities = query('SELECT city FROM users WHERE id < 3 ORDER BY id');
  assert.deepEqual(
    done(site.ask('db-1', cities)).map(({ city }) => city),
    ['Rome', 'Oslo'],
  );
});

test('what no copy could run, or not all alike, is refused before it is in the log', () => {
  const site = database();
  const before = standing(site).lastIndex;
  const statements: readonly [string, string | [string, ...SqlValue[]]][] = [
    ['syntax', 'SELEC'],
    ['syntax', 'INSERT INTO nowhere VALUES (1)'],
    ['not-allowed', 'PRAGMA foreign_keys = OFF'],
    ['not-allowed', 'CREATE TEMP TABLE t (a)'],
    ['not-deterministic', 'UPDATE users SET version = random()'],
    ['not-deterministic', "UPDATE users SET city = date('now')"],
    ['not-deterministic', ['UPDATE users SET city = datetime(?, ?)', 'now', '1 day']],
    ['not-deterministic', 'UPDATE users SET city = CURRENT_TIMESTAMP'],
  ];
  for (const [because, statement] of statements) {
    assert.equal(refused(site.ask('db-1', write(statement))), because, String(statement));
  }
  assert.equal(standing(site).lastIndex, before);
  done(site.ask('db-1', write(["UPDATE users SET city = date(?, '+1 day')", '2020-02-28'])));
  done(site.ask('db-1', write('CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP)')));
  assert.equal(refused(site.ask('db-1', write('INSERT INTO t DEFAULT VALUES'))), 'not-deterministic');
  done(site.ask('db-1', write('CREATE TABLE u (a)', 'INSERT INTO u VALUES (1)')));
});

test('a restart brings everything back, by the log and by snapshots', () => {
  for (const snapshotEntries of [1_000, 3]) {
    const site = database({ snapshotEntries });
    for (let i = 0; i < 10; i++) done(site.ask('db-1', write(['UPDATE users SET city = ? WHERE id = 1', `city ${i}`])));
    const before = digest(site);
    site.kill('db-1', { stay: true });
    site.restart('db-1');
    site.run('1s');
    assert.equal(digest(site), before);
    assert.match(site.happened.map((event) => (event.type === 'log' ? event.text : '')).join('\n'), /ready at 13: /);
  }
});

test('nobody is told of a write that is not on the disk yet, neither who wrote it nor who reads', () => {
  const site = database();
  site.fault({ kind: 'slow-disk', node: 'db-1', ms: 300 });
  const rome = site.later('db-1', write("UPDATE users SET city = 'Rome' WHERE id = 1"));
  const read = site.later('db-1', query('SELECT city FROM users WHERE id = 1'));
  site.run('200ms');
  assert.ok(rome.answer === undefined);
  assert.doesNotMatch(JSON.stringify(read.answer), /Rome/);
  site.run('1s');
  done(rome.answer ?? { kind: 'nothing' });
});

test('a lost write that is done once more is not done twice', () => {
  const site = database();
  const again = { ...write("INSERT INTO users SELECT NULL, 'A', 'B', '', '', '', '', 1"), recovers: 'web-1#1.7' };
  done(site.ask('db-1', again));
  const second = site.ask('db-1', again);
  assert.ok(sqlResult.accepts(second) && second.recoveredBefore === 3, JSON.stringify(second));
  assert.deepEqual(done(site.ask('db-1', select)), [{ n: 11 }]);
});

test('a damaged log is not served, where nobody else has it', () => {
  const damage = { index: 2, reason: 'checksum does not match', corrupt: true };
  const damaged = tier<DatabaseConfig, DatabaseIn, DatabaseOut>({
    ...databaseTier,
    behave: (live) => (node) => {
      const disk: Disk = {
        ...node.disk,
        read: (done) => node.disk.read((found, failure) => done({ ...found, damage }, failure)),
      };
      const bent = new Proxy(node, { get: (of, name) => (name === 'disk' ? disk : Reflect.get(of, name, of)) });
      return databaseTier.behave(live)(node.incarnation === 1 ? node : bent);
    },
  });
  const site = simulatedSite({ catalogue: { ...catalogue, tiers: new Map([...catalogue.tiers, ['db', damaged]]) } });
  done(site.ask('db-1', write("UPDATE users SET city = 'Rome'")));
  site.kill('db-1');
  site.run('3s');
  const answer = site.ask('db-1', select);
  assert.ok(sqlFailure.accepts(answer) && answer.because === 'disk', JSON.stringify(answer));
  assert.match(answer.reason, /acknowledged writes would be missing/);
});
