/** Three observers over three databases: who leads, what becomes of one who dies, and what a person may order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ObserversPromote, type ObserversView, observersView } from '../../protocols/observers';
import { type ReplicationStanding, replicationStanding } from '../../protocols/replication';
import { stages } from '../../stages';
import { type Site, simulatedSite } from '../../testing/simulated-site';

function view(site: Site, of = 'observer-1'): ObserversView {
  const answer = site.ask(of, { kind: 'observers.ask' });
  assert.ok(observersView.accepts(answer), JSON.stringify(answer));
  return answer;
}

function standing(site: Site, node: string): ReplicationStanding {
  const answer = site.ask(node, { kind: 'replication.status' });
  assert.ok(replicationStanding.accepts(answer), JSON.stringify(answer));
  return answer;
}

const site = (): Site => simulatedSite({ stage: stages.replication, seed: 3 });
const write = (on: Site, name: string) => on.patch('/users/12', { lastName: name });
const name = (on: Site): unknown =>
  JSON.parse(on.get('/users/12', { headers: { 'x-freshness': 'newest' } }).body).lastName;

/** Virtual milliseconds until a user's write is acknowledged, those included in which users waited in vain. */
function untilServed(on: Site, withinMs: number): number {
  const fromUs = on.nowUs;
  const passedMs = (): number => (on.nowUs - fromUs) / 1_000;
  while (passedMs() <= withinMs) {
    if (write(on, 'Served').status === 200) return passedMs();
    on.run('50ms');
  }
  return Number.POSITIVE_INFINITY;
}

test('the first of equals is appointed at the start, and all know it', () => {
  const world = site();
  assert.deepEqual([view(world).primary, view(world, 'observer-3').primary], ['db-1', 'db-1']);
  assert.deepEqual(
    ['db-1', 'db-2', 'db-3'].map((id) => standing(world, id).role),
    ['primary', 'replica', 'replica'],
  );
});

test('the primary dies: within its lease and a few round trips another leads, with everything acknowledged', () => {
  const world = site();
  assert.equal(write(world, 'Before').status, 200);
  world.kill('db-1', { stay: true });
  const ms = untilServed(world, 5_000);
  assert.ok(ms < 1_600, `${ms} ms`);
  const { primary, term } = view(world);
  assert.equal(term, 2);
  assert.notEqual(primary, 'db-1');
  assert.equal(name(world), 'Served');
  world.restart('db-1');
  world.run('1s');
  assert.deepEqual(standing(world, 'db-1').primary, primary);
});

test('a primary that only the observers cannot hear is replaced, and acknowledges nothing more by itself', () => {
  const world = site();
  world.fault({ kind: 'isolate', node: 'db-1' });
  assert.ok(untilServed(world, 5_000) < 4_000);
  assert.notEqual(view(world).primary, 'db-1');
  world.healAll();
  world.run('1s');
  assert.equal(standing(world, 'db-1').role, 'replica');
});

test('a primary that only the other copies cannot hear decides nothing, so one of them takes its place', () => {
  const world = site();
  world.fault({ kind: 'partition', a: 'db-1', b: '{db-2,db-3}' });
  const ms = untilServed(world, 10_000);
  assert.ok(ms < 4_000, `${ms} ms`);
  assert.notEqual(view(world).primary, 'db-1');
});

test('a primary whose copies have all died is left in office, since it alone can tell the newest', () => {
  const world = site();
  for (const id of ['db-2', 'db-3']) world.kill(id, { stay: true });
  world.run('1s');
  write(world, 'Undecided');
  world.run('6s');
  assert.deepEqual([view(world).primary, view(world).term], ['db-1', 1]);
  const { status } = world.get('/users/12', { headers: { 'x-freshness': 'newest' } });
  assert.equal(status, 200);
});

test('without a majority of observers nobody is appointed, and the primary that is there goes on', () => {
  const world = site();
  for (const id of ['observer-1', 'observer-2']) world.kill(id, { stay: true });
  world.run('5s');
  assert.equal(write(world, 'Still').status, 200);
  world.kill('db-1', { stay: true });
  assert.equal(untilServed(world, 3_000), Number.POSITIVE_INFINITY);
  world.restart('observer-1');
  assert.ok(untilServed(world, 5_000) < 5_000);
});

test('the observer that decides dies together with the primary, and another takes over its work', () => {
  const world = site();
  const { decides } = view(world);
  assert.ok(decides !== undefined);
  world.kill(decides, { stay: true });
  world.kill('db-1', { stay: true });
  const ms = untilServed(world, 10_000);
  assert.ok(ms < 4_000, `${ms} ms`);
});

test('a person may have another lead, but nobody who is dead, unknown or far behind', () => {
  const world = site();
  const { decides = '' } = view(world);
  const promote = (to: string, at = decides): string => {
    const order: ObserversPromote = { kind: 'observers.promote', to, force: false };
    return JSON.stringify(world.ask(at, order));
  };
  assert.match(promote('db-9'), /db-9 is no db node/);
  assert.match(promote('db-1'), /db-1 is the primary already/);
  assert.match(promote('db-3'), /"to":"db-3","term":2/);
  assert.equal(write(world, 'After').status, 200);
  world.kill('db-2', { stay: true });
  assert.match(promote('db-2'), /db-2 (does not answer|cannot lead)/);
  assert.match(promote('db-1', decides === 'observer-1' ? 'observer-2' : 'observer-1'), /decides now/);
});

test('whoever stays dead is replaced through the cloud, once, and the new one catches up', () => {
  const world = site();
  write(world, 'Kept');
  world.kill('db-2', { stay: true });
  world.run('60s');
  const ids = world.census().nodes.flatMap(({ spec }) => (spec.kind === 'db' ? [spec.id] : []));
  assert.deepEqual(ids, ['db-1', 'db-2', 'db-3', 'db-4']);
  assert.equal(standing(world, 'db-4').lastIndex, standing(world, 'db-1').lastIndex);
  assert.ok(
    world.acts.some((act) => act.endsWith('replace db-2 by db-4')),
    world.acts.join('\n'),
  );

  // The new one has the vote of the dead one, so that another death is borne as well; who comes back is taken in again.
  assert.deepEqual([...standing(world, 'db-1').members.voters].sort(), ['db-1', 'db-3', 'db-4']);
  world.kill('db-1', { stay: true });
  assert.ok(untilServed(world, 5_000) < 1_600);
  world.restart('db-2');
  world.run('10s');
  const { primary = '' } = view(world, 'observer-2');
  assert.ok(standing(world, primary).members.voters.includes('db-2'));
  assert.equal(standing(world, 'db-2').lastIndex, standing(world, primary).lastIndex);
});

test('on a stage that elects its primary a dead copy makes room for a new one as well', () => {
  const world = simulatedSite({ stage: stages.consensus, seed: 3 });
  write(world, 'Kept');
  const primary = ['db-1', 'db-2', 'db-3'].find((id) => standing(world, id).role === 'primary') ?? '';
  const dead = primary === 'db-2' ? 'db-3' : 'db-2';
  world.kill(dead, { stay: true });
  world.spawn('db');
  world.run('20s');
  const { voters } = standing(world, primary).members;
  assert.deepEqual(
    [...voters].sort(),
    ['db-1', 'db-2', 'db-3', 'db-4'].filter((id) => id !== dead),
  );
  world.restart(dead);
  world.run('10s');
  const { learners } = standing(world, primary).members;
  assert.deepEqual(learners, [dead], 'a second voter comes only together with a third');
});

test('a new machine under the name of an old one joins, and founds nothing', () => {
  const world = site();
  write(world, 'Kept');
  world.retire('db-1');
  world.run('5s');
  world.happened.length = 0;
  assert.equal(world.spawn('db'), 'db-1');
  world.run('30s');
  const founded = world.happened.filter((event) => event.type === 'log' && event.text === 'new database');
  assert.deepEqual(founded, []);
  assert.equal(standing(world, 'db-1').lastIndex, standing(world, 'db-2').lastIndex);
  assert.equal(name(world), 'Kept');
});

test('a primary whose disk hangs gives up its office, and what it had not acknowledged is not acknowledged by it', () => {
  const world = site();
  world.fault({ kind: 'slow-disk', node: 'db-1', ms: 60_000 });
  const ms = untilServed(world, 8_000);
  assert.ok(ms < 5_000, `${ms} ms`);
  assert.notEqual(view(world).primary, 'db-1');
});
