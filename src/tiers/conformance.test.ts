/** Every tier of the catalogue keeps what every tier promises; a new one needs a line of samples here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../kernel/envelope';
import { nothing } from '../kernel/topology';
import { stages } from '../stages';
import { tierCases } from '../testing/tier-cases';
import type { TierUnderTest } from '../testing/tier-lab';
import { tiers } from './catalogue';

/** Messages of whatever kind. */
function bodies(...all: readonly ({ readonly kind: string } & Readonly<Record<string, unknown>>)[]): readonly Body[] {
  return all;
}

const ping = { kind: 'health.ping' };
const request = { kind: 'http.request', method: 'GET', path: '/users/12', headers: { accept: 'application/json' } };
const response = { kind: 'http.response', status: 200, headers: { via: 'x' }, body: '{}' };
const result = { kind: 'sql.result', columns: ['id'], rows: [[1]], changes: 0, lastId: 0, position: 1 };
const failure = { kind: 'sql.failure', reason: 'no', because: 'syntax' };
const unknown = { kind: 'sql.unknown', reason: 'deposed' };
const select = { statement: 'SELECT id FROM users WHERE id = ?', parameters: [12] };
const update = { statement: 'UPDATE users SET last_name = ? WHERE id = ?', parameters: ['Curie', 3] };
const load = { users: 10, writes: 0.5, timeoutMs: 1_000 };

const entry = { key: 'user:12', value: '7' };

const place = { index: 3, term: 1 };
const members = { voters: ['db-1'], learners: ['db-2'], copies: 'majority' };
const report = { lastIndex: 3, lastTerm: 1, commitIndex: 3, members, membersIndex: 1, membersTerm: 0 };
const append = { kind: 'raft.append', term: 1, previousIndex: 2, previousTerm: 1, commit: 2 };
const terms = [{ term: 1, from: 2 }];
const install = { kind: 'raft.install', term: 1, index: 3, indexTerm: 1, members, terms, lastIndex: 3 };
const raft = bodies(
  { kind: 'raft.vote', term: 2, lastIndex: 3, lastTerm: 1, isTrial: false, isTransfer: false },
  { kind: 'raft.voted', term: 2, isTrial: false, granted: true },
  { ...append, entries: [{ what: 'command', ...place, command: Buffer.from('x') }] },
  { ...append, entries: [{ what: 'members', ...place, members }] },
  { ...append, entries: [{ what: 'start', ...place }] },
  { kind: 'raft.appended', term: 1, index: 3, sentAtMs: 5 },
  { kind: 'raft.mismatch', term: 1, index: 3, hintIndex: 2, hintTerm: 1, floor: { index: 1, term: 0 } },
  { kind: 'raft.heartbeat', term: 1, round: 1, saidAtMs: 5, commit: 2 },
  { kind: 'raft.heartbeat', term: 1, round: 2, saidAtMs: 6, commit: 2, proof: { atMs: 5, commit: 2 } },
  { kind: 'raft.heard', term: 1, round: 1, saidAtMs: 5, sentAtMs: 5 },
  { ...install, offset: 0, piece: Buffer.from('x'), isLast: true },
  { ...install, insteadOf: { index: 2, term: 1 }, offset: 0, piece: Buffer.from('x'), isLast: true },
  { kind: 'raft.received', term: 1, index: 3, bytes: 1 },
  { kind: 'raft.lead', term: 1 },
  { kind: 'raft.outdated', term: 2 },
  { kind: 'raft.promise', term: 2 },
  { kind: 'raft.promised', term: 2, ...report },
  { kind: 'raft.appoint', term: 2 },
);

const standing = {
  role: 'replica',
  term: 1,
  lastIndex: 3,
  committed: 3,
  applied: 3,
  copies: 2,
  mode: 'quorum',
  members: { voters: ['db-1'], learners: [] },
  followers: [],
  tails: [],
};
const lease = bodies({ kind: 'observers.granted', term: 1, leaseMs: 800 }, { kind: 'observers.refused', reason: 'no' });

const jump = { method: 'jump', shards: ['shard-1', 'shard-2'], splits: [], isolated: [] };
const shard = { slice: { from: 'shard-1', to: 'shard-2', portion: 0, of: 1 }, version: 2 };
const bundles = { bundles: [{ key: 1, contents: '{}' }], position: 3 };
const shards = bodies(
  { kind: 'shards.begin', map: { family: 'sql', version: 1, tables: [], base: jump }, slice: shard.slice },
  { kind: 'shards.extract', slice: shard.slice, unitsMax: 10 },
  { kind: 'shards.changes', slice: shard.slice, since: '0', unitsMax: 10 },
  { kind: 'shards.stage', ...shard, ...bundles, cursor: '[1]' },
  { kind: 'shards.fence', ...shard },
  { kind: 'shards.unfence', ...shard },
  { kind: 'shards.release', ...shard },
  { kind: 'shards.own', ...shard, units: 1, checksum: '0' },
  { kind: 'shards.clean', ...shard },
  { kind: 'shards.undo', ...shard },
  { kind: 'shards.status' },
  { kind: 'shards.size' },
);

/** What every copy of a replicated store hears about its group. */
const copies = [
  ...raft,
  ...lease,
  ...bodies(
    { kind: 'replication.status' },
    { kind: 'replication.standing', ...standing },
    { kind: 'replication.set', mode: 'quorum' },
    { kind: 'replication.set', mode: 'semi-sync', replicas: 1 },
    { kind: 'replication.join', life: 1 },
    { kind: 'replication.joined', index: 2, rules: { succession: 'elected', observers: ['observer-1'] } },
    { kind: 'replication.refused', because: 'busy', reason: 'no', primary: 'db-1' },
    { kind: 'replication.tail' },
    { kind: 'replication.settled', ids: ['db-1/1#1'] },
    { kind: 'replication.digest' },
  ),
];

const told = { from: { position: 4, term: 1 }, upTo: { position: 7, term: 2 }, changed: [[7, ['row:user:12']]] };

const samples: Readonly<Record<string, readonly Body[]>> = {
  client: bodies(
    ping,
    { kind: 'client.fetch', method: 'GET', url: '/users/12', headers: { 'x-a': 'b' }, body: '', timeoutMs: 5_000 },
    { kind: 'client.load', shape: { loop: 'open', ratePerS: 20, arrivals: 'poisson' }, ...load },
    { kind: 'client.load', shape: { loop: 'closed', users: 3, thinkMs: 100 }, ...load },
    { kind: 'client.ask' },
    { kind: 'client.stop' },
    { kind: 'dns.answer', name: 'a.b', addresses: ['1.2.3.4'], ttlMs: 5 },
    response,
  ),
  dns: bodies(
    ping,
    { kind: 'dns.query', name: 'api.mysite.com' },
    { kind: 'dns.set', name: 'b.c', addresses: ['1.2.3.4', '5.6.7.8'], ttlMs: 5 },
  ),
  lb: bodies(ping, { kind: 'health.pong', ready: true }, request, response),
  web: bodies(
    ping,
    request,
    { ...request, method: 'PATCH', path: '/users/3', body: '{"lastName":"Curie"}' },
    { ...request, method: 'POST', path: '/login', body: '{"user":12,"password":"secret"}' },
    { ...request, path: '/me', headers: { cookie: `session=12-${'0'.repeat(32)}` } },
    { kind: 'cache.value', ...entry, cas: 1 },
    { kind: 'cache.missing', key: 'user:12' },
    { kind: 'cache.stored', key: 'user:12', cas: 1 },
    { kind: 'cache.touched', key: 'user:12' },
    { kind: 'cache.deleted', key: 'user:12', dropped: true },
    { kind: 'cache.flushed', entries: 2 },
    { kind: 'health.pong', ready: true },
    { kind: 'caching.ask' },
    { kind: 'cache.failure', key: 'user:12', reason: 'no', because: 'too-large' },
    { kind: 'cache.written', key: 'user:12', cas: 1, ledger: { server: 'cache-2', book: 1 } },
    { kind: 'cache.settled', left: 0 },
    { kind: 'kv.item', key: 'user:12', position: 1 },
    { kind: 'kv.done', key: 'user:12', version: 1, existed: false, position: 1 },
    { kind: 'kv.failure', reason: 'no', because: 'disk' },
    { kind: 'kv.unknown', reason: 'deposed' },
    result,
    failure,
    unknown,
  ),
  cache: bodies(
    ping,
    { kind: 'cache.load', key: 'user:12', statement: 'SELECT 1', parameters: [], seconds: 60 },
    result,
    failure,
    unknown,
    { kind: 'cache.set', ...entry, seconds: 60 },
    { kind: 'cache.set', ...entry, seconds: 60, flags: 1, version: 7, asOf: 9, log: 'db', epoch: 1, token: 1 },
    { kind: 'cache.add', ...entry, seconds: 60 },
    { kind: 'cache.replace', ...entry, seconds: 60 },
    { kind: 'cache.cas', ...entry, seconds: 60, cas: 1 },
    { kind: 'cache.get', key: 'user:12' },
    { kind: 'cache.get', key: 'user:13', lease: true },
    { kind: 'cache.touch', key: 'user:12', seconds: 60 },
    { kind: 'cache.count', key: 'user:12', way: 'up', by: '1' },
    { kind: 'cache.delete', key: 'user:12' },
    { kind: 'cache.delete', key: 'user:12', version: 8, log: 'db', epoch: 1 },
    { kind: 'cache.replay', keys: ['a', 'b', 'a'] },
    {
      kind: 'cache.put',
      id: 'web-1#1.7',
      ...entry,
      cas: 7,
      base: 3,
      asOf: 9,
      seconds: 60,
      flush: [{ statement: 'UPDATE users SET city = ? WHERE version = ?', parameters: ['Rome', { base: true }] }],
    },
    { kind: 'cache.settle', key: 'user:12' },
    { kind: 'cache.gate', isOpen: true },
    { kind: 'cache.leave', servers: ['cache-1', 'cache-2'] },
    { kind: 'cache.settled', left: 1 },
    {
      kind: 'ledger.note',
      book: 1,
      begins: false,
      notes: [{ seq: 1, id: 'web-1#1.7', key: 'user:12' }],
      done: [1],
      conflicts: [2],
    },
    { kind: 'ledger.noted', book: 1 },
    { kind: 'ledger.unknown', book: 1 },
    { kind: 'behind.ask' },
    { kind: 'cache.ask' },
    { kind: 'cache.invalidate', office: 1, upTo: { position: 4, term: 1 }, changed: [] },
    { kind: 'cache.invalidate', log: 'shard-1', epoch: 2, office: 2, ...told },
    { kind: 'cache.flush' },
  ),
  db: [
    ...copies,
    ...bodies(
      ping,
      { kind: 'cache.heard', office: 1, dropped: 0 },
      { kind: 'cache.heard', log: 'shard-1', office: 2, upTo: told.upTo, dropped: 3 },
      { kind: 'sql.execute', ...select },
      { kind: 'sql.execute', ...update },
      { kind: 'sql.execute', statement: 'SELEC', parameters: [] },
      { kind: 'sql.execute', ...select, freshness: 'any' },
      { kind: 'sql.execute', ...select, freshness: { position: 1 } },
      { kind: 'sql.execute', ...select, freshness: { withinMs: 1_000 } },
      { kind: 'sql.transaction', statements: [update, select] },
      { kind: 'sql.transaction', statements: [update], recovers: 'db-1/1#1' },
    ),
    ...shards,
    ...bodies(result, failure, unknown),
  ],
  router: bodies(
    ping,
    { kind: 'sql.execute', ...select },
    { kind: 'sql.execute', ...select, freshness: { withinMs: 1_000 }, partial: true, map: 3 },
    { kind: 'sql.transaction', statements: [update, select] },
    { kind: 'sql.transaction', statements: [{ ...update, parameters: ['Curie', { newId: 'users' }] }] },
    { kind: 'kv.get', key: 'a', freshness: 'any' },
    { kind: 'kv.put', key: 'a', value: [1], ttlMs: 50, expected: 2 },
    { kind: 'kv.delete', key: 'a' },
    { kind: 'kv.scan', prefix: 'a', limit: 10 },
    { kind: 'kv.item', key: 'a', position: 1 },
    { kind: 'kv.done', key: 'a', version: 1, existed: true, position: 1 },
    { kind: 'kv.items', items: [], position: 1 },
    { kind: 'kv.failure', because: 'version-conflict', reason: 'no', version: 3 },
    { kind: 'kv.unknown', reason: 'deposed' },
    { kind: 'doc.get', collection: 'users', id: '12' },
    { kind: 'doc.put', collection: 'users', id: '12', document: { city: 'Rome' } },
    { kind: 'doc.patch', collection: 'users', id: '12', patch: { city: null } },
    { kind: 'doc.delete', collection: 'users', id: '12' },
    { kind: 'doc.find', collection: 'users', where: [{ path: 'city', is: '=', value: 'Rome' }], limit: 10 },
    { kind: 'doc.index', collection: 'users', path: 'city', keep: true },
    { kind: 'doc.document', collection: 'users', id: '12', position: 1 },
    { kind: 'doc.done', collection: 'users', id: '12', version: 1, existed: true, position: 1 },
    { kind: 'doc.found', documents: [], looked: 0, position: 1 },
    { kind: 'doc.indexes', collection: 'users', paths: ['city'], position: 1 },
    { kind: 'doc.failure', because: 'not-found', reason: 'no' },
    { kind: 'doc.unknown', reason: 'deposed' },
    { kind: 'router.hot-keys' },
    { kind: 'router.hot-keys', family: 'sql' },
    { kind: 'router.load' },
    { kind: 'placement.maps', maps: [] },
    { kind: 'placement.block', first: 1, count: 10 },
    { kind: 'placement.refused', because: 'not-leader', reason: 'no', leader: 'placement-2' },
    result,
    failure,
    unknown,
  ),
  kv: [
    ...copies,
    ...shards,
    ...bodies(
      ping,
      { kind: 'kv.put', key: 'user:12', value: { name: 'Ada', tags: [1, null] } },
      { kind: 'kv.put', key: 'user:12', value: 7, ttlMs: 500, expected: 999 },
      { kind: 'kv.put', key: 'user:13', value: 'x', expected: 0, recovers: 'kv-1/1#1', map: 1 },
      { kind: 'kv.get', key: 'user:12' },
      { kind: 'kv.get', key: 'user:12', freshness: 'any' },
      { kind: 'kv.scan', limit: 10 },
      { kind: 'kv.scan', limit: 2, prefix: 'user:', after: 'user:1', freshness: { position: 1 } },
      { kind: 'kv.delete', key: 'user:12', expected: 999 },
      { kind: 'kv.delete', key: 'user:13' },
    ),
  ],
  doc: [
    ...copies,
    ...shards,
    ...bodies(
      ping,
      { kind: 'doc.index', collection: 'users', path: 'address.city', keep: true },
      { kind: 'doc.index', collection: 'users', path: 'name', keep: false },
      { kind: 'doc.put', collection: 'users', id: '12', document: { name: 'Ada', address: { city: 'Oslo' } } },
      { kind: 'doc.put', collection: 'users', id: '13', document: { tags: [1, null] }, expected: 999, map: 1 },
      { kind: 'doc.patch', collection: 'users', id: '12', patch: { name: null, age: 36 } },
      { kind: 'doc.patch', collection: 'users', id: '99', patch: {}, recovers: 'doc-1/1#1' },
      { kind: 'doc.get', collection: 'users', id: '12', freshness: 'any' },
      { kind: 'doc.find', collection: 'users', where: [{ path: 'address.city', is: '=', value: 'Oslo' }], limit: 5 },
      { kind: 'doc.find', collection: 'users', where: [{ path: 'age', is: '>=', value: 3 }], limit: 5, after: '1' },
      { kind: 'doc.delete', collection: 'users', id: '12', expected: 999 },
      { kind: 'doc.delete', collection: 'users', id: '13' },
    ),
  ],
  observer: [
    ...raft,
    ...bodies(
      ping,
      { kind: 'observers.renew', term: 1, lastIndex: 3, commitIndex: 3, members },
      { kind: 'observers.promote', to: 'db-2', force: false },
      { kind: 'observers.ask' },
      { kind: 'health.pong', ready: true },
      { kind: 'cloud.done', node: 'db-4', text: '' },
      { kind: 'cloud.failed', reason: 'no' },
      { kind: 'replication.standing', ...standing },
    ),
  ],
  placement: [
    ...raft,
    ...bodies(
      ping,
      { kind: 'placement.ask' },
      { kind: 'placement.ask', family: 'sql' },
      { kind: 'placement.ids', family: 'sql', table: 'users', count: 10 },
      { kind: 'placement.ids', family: 'doc', table: 'users', count: 10 },
      { kind: 'placement.reshard', family: 'sql', change: { what: 'remove', shard: 'shard-9' } },
      { kind: 'placement.steer', family: 'sql', act: 'rate', unitsPerSecond: 500 },
      { kind: 'placement.progress' },
      { kind: 'cloud.done', node: 'db-4', text: '' },
      { kind: 'cloud.failed', reason: 'no' },
      { kind: 'shards.bundles', bundles: [{ key: 1, contents: '{}' }], position: 3, next: '[1]', isEnd: true },
      { kind: 'shards.standing', phase: 'none', changedAt: 1, units: 0, keys: 0, checksum: '' },
      { kind: 'shards.sized', units: 1, keys: 1, tables: [{ table: 'users', rows: 1, bytes: 1 }], changedAt: 1 },
      { kind: 'shards.refused', because: 'not-primary', reason: 'no', primary: 'db-1' },
    ),
  ],
  cloud: bodies(
    ping,
    { kind: 'cloud.spawn', tier: 'nonsense', cpus: 1, box: 'nowhere' },
    { kind: 'cloud.retire', node: 'web-9' },
    { kind: 'cloud.restart', node: 'web-9' },
    { kind: 'cloud.resize', node: 'web-1', cpus: 2 },
    { kind: 'metal.outcome', ok: true, text: '' },
    { kind: 'metal.topology', topology: nothing },
  ),
};

test('every tier of the catalogue is here', () => {
  assert.deepEqual(Object.keys(samples).sort(), [...tiers.keys()].sort());
});

const base = { method: 'jump', shards: ['shard-1', 'shard-2'], splits: [], isolated: [] };
const maps = [{ family: 'sql', version: 1, tables: [{ table: 'users', key: 'id' }], base }];
/** Alone, these are a majority; in company they never come to rest. */
const alones: Readonly<Record<string, object>> = {
  observer: { observers: ['observer-1'] },
  placement: { group: ['placement-1'], maps },
};

for (const [kind, tier] of tiers) {
  const alone = { config: alones[kind] };
  const isOnStage = stages.loadBalanced.topology.nodes.some((node) => node.kind === kind);
  const where = isOnStage ? stages.loadBalanced : alone;
  const { topology, config }: Pick<TierUnderTest, 'topology' | 'config'> = where;
  const under = { tier, samples: samples[kind] ?? [], ...(topology === undefined ? { config } : { topology }) };
  for (const { name, run } of tierCases(under)) test(name, run);
}
