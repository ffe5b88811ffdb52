/** The stage of three stores: the same routers, keepers of maps and copies serve all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../kernel/envelope';
import { docDone, docFound, docIndexes } from '../protocols/doc';
import { type KvItems, kvDone, kvFailure, kvItem, kvItems } from '../protocols/kv';
import { type Site, simulatedSite } from '../testing/simulated-site';
import type { DocSaid, KvSaid } from '../world/item-operator';
import { stores } from './stores';

function site(): Site {
  const databases = stores.topology.nodes.filter(({ kind }) => kind === 'db');
  return simulatedSite({
    stage: stores,
    config: Object.fromEntries(databases.map(({ id }) => [id, { seedUsers: 20 }])),
  });
}

type Question = Body & Readonly<Record<string, unknown>>;

function answer<B extends Body>(of: { accepts(body: unknown): body is B }, body: Body): B {
  assert.ok(of.accepts(body), JSON.stringify(body));
  return body;
}

test('users are in the relational store, as before', () => {
  const here = site();
  for (const id of [1, 2, 19, 20]) assert.equal(here.get(`/users/${id}`).status, 200);
});

test('pairs are spread over the shards of their store; a scan has them in order', () => {
  const here = site();
  const ask = (body: Question): Body => here.ask('router-1', body);
  const keys = Array.from({ length: 30 }, (_, at) => `user:${10 + at}`);
  const shards = new Set<string | undefined>();
  for (const key of keys) {
    const done = answer(kvDone, ask({ kind: 'kv.put', key, value: { key } }));
    shards.add(done.route?.shards[0]);
  }
  assert.deepEqual([...shards].sort(), ['kv-shard-1', 'kv-shard-2']);
  const { item } = answer(kvItem, here.ask('router-2', { kind: 'kv.get', key: 'user:17' } as Question));
  assert.deepEqual(item?.value, { key: 'user:17' });
  const conflict = answer(kvFailure, ask({ kind: 'kv.put', key: 'user:17', value: 1, expected: 0 }));
  assert.deepEqual([conflict.because, conflict.version], ['version-conflict', item?.version]);
  const seen: string[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: KvItems = answer(kvItems, ask({ kind: 'kv.scan', prefix: 'user:', after, limit: 8 }));
    seen.push(...page.items.map(({ key }) => key));
    after = page.next;
  }
  assert.deepEqual(seen, keys);
});

test('what a former primary of pairs or documents took with it is told in words, and done once more, once', () => {
  for (const kind of ['kv', 'doc'] as const) {
    const here = site();
    here.run('1s');
    const { primary = '', copies } = here.replicas(`${kind}-shard-1`);
    const at = { at: primary, timeout: '100ms' } as const;
    const put = (id: string): string => {
      const value = { id };
      if (kind === 'kv') return here.kv({ kind: 'kv.put', key: id, value }, at).kind;
      return here.doc({ kind: 'doc.put', collection: 'all', id, document: value }, at).kind;
    };
    const get = (id: string): KvSaid | DocSaid =>
      kind === 'kv' ? here.kv({ kind: 'kv.get', key: id }) : here.doc({ kind: 'doc.get', collection: 'all', id });
    const isHere = (id: string): boolean => JSON.stringify(get(id)).includes(`"${kind}-shard-1"`);
    const taken = Array.from({ length: 8 }, (_, number) => `k${number}`).filter(isHere);
    assert.ok(taken.length > 0, 'this shard has some of the keys');
    for (const { node } of copies) if (node !== primary) here.fault({ kind: 'partition', a: primary, b: node });
    for (const id of taken) assert.equal(put(id), `${kind}.unknown`);
    here.run('3s');
    here.healAll();
    here.run('3s');
    const { writes } = here.lostWrites(primary);
    const told = writes.flatMap(({ statements }) => statements);
    assert.deepEqual(
      told.map(({ statement, parameters }) => [statement, ...parameters]),
      taken.map((id) => [`${kind} put ? ?`, kind === 'kv' ? id : `all/${id}`, JSON.stringify({ id })]),
    );
    for (const isFirst of [true, false]) {
      for (const write of writes) {
        const answer = here.replayLost(write, primary);
        assert.ok(answer.outcome === 'done' && (answer.recoveredBefore === undefined) === isFirst, answer.outcome);
      }
    }
    for (const id of taken) assert.match(JSON.stringify(get(id)), /"version":[1-9]/);
  }
});

test('a shard of documents that joins later has the indexes that there are', () => {
  const here = site();
  const ask = (body: Question): Body => here.ask('router-1', body);
  for (let id = 10; id < 40; id++) {
    answer(
      docDone,
      ask({ kind: 'doc.put', collection: 'users', id: String(id), document: { city: `city ${id % 3}` } }),
    );
  }
  answer(docIndexes, ask({ kind: 'doc.index', collection: 'users', path: 'city', keep: true }));
  here.reshard({ what: 'add', count: 1 }, { family: 'doc' });
  assert.ok(
    here.until(() => here.moves().moves.some(({ family, state }) => family === 'doc' && state === 'done'), '60s'),
  );
  const find = {
    kind: 'doc.find',
    collection: 'users',
    where: [{ path: 'city', is: '=', value: 'city 1' }],
    limit: 100,
  };
  const { primary = '' } = here.replicas('doc-shard-3');
  const there = answer(docFound, here.ask(primary, find as Question));
  assert.ok(there.documents.length > 0, 'something has moved');
  assert.deepEqual([there.index, there.looked], ['city', there.documents.length]);
  const all = answer(docFound, ask(find));
  assert.deepEqual([all.index, all.looked, all.documents.length], ['city', 10, 10]);
});

test('documents are found over all shards, by an index where one is kept', () => {
  const here = site();
  const ask = (body: Question): Body => here.ask('router-1', body);
  for (let id = 10; id < 40; id++) {
    const document = { city: id % 3 === 0 ? 'Rome' : 'Oslo' };
    answer(docDone, ask({ kind: 'doc.put', collection: 'users', id: String(id), document }));
  }
  const find = { kind: 'doc.find', collection: 'users', where: [{ path: 'city', is: '=', value: 'Rome' }], limit: 100 };
  const looked = answer(docFound, ask(find));
  const wanted = Array.from({ length: 30 }, (_, at) => 10 + at).filter((id) => id % 3 === 0);
  assert.deepEqual(
    looked.documents.map(({ id }) => Number(id)),
    wanted,
  );
  assert.equal(looked.looked, 30);
  const { paths } = answer(docIndexes, ask({ kind: 'doc.index', collection: 'users', path: 'city', keep: true }));
  assert.deepEqual(paths, ['city']);
  const indexed = answer(docFound, ask(find));
  assert.equal(indexed.documents.length, wanted.length);
  assert.deepEqual([indexed.index, indexed.looked], ['city', wanted.length]);
});
