import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { observersAsk, observersPromote } from '../protocols/observers';
import { replicationSet, replicationSettled, replicationTail } from '../protocols/replication';
import { sqlExecute, sqlTransaction } from '../protocols/sql';
import { box, node, outside, type Stage, together } from '../stages/stage';
import { scripted } from '../testing/scripted-tier';
import { commandLine } from './command-line';
import { withTiers } from './product';
import { simulate } from './simulate';
import type { SimulatedWorld } from './simulated-world';

const catalogue = withTiers([
  scripted('db', [sqlExecute, sqlTransaction, replicationSet, replicationTail, replicationSettled]),
  scripted('observer', [observersPromote, observersAsk]),
]);

/** A node that says and shows what is given. */
type Script = { readonly says?: Record<string, readonly unknown[]>; readonly shows?: unknown };

function worldOf(scripts: Readonly<Record<string, Script>>): SimulatedWorld {
  const ids = Object.keys(scripts);
  const stage: Stage = {
    name: 'scripted',
    title: 'Scripted',
    story: '',
    tryNext: [],
    topology: together(
      {
        boxes: ids.map((id, at) => box(`box-${id}`, `10.0.0.${at + 10}`)),
        nodes: ids.map((id) => node(id, id.replace(/-\d+$/, ''), `box-${id}`, scripts[id])),
      },
      outside('203.0.113.10'),
    ),
  };
  return simulate(stage, { seed: 7, catalogue });
}

const result = { kind: 'sql.result', columns: ['n'], rows: [[1]], changes: 0, lastId: 0, position: 9, term: 2 };
const notPrimary = (primary?: string) => ({
  kind: 'sql.failure',
  because: 'not-primary',
  reason: 'ask another',
  ...(primary === undefined ? {} : { primary }),
});

/** Whom the world has asked, in order. */
function asked(world: SimulatedWorld): string[] {
  return world.done.map(({ command }) => (command.verb === 'tell' ? command.to : command.verb));
}

function linesOf(world: SimulatedWorld): string[] {
  return world.done.map(({ command }) => commandLine(command));
}

test('whoever is not the primary is left for the one that it names', () => {
  const world = worldOf({
    'db-1': { says: { 'sql.execute': [notPrimary('db-3')] } },
    'db-2': {},
    'db-3': { says: { 'sql.execute': [result] } },
  });
  const answer = world.sql('SELECT 1 AS n');
  ok(answer.outcome === 'done');
  equal(answer.by, 'db-3');
  deepEqual(asked(world), ['db-1', 'db-3']);
});

test('nobody is asked twice, and in the end the last one’s reason is told', () => {
  const world = worldOf({
    'db-1': { says: { 'sql.execute': [notPrimary('db-2')] } },
    'db-2': { says: { 'sql.execute': [notPrimary('db-1')] } },
    'db-3': { says: { 'sql.execute': [notPrimary()] } },
  });
  throws(() => world.sql('SELECT 1'), /^Refusal: ask another$/);
  deepEqual(asked(world), ['db-1', 'db-2', 'db-3']);
});

test('whoever leads in the newest term is asked first, as far as the copies show it', () => {
  const says = { 'sql.execute': [result] };
  const world = worldOf({
    'db-1': { says, shows: { replication: standing('primary', 1) } },
    'db-2': { says, shows: { replication: standing('primary', 2) } },
  });
  const answer = world.sql('SELECT 1 AS n');
  equal(answer.by, 'db-2');
});

test('one copy that is asked for itself is not left for another', () => {
  const world = worldOf({ 'db-1': { says: { 'sql.execute': [notPrimary('db-2')] } }, 'db-2': {} });
  throws(() => world.sql('SELECT 1', { at: 'db-1' }), /ask another, or ask db-1 for what it has: --fresh any/);
  deepEqual(asked(world), ['db-1']);
});

test('a write that was perhaps taken is not given to another database', () => {
  const world = worldOf({
    'db-1': { says: { 'sql.transaction': [{ kind: 'sql.unknown', reason: 'it lost its office' }] } },
    'db-2': { says: { 'sql.transaction': [result] } },
  });
  deepEqual(world.sql('DELETE FROM users'), { outcome: 'unknown', by: 'db-1', reason: 'it lost its office' });
  world.pause('db-1');
  equal(world.sql('DELETE FROM users').outcome, 'done', 'who is paused is asked last');
  world.pause('db-2');
  equal(world.sql('DELETE FROM users', { timeout: 100 }).outcome, 'unknown');
  deepEqual(asked(world), ['db-1', 'pause', 'db-2', 'pause', 'db-1']);
});

test('the mode is for the primary to take up; what cannot be is not asked for', () => {
  const refused = { kind: 'replication.refused', because: 'not-primary', reason: 'a replica', primary: 'db-2' };
  const impossible = { kind: 'replication.refused', because: 'impossible', reason: 'only quorum goes with elections' };
  const world = worldOf({
    'db-1': { says: { 'replication.set': [refused] } },
    'db-2': { says: { 'replication.set': [{ kind: 'replication.changed', mode: 'semi-sync 1' }, impossible] } },
  });
  equal(world.replicate('semi-sync', { replicas: 1 }), 'db-2: semi-sync 1 from now on');
  deepEqual(linesOf(world), ['replicate db semi-sync 1 --at db-1', 'replicate db semi-sync 1 --at db-2']);
  throws(() => world.replicate('async'), /^Refusal: only quorum goes with elections$/);
  const before = asked(world).length;
  throws(() => world.replicate('semi-sync', { replicas: 2 }), /waits for 2 beside the primary, and there is one/);
  equal(asked(world).length, before);
});

test('a promotion goes to the observer that decides; the dead are not promoted', () => {
  const elsewhere = { kind: 'observers.refused', reason: 'observer-2 decides now', ask: 'observer-2' };
  const promoted = { kind: 'observers.promoted', to: 'db-2', term: 3, text: 'db-2 leads from term 3 on' };
  const behind = { kind: 'observers.refused', reason: 'db-2 is 12 entries behind' };
  const world = worldOf({
    'db-1': {},
    'db-2': {},
    'observer-1': { says: { 'observers.promote': [elsewhere] } },
    'observer-2': { says: { 'observers.promote': [behind, promoted] } },
  });
  throws(() => world.promote('db-2'), /^Refusal: db-2 is 12 entries behind$/);
  equal(world.promote('db-2', { force: true }), 'db-2 leads from term 3 on');
  deepEqual(linesOf(world), [
    'promote db-2 --by observer-1',
    'promote db-2 --by observer-2',
    'promote db-2 --force --by observer-1',
    'promote db-2 --force --by observer-2',
  ]);
  world.kill('db-1', { stay: true });
  throws(
    () => world.promote('db-1'),
    /^Refusal: db-1 is dead and cannot lead \(killed by hand.*; first: restart db-1$/,
  );
  world.kill('observer-2', { stay: true });
  throws(() => world.promote('db-2'), /^Refusal: no observer that decides can be reached: .*observer-2 is down$/);
  throws(() => worldOf({ 'db-1': {}, 'db-2': {} }).promote('db-2'), /there are no observers here/);
  equal(world.replay().hash(), world.hash());
});

test('lost writes are told, done once more under their own id, and settled', () => {
  const write = {
    id: 'web-1#1.44',
    position: 44,
    term: 1,
    statements: [{ statement: 'UPDATE users SET city = ? WHERE id = ?', parameters: ['Oslo', 12] }],
  };
  const world = worldOf({
    'db-1': {
      says: {
        'replication.tail': [{ kind: 'replication.tailed', writes: [write], forgotten: 3 }],
        'replication.settled': [{ kind: 'replication.tailed', writes: [], forgotten: 3 }],
        'sql.transaction': [notPrimary('db-2')],
      },
    },
    'db-2': { says: { 'sql.transaction': [{ ...result, recoveredBefore: 57 }] } },
  });
  const { writes, forgotten } = world.lostWrites('db-1');
  deepEqual([writes, forgotten], [[write], 3]);
  const [first] = writes;
  ok(first !== undefined);
  const answer = world.replayLost(first);
  ok(answer.outcome === 'done');
  equal(answer.recoveredBefore, 57);
  const said = world.done.at(-1)?.command;
  ok(said?.verb === 'tell' && sqlTransaction.accepts(said.body));
  equal(said.body.recovers, 'web-1#1.44');
  deepEqual(world.settleLost('db-1', [first.id]).writes, []);
  throws(() => world.lostWrites('db-2'), /nothing to say to replication.tail/);
});

const standing = (role: string, term: number, more: object = {}) => ({
  role,
  term,
  lastIndex: 9,
  committed: 9,
  applied: 9,
  copies: 2,
  mode: 'semi-sync 1',
  members: { voters: ['db-1', 'db-2', 'db-3'], learners: [] },
  followers: [],
  tails: [],
  ...more,
});

test('a look at the copies tells who leads in the newest term, and moves no time', () => {
  const followers = [
    { id: 'db-3', match: 4, behindEntries: 5, behindMs: 120 },
    { id: 'db-1', match: 0, behindEntries: 9, behindMs: 7 },
  ];
  const view = { role: 'leader', term: 2, primary: 'db-2', decides: 'observer-1', missing: [] };
  const world = worldOf({
    'db-1': { shows: { replication: standing('primary', 1) } },
    'db-2': { shows: { replication: standing('primary', 2, { followers }) } },
    'db-3': { shows: { replication: standing('replica', 2) } },
    'db-4': { shows: { replication: 'nonsense' } },
    'observer-1': { shows: view },
  });
  world.kill('db-4', { stay: true });
  const before = { nowUs: world.nowUs, hash: world.hash(), done: world.done.length };
  const { primary, copies, observers } = world.replicas();
  deepEqual({ nowUs: world.nowUs, hash: world.hash(), done: world.done.length }, before);
  equal(primary, 'db-2');
  deepEqual(
    copies.map(({ node: id, state, behindEntries, behindMs }) => [id, state, behindEntries, behindMs]),
    [
      ['db-1', 'running', undefined, 7],
      ['db-2', 'running', undefined, undefined],
      ['db-3', 'running', 5, 120],
      ['db-4', 'dead', undefined, undefined],
    ],
  );
  match(copies[3]?.reason ?? '', /killed by hand/);
  deepEqual(observers, [
    { node: 'observer-1', state: 'running', view: { term: 2, primary: 'db-2', decides: 'observer-1', missing: [] } },
  ]);
});
