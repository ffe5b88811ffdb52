import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replicationSettled, replicationTail } from '../../src/protocols/replication';
import { sqlTransaction } from '../../src/protocols/sql';
import { box, node, outside, type Stage, together } from '../../src/stages/stage';
import { scripted } from '../../src/testing/scripted-tier';
import { withTiers } from '../../src/world/product';
import { simulate } from '../../src/world/simulate';
import type { Reply } from '../shell/reply';
import { simulatedSession } from '../testing-session';

const catalogue = withTiers([
  scripted('db', [sqlTransaction, replicationTail, replicationSettled]),
  scripted('observer', []),
]);

function lost(position: number, city: string) {
  const statements = [{ statement: 'UPDATE users SET city = ?\n WHERE id = ?', parameters: [city, position] }];
  return { id: `web-1#1.${position}`, position, term: 1, statements };
}

const done = { kind: 'sql.result', columns: [], rows: [], changes: 1, lastId: 0, position: 60, term: 2 };
const constraint = { kind: 'sql.failure', because: 'constraint', reason: 'UNIQUE constraint failed: users.id' };
const tailed = (...writes: unknown[]) => ({ kind: 'replication.tailed', writes, forgotten: 0 });
const missing = [{ primary: 'db-1', term: 1, from: 44, to: 46, acknowledgedTo: 45 }];

const all = [lost(44, 'Oslo'), lost(45, 'Bergen'), lost(46, 'Narvik')];

/** A session where db-1 keeps three lost writes and db-2 leads. */
function session(answers: readonly unknown[] = [done], tail: unknown = tailed(...all)) {
  const says = { 'replication.tail': [tail], 'replication.settled': [tailed(all[2])] };
  const scripts = {
    'db-1': {
      says: {
        ...says,
        'sql.transaction': [{ kind: 'sql.failure', because: 'not-primary', reason: '', primary: 'db-2' }],
      },
    },
    'db-2': { says: { 'sql.transaction': answers, 'replication.tail': [tailed()] } },
    'observer-1': { shows: { term: 2, primary: 'db-2', missing } },
  };
  const ids = Object.entries(scripts);
  const boxes = ids.map(([id], at) => box(`box-${id}`, `10.0.0.${at + 10}`));
  const nodes = ids.map(([id, script]) => node(id, id.replace(/-\d+$/, ''), `box-${id}`, script));
  const topology = together({ boxes, nodes }, outside('203.0.113.10'));
  const stage: Stage = { name: 'scripted', title: '', story: '', tryNext: [], topology };
  const world = simulate(stage, { seed: 7, catalogue });
  const opened = {
    world,
    virtual: world,
    stage,
    seed: 7,
    hosts: ['1'],
    alone: false,
    close: async () => world.close(),
  };
  return simulatedSession({ open: async () => opened });
}

async function run(lines: readonly string[], answers?: readonly unknown[]) {
  const opened = await session(answers);
  try {
    const replies: Awaited<ReturnType<typeof opened.run>>[] = [];
    for (const line of lines) replies.push(await opened.run(line));
    const bodies = opened.current.virtual?.done.flatMap(({ command }) =>
      command.verb === 'tell' ? [command.body] : [],
    );
    return { replies, bodies: bodies ?? [] };
  } finally {
    await opened.close();
  }
}

test('each lost write is told with its content, and nothing is done unasked', async () => {
  const { replies, bodies } = await run(['recover db-1']);
  assert.equal(
    replies[0]?.text,
    [
      'position 44, term 1  web-1#1.44',
      "    UPDATE users SET city = 'Oslo' WHERE id = 44",
      'position 45, term 1  web-1#1.45',
      "    UPDATE users SET city = 'Bergen' WHERE id = 45",
      'position 46, term 1  web-1#1.46',
      "    UPDATE users SET city = 'Narvik' WHERE id = 46",
      '3 writes that db-1 held and the others decided without; recover db-1 --replay',
      'all does them once more, --drop all gives them up',
    ].join('\n'),
  );
  assert.deepEqual(
    bodies.map(({ kind }) => kind),
    ['replication.tail'],
  );
});

test('what is replayed goes to the primary under its own id; what came to nothing is kept', async () => {
  const answers = [done, constraint, { ...done, recoveredBefore: 50 }];
  const { replies, bodies } = await run(['recover db-1 --replay all'], answers);
  const text = replies[0]?.text ?? '';
  assert.match(text, /Oslo.*\n {2}→ done at log position 60\n/);
  assert.match(text, /Bergen.*\n {2}→ not done: nothing was changed, a constraint forbids it: UNIQUE.*\n/);
  assert.match(text, /Narvik.*\n {2}→ done before, at log position 50\n1 write left to recover$/);
  const settled = bodies.find((body) => replicationSettled.accepts(body));
  assert.deepEqual(settled, { kind: 'replication.settled', ids: ['web-1#1.44', 'web-1#1.46'] });
  const recovers = bodies.flatMap((body) => (sqlTransaction.accepts(body) ? [body.recovers] : []));
  assert.deepEqual([...new Set(recovers)], ['web-1#1.44', 'web-1#1.45', 'web-1#1.46']);
});

test('a write of which nobody knows is kept, to be replayed again', async () => {
  const { replies, bodies } = await run(
    ['recover db-1 --replay 44'],
    [{ kind: 'sql.unknown', reason: 'it lost its office' }],
  );
  assert.match(replies[0]?.text ?? '', /→ unknown: it lost its office; replay it again to find out/);
  assert.ok(!bodies.some((body) => replicationSettled.accepts(body)));
});

test('some are replayed by position or id, others given up; whoever is named comes before all', async () => {
  const { replies, bodies } = await run(['recover db-1 --replay 46,web-1#1.44 --drop all']);
  assert.match(replies[0]?.text ?? '', /Bergen.*\n {2}→ given up for good/);
  const recovers = bodies.flatMap((body) => (sqlTransaction.accepts(body) ? [body.recovers] : []));
  assert.deepEqual([...new Set(recovers)], ['web-1#1.44', 'web-1#1.46']);
});

test('one that is given up is not among all that are replayed', async () => {
  const { replies, bodies } = await run(['recover db-1 --replay all --drop 45']);
  assert.match(replies[0]?.text ?? '', /Bergen.*\n {2}→ given up for good\n/);
  const recovers = bodies.flatMap((body) => (sqlTransaction.accepts(body) ? [body.recovers] : []));
  assert.deepEqual([...new Set(recovers)], ['web-1#1.44', 'web-1#1.46']);
});

test('mistakes change nothing', async () => {
  const lines = [
    'recover db-1 --replay 47',
    'recover db-1 --replay web-1#1.4',
    'recover db-1 --replay 44 --drop 44',
    'recover db-1 --replay all --drop all',
    'recover db-9',
    'recover',
  ];
  const { replies, bodies } = await run(lines);
  for (const [at, expected] of [
    /there is no lost write 47.*did you mean 44/,
    /there is no lost write web-1#1.4; did you mean web-1#1.44/,
    /web-1#1.44 can be replayed or dropped, not both/,
    /all can be replayed or dropped, not both/,
    /there is no database db-9/,
    /database is missing/,
  ].entries()) {
    assert.match(replies[at]?.problem ?? '', expected);
  }
  assert.ok(bodies.every(({ kind }) => kind === 'replication.tail'));
});

test('where there is nothing to recover it says so; of the dead it says what nobody can account for', async () => {
  const { replies } = await run(['recover db-2', 'kill db-1 --stay', 'recover db-1', 'recover db-1 --replay all']);
  assert.equal(replies[0]?.text, 'db-2 keeps no lost writes');
  assert.equal(
    replies[2]?.text,
    [
      'db-1 is dead (killed by hand, to stay dead): its log cannot be read',
      'entries 44 to 46 of db-1 (term 1, acknowledged up to 45) are in no other log',
      'as long as db-1 does not come back, nobody can say what they were',
    ].join('\n'),
  );
  assert.match(replies[3]?.problem ?? '', /db-1 is dead.*: what it holds cannot be read/);
});

test('a copy that has not heard of its successor has nothing to give up yet, and says so', async () => {
  const session = await simulatedSession({}, { stage: 'replication', hosts: 3 });
  try {
    const lines = ['partition db-1 | {db-2,db-3}', 'patch /users/12 {"lastName":"X"}', 'run 3s', 'recover db-1'];
    const replies: Reply[] = [];
    for (const line of [...lines, 'heal all', 'run 2s', 'recover db-1']) replies.push(await session.run(line));
    assert.match(
      replies[3]?.text ?? '',
      /^db-1 has not heard from the primary of term 2, and still keeps all that it holds\n/,
    );
    assert.match(replies[6]?.text ?? '', /1 write that db-1 held and the others decided without/);
  } finally {
    await session.close();
  }
});

test('what only a snapshot told of is named by its place: it does not vanish silently', async () => {
  const unaccounted = [{ from: 40, to: 43 }];
  for (const writes of [[], [lost(44, 'Oslo')]]) {
    const opened = await session([done], { ...tailed(...writes), unaccounted });
    const { text } = await opened.run('recover db-1');
    await opened.close();
    const expected = /entries 40 to 43 of db-1 went with a snapshot that the group decided without/;
    assert.match(text.replaceAll('\n', ' '), expected);
  }
});
