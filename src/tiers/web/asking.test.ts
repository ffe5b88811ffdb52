/** Whom a web server asks where there are several databases, and what it makes of those that cannot answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { withBox, withNode } from '../../kernel/topology';
import { type SqlExecute, type SqlTransaction, sqlExecute, sqlTransaction } from '../../protocols/sql';
import { plainTier } from '../../runtimes/simulated/trial';
import { stages } from '../../stages';
import { box, node } from '../../stages/stage';
import { type Site, simulatedSite } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';

const row = [12, 'Ada', 'Lovelace', 'Main Street', 'Boston', 'MA', '02108', 7, '[]'];
const result = { kind: 'sql.result', columns: [], rows: [row], changes: 1, lastId: 0, position: 7 };
const silent = undefined;
type Say = (asked: Body & { readonly freshness?: unknown }) => (Body & object) | undefined;

const primary: Say = () => result;
const replicaOf =
  (id: string | undefined): Say =>
  ({ kind, freshness }) => {
    if (kind === 'sql.execute' && freshness !== undefined) return result;
    const refusal = { kind: 'sql.failure', because: 'not-primary', reason: `${id ?? 'nobody'} leads` };
    return id === undefined ? refusal : { ...refusal, primary: id };
  };
const refusing =
  (because: string): Say =>
  () => ({ kind: 'sql.failure', because, reason: because });

/** A site whose databases say what a test wants, and note what they were asked. */
function siteOf(...says: readonly Say[]): { readonly site: Site; readonly asked: string[] } {
  const asked: string[] = [];
  const scripted = plainTier(
    'db',
    [sqlExecute, sqlTransaction],
    machine<SqlExecute | SqlTransaction, Body, undefined>(
      () => undefined,
      (_none, mail, turn) => {
        asked.push(`${turn.node.self} ${mail.body.kind}`);
        const answer = says[Number(turn.node.self.slice(3)) - 1]?.(mail.body);
        if (answer !== undefined) turn.reply(mail, answer);
      },
    ),
  );
  let { topology } = stages.separateDatabase;
  for (const at of says.keys()) {
    const id = `db-${at + 1}`;
    topology = withNode(withBox(topology, box(`box-${id}`, `10.0.0.${50 + at}`)), node(id, 'db', `box-${id}`));
  }
  const tiers = new Map([...catalogue.tiers, ['db', scripted]]);
  const site = simulatedSite({ stage: { ...stages.separateDatabase, topology }, catalogue: { ...catalogue, tiers } });
  asked.length = 0;
  return { site, asked };
}

const patch = (site: Site) => site.patch('/users/12', { lastName: 'King' });

test('a write goes to whom a replica names, and from then on goes there at once', () => {
  const { site, asked } = siteOf(replicaOf('db-2'), primary, replicaOf('db-2'));
  assert.deepEqual([patch(site).status, patch(site).status], [200, 200]);
  assert.deepEqual(asked, ['db-1 sql.transaction', 'db-2 sql.transaction', 'db-2 sql.transaction']);
});

test('replicas that know nobody are asked in turn, and what the user hears is honest', () => {
  const { site, asked } = siteOf(replicaOf(undefined), replicaOf(undefined));
  const { status, body } = patch(site);
  assert.equal(status, 503);
  assert.match(body, /nobody leads/);
  assert.equal(asked.length, 2);
});

test('a write does not go again to a primary that was silent, however long ago, while others can tell who leads', () => {
  const { site, asked } = siteOf(
    () => silent,
    () => result,
  );
  assert.equal(patch(site).status, 504);
  site.run('10s');
  assert.equal(patch(site).status, 200);
  assert.deepEqual(asked, ['db-1 sql.transaction', 'db-2 sql.transaction']);
});

test('of a primary that is silent or down the user hears, not of the replicas that send everybody to it', () => {
  const { site } = siteOf(replicaOf('db-2'), () => silent, replicaOf('db-2'));
  patch(site);
  site.kill('db-2', { stay: true });
  const { status, body } = patch(site);
  assert.equal(status, 503);
  assert.match(body, /db-2 is down/);
});

test('a read that may be older goes to the replicas in turn; the newest is read at the primary', () => {
  const { site, asked } = siteOf(replicaOf('db-2'), primary, replicaOf('db-2'));
  patch(site);
  asked.length = 0;
  for (let i = 0; i < 4; i++) assert.equal(site.get('/users/12', { headers: { 'x-freshness': 'any' } }).status, 200);
  site.get('/users/12');
  assert.deepEqual(new Set(asked.slice(0, 4)), new Set(['db-1 sql.execute', 'db-3 sql.execute']));
  assert.equal(asked[4], 'db-2 sql.execute');
});

test('with the only replica gone, reads go to the primary', () => {
  const { site } = siteOf(primary, () => silent);
  patch(site);
  const { status, ms } = site.get('/users/12', { headers: { 'x-freshness': 'any' } });
  assert.equal(status, 200);
  assert.ok(ms < 2_000);
  assert.ok(site.get('/users/12', { headers: { 'x-freshness': 'any' } }).ms < 50, 'it is still asked first');
});

test('a copy that is stale or starts sends a read elsewhere, never a write that may have been done', () => {
  const stale = siteOf(refusing('stale'), refusing('starting'), primary);
  assert.equal(stale.site.get('/users/12', { headers: { 'x-freshness': '500ms' } }).status, 200);
  const unknown = siteOf(
    () => ({ kind: 'sql.unknown', reason: 'deposed' }),
    () => result,
  );
  const { status, body } = patch(unknown.site);
  assert.equal(status, 504);
  assert.match(body, /deposed; it may have been done all the same/);
  assert.equal(unknown.asked.length, 1);
  const mute = siteOf(
    () => silent,
    () => result,
  );
  assert.equal(patch(mute.site).status, 504);
  assert.equal(mute.asked.length, 1);
});

test('a device asks for nothing older than it has seen', () => {
  const seen: unknown[] = [];
  const noting: Say = ({ freshness }) => {
    seen.push(freshness);
    return result;
  };
  const { site } = siteOf(noting, noting);
  patch(site);
  site.get('/users/12', { headers: { 'x-freshness': 'session' } });
  site.get('/users/12', { headers: { 'x-freshness': 'session' } });
  assert.ok(
    seen.some((one) => JSON.stringify(one) === '{"position":7}'),
    JSON.stringify(seen),
  );
  const { status, body } = site.get('/users/12', { headers: { 'x-freshness': 'soon' } });
  assert.equal(status, 400);
  assert.match(body, /newest, any, session or a time such as 500ms, got soon/);
});

test('a connection that broke is a bad gateway', () => {
  const broken = siteOf(() => ({ kind: 'refused', because: 'reset', reason: 'connection reset' }));
  const { status, body } = patch(broken.site);
  assert.equal(status, 502);
  assert.match(body, /connection reset/);
});
