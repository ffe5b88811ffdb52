/** Several databases as one: who takes writes, who reads how fresh, who takes over, who comes back, and what is lost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Disk, DiskDamage } from '../../kernel/disk';
import type { Body, NodeId } from '../../kernel/envelope';
import { tier } from '../../kernel/tier';
import {
  type ReplicationStanding,
  replicationChanged,
  replicationDigested,
  replicationRefused,
  replicationStanding,
  replicationTailed,
} from '../../protocols/replication';
import {
  type Freshness,
  type SqlFailure,
  type SqlResult,
  sqlFailure,
  sqlResult,
  sqlUnknown,
} from '../../protocols/sql';
import { stages } from '../../stages';
import { type Site, simulatedSite } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';
import { database } from '.';
import type { DatabaseConfig, DatabaseIn, DatabaseOut } from './settings';

const three: readonly NodeId[] = ['db-1', 'db-2', 'db-3'];

function consensus(): Site {
  const site = simulatedSite({ stage: stages.consensus, config: small(three) });
  site.run('1s');
  return site;
}

function small(ids: readonly NodeId[], more: object = {}): Readonly<Record<string, object>> {
  return Object.fromEntries(ids.map((id) => [id, { seedUsers: 10, ...more }]));
}

function standing(site: Site, id: NodeId): ReplicationStanding {
  const answer = site.ask(id, { kind: 'replication.status' });
  assert.ok(replicationStanding.accepts(answer), JSON.stringify(answer));
  return answer;
}

function primaryOf(site: Site, ids: readonly NodeId[] = three): NodeId {
  const found = ids.filter((id) => standing(site, id).role === 'primary');
  assert.equal(found.length, 1, `primaries: ${found.join(', ')}`);
  return found[0] ?? '';
}

const setCity = (city: string): Body & Readonly<Record<string, unknown>> => ({
  kind: 'sql.transaction',
  statements: [{ statement: 'UPDATE users SET city = ? WHERE id = 1', parameters: [city] }],
});

function write(site: Site, id: NodeId, city: string): SqlResult {
  const answer = site.ask(id, setCity(city));
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return answer;
}

const cityOf1 = 'SELECT city FROM users WHERE id = 1';

function query(statement: string, freshness: Freshness = 'newest'): Body & Readonly<Record<string, unknown>> {
  return { kind: 'sql.execute', statement, parameters: [], freshness };
}

function read(site: Site, id: NodeId, freshness: Freshness): Body {
  return site.ask(id, query(cityOf1, freshness));
}

function city(answer: Body): unknown {
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return answer.rows[0]?.[0];
}

function refusal(answer: Body): SqlFailure {
  assert.ok(sqlFailure.accepts(answer), JSON.stringify(answer));
  return answer;
}

/** The other databases do not hear it any more, nor it them. */
function cutOff(site: Site, id: NodeId): void {
  site.fault({ kind: 'partition', ...{ a: id, b: `{${three.filter((other) => other !== id).join(',')}}` } });
}

/** All copies have come as far, and hold the same. */
function demandEqual(site: Site, ids: readonly NodeId[]): void {
  const digests = ids.map((id) => {
    const answer = site.ask(id, { kind: 'replication.digest' });
    assert.ok(replicationDigested.accepts(answer), JSON.stringify(answer));
    return `${answer.position} ${answer.term} ${answer.digest}`;
  });
  assert.equal(new Set(digests).size, 1, digests.join('\n'));
}

describe('a group that elects its primary', () => {
  test('replicas refuse writes and what must be the newest, and name the primary', () => {
    const site = consensus();
    const primary = primaryOf(site);
    const [replica = ''] = three.filter((id) => id !== primary);
    for (const answer of [site.ask(replica, setCity('Rome')), read(site, replica, 'newest')]) {
      assert.deepEqual([refusal(answer).because, refusal(answer).primary], ['not-primary', primary]);
    }
    write(site, primary, 'Rome');
    assert.equal(city(read(site, primary, 'newest')), 'Rome');
  });

  test('another takes over, with all that was acknowledged; who was away catches up', () => {
    const site = consensus();
    const first = primaryOf(site);
    for (let i = 0; i < 20; i++) write(site, first, `city ${i}`);
    site.kill(first, { stay: true });
    const others = three.filter((id) => id !== first);
    site.run('3s');
    const second = primaryOf(site, others);
    assert.equal(city(read(site, second, 'newest')), 'city 19');
    write(site, second, 'Rome');
    site.restart(first);
    site.run('1s');
    demandEqual(site, three);
    assert.equal(standing(site, first).role, 'replica');
  });

  test('a primary that is cut off decides nothing, and says of what it had begun that nobody knows', () => {
    const site = consensus();
    const first = primaryOf(site);
    site.fault({ kind: 'isolate', node: first });
    const begun = site.later(first, setCity('Rome'));
    const asked = site.later(first, query('SELECT 1'));
    site.run('4s');
    site.healAll();
    site.run('2s');
    assert.ok(begun.answer === undefined || sqlUnknown.accepts(begun.answer), JSON.stringify(begun.answer));
    assert.ok(asked.answer === undefined || sqlFailure.accepts(asked.answer), JSON.stringify(asked.answer));
    assert.notEqual(primaryOf(site), first);
    demandEqual(site, three);
  });

  test('needs a majority: asynchronous copies are not to be had', () => {
    const site = consensus();
    const answer = site.ask(primaryOf(site), { kind: 'replication.set', ...{ mode: 'async' } });
    assert.ok(replicationRefused.accepts(answer) && answer.because === 'impossible', JSON.stringify(answer));
  });
});

describe('freshness', () => {
  test('a replica answers what it can prove, and refuses the rest', () => {
    const site = consensus();
    const primary = primaryOf(site);
    const [replica = ''] = three.filter((id) => id !== primary);
    const { position } = write(site, primary, 'Rome');
    assert.equal(city(read(site, replica, { position })), 'Rome');
    assert.equal(city(read(site, replica, { withinMs: 1_000 })), 'Rome');
    cutOff(site, replica);
    const next = write(site, primary, 'Oslo').position;
    site.run('2s');
    assert.equal(city(read(site, replica, 'any')), 'Rome');
    const late = refusal(read(site, replica, { position: next }));
    assert.deepEqual([late.because, late.position], ['stale', position]);
    assert.equal(refusal(read(site, replica, { withinMs: 1_000 })).because, 'stale');
    assert.equal(city(read(site, replica, { withinMs: 10_000 })), 'Rome');
  });

  test('a read that asks for a position waits a little for it', () => {
    const site = consensus();
    const primary = primaryOf(site);
    const [replica = ''] = three.filter((id) => id !== primary);
    const { lastIndex } = standing(site, primary);
    const early = site.later(replica, query(cityOf1, { position: lastIndex + 1 }));
    site.run('50ms');
    assert.ok(early.answer === undefined);
    write(site, primary, 'Rome');
    site.run('50ms');
    assert.equal(city(early.answer ?? { kind: 'nothing' }), 'Rome');
  });

  test('nor does a primary with a lease tell of a place that its log has not reached', () => {
    const site = simulatedSite({ stage: stages.consensus, config: small(three, { reads: 'lease' }) });
    site.run('1s');
    const primary = primaryOf(site);
    const { position } = write(site, primary, 'Rome');
    assert.equal(city(read(site, primary, { position })), 'Rome');
    assert.equal(city(read(site, primary, { withinMs: 0 })), 'Rome');
    assert.equal(refusal(read(site, primary, { position: position + 100 })).because, 'stale');
  });
});

describe('who joins and who leaves', () => {
  test('a second database becomes a copy of the first; with a third they decide together', () => {
    const site = simulatedSite({ config: small(['db-1']) });
    write(site, 'db-1', 'Rome');
    site.spawn('db');
    site.run('1s');
    assert.equal(city(read(site, 'db-2', 'any')), 'Rome');
    assert.deepEqual(standing(site, 'db-1').members, { voters: ['db-1'], learners: ['db-2'] });
    site.kill('db-2', { stay: true });
    site.run('3s');
    write(site, 'db-1', 'Oslo');
    site.restart('db-2');
    site.spawn('db');
    site.run('2s');
    assert.deepEqual([...standing(site, 'db-1').members.voters].sort(), three);
    demandEqual(site, three);
  });

  test('who is retired is let go', () => {
    const site = consensus();
    const primary = primaryOf(site);
    site.retire(primary);
    site.run('3s');
    const others = three.filter((id) => id !== primary);
    assert.deepEqual([...standing(site, primaryOf(site, others)).members.voters].sort(), others);
    write(site, primaryOf(site, others), 'Rome');
  });

  for (const corrupt of [true, false]) {
    const which = corrupt ? 'an entry in the middle' : 'the last entry';
    test(`a copy with bits flipped in ${which} is not served: it is built anew from the others`, () =>
      rebuilt({ index: 2, reason: 'checksum does not match', corrupt }));
  }

  function rebuilt(damage: DiskDamage): void {
    const damaged = tier<DatabaseConfig, DatabaseIn, DatabaseOut>({
      ...database,
      behave: (live) => (node) => {
        const disk: Disk = {
          ...node.disk,
          read: (done) => node.disk.read((found, failure) => done({ ...found, entries: [], damage }, failure)),
        };
        const bent = new Proxy(node, { get: (of, name) => (name === 'disk' ? disk : Reflect.get(of, name, of)) });
        return database.behave(live)(node.self === 'db-2' && node.incarnation === 2 ? bent : node);
      },
    });
    const tiers = new Map([...catalogue.tiers, ['db', damaged]]);
    const site = simulatedSite({ stage: stages.consensus, config: small(three), catalogue: { ...catalogue, tiers } });
    site.run('1s');
    for (let i = 0; i < 5; i++) write(site, primaryOf(site), `city ${i}`);
    site.kill('db-2');
    site.run('5s');
    demandEqual(site, three);
    assert.ok(site.acts.some((act) => act.endsWith('remove db-2')));
    assert.deepEqual([...standing(site, primaryOf(site)).members.voters].sort(), three);
    // A later life has nothing to be ashamed of.
    site.kill('db-2');
    site.run('3s');
    demandEqual(site, three);
  }
});

describe('a group whose primary is appointed', () => {
  function replication(more: object = {}): Site {
    const site = simulatedSite({ stage: stages.replication, config: small(three, more) });
    site.run('2s');
    return site;
  }

  test('how many copies a write needs can be changed, within reason', () => {
    const site = replication();
    const primary = primaryOf(site);
    const set = (body: object): Body => site.ask(primary, Object.assign({ kind: 'replication.set' }, body));
    const changed = set({ mode: 'quorum' });
    assert.ok(replicationChanged.accepts(changed), JSON.stringify(changed));
    assert.equal(standing(site, primary).mode, 'quorum');
    const tooMany = set({ mode: 'semi-sync', replicas: 3 });
    assert.ok(replicationRefused.accepts(tooMany), JSON.stringify(tooMany));
    assert.match(tooMany.reason, /quorum larger than the cluster/);
    assert.ok(replicationChanged.accepts(set({ mode: 'async' })));
    assert.deepEqual([standing(site, primary).mode, standing(site, primary).copies], ['async', 1]);
  });

  test('what an asynchronous primary alone had is found when it is back, and can be done once more, once', () => {
    const site = replication({ mode: 'async' });
    const first = primaryOf(site);
    write(site, first, 'Rome');
    site.run('1s');
    cutOff(site, first);
    const lost = write(site, first, 'Oslo');
    site.kill(first, { stay: true });
    site.healAll();
    site.run('5s');
    const second = primaryOf(
      site,
      three.filter((id) => id !== first),
    );
    assert.equal(city(read(site, second, 'newest')), 'Rome');
    site.restart(first);
    site.run('2s');
    demandEqual(site, three);
    // They are kept over its later lives, until somebody has decided what becomes of them.
    site.kill(first);
    site.run('2s');
    const tailed = site.ask(first, { kind: 'replication.tail' });
    assert.ok(replicationTailed.accepts(tailed), JSON.stringify(tailed));
    const [write1, ...more] = tailed.writes;
    assert.deepEqual(more, []);
    assert.deepEqual([write1?.position, write1?.term], [lost.position, lost.term]);
    assert.deepEqual(write1?.statements[0]?.parameters, ['Oslo']);
    assert.deepEqual(standing(site, first).tails[0]?.writes, 1);

    const again = Object.assign(
      { kind: 'sql.transaction' },
      { statements: write1?.statements ?? [], recovers: write1?.id ?? '' },
    );
    const done = site.ask(second, again);
    assert.ok(sqlResult.accepts(done) && done.recoveredBefore === undefined, JSON.stringify(done));
    write(site, second, 'Bonn');
    const twice = site.ask(second, again);
    assert.ok(sqlResult.accepts(twice) && twice.recoveredBefore === done.position, JSON.stringify(twice));
    assert.equal(city(read(site, second, 'newest')), 'Bonn');

    const settled = site.ask(first, Object.assign({ kind: 'replication.settled' }, { ids: [write1?.id ?? ''] }));
    assert.ok(replicationTailed.accepts(settled) && settled.writes.length === 0, JSON.stringify(settled));
  });
});
