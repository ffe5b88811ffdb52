/** What becomes of mail inside a node: room, lanes, pauses, budgets, orders. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tap } from 'rxjs';
import { isExpired } from '../../kernel/asks';
import { machine } from '../../kernel/machine';
import { message, parseConfig, Type } from '../../kernel/schema';
import { freeService, type ServiceTable } from '../../kernel/service';
import { type AnyTier, tier } from '../../kernel/tier';
import { peer, pong, Trial } from '../simulated/trial';

const job = message('job', { id: Type.Integer() });
const chore = message('chore', { id: Type.Integer() });
const order = message('order', { id: Type.Integer() });
const errand = message('errand', { to: Type.String() });

/** Notes what it does and how much of the budget was left; each of its kinds has a lane of its own. */
function worker(service: Partial<ServiceTable> = {}): AnyTier {
  const defaults = { name: 'first' };
  return tier({
    kind: 'worker',
    summary: 'works',
    port: 1,
    defaults,
    parse: parseConfig(Type.Object({ name: Type.String() }), defaults),
    accepts: [job, chore, order, errand, pong],
    upstreams: () => [],
    service: () => ({ ...freeService, otherwise: 10, serial: ['chore'], control: ['order'], ...service }),
    behave: (live) =>
      machine<
        { kind: 'job' | 'chore' | 'order'; id: number } | { kind: 'errand'; to: string },
        { kind: 'ping' },
        unknown[]
      >(
        (turn) => {
          const done: unknown[] = [];
          turn.node.report.expose(() => done);
          turn.during(
            live.changes.pipe(
              tap(({ name }) => {
                done.push(name);
                turn.say('peer-1', { kind: 'ping' });
              }),
            ),
          );
          return done;
        },
        (done, mail, turn) => {
          const { body } = mail;
          if (body.kind !== 'errand') done.push(`${body.kind} ${body.id}: ${mail.budgetMs ?? 'no'} ms`);
          else
            turn.ask(body.to, { kind: 'ping' }, 50, (answer) => done.push(isExpired(answer) ? 'expired' : 'answered'));
        },
      ),
  });
}

function world(service?: Partial<ServiceTable>): Trial {
  const network = { sameRegionMs: 0, sameBoxMs: 0, internetMs: 0 };
  return new Trial({
    tiers: [worker(service), peer],
    nodes: { 'worker-1': { cpus: 2 }, 'peer-1': {} },
    network: { crossRegionMs: 0, regionsMs: {}, retransmitMs: 200, retransmitMax: 5, ...network },
  });
}

const silence = (): void => undefined;

test('an answer is let in where requests are turned away', () => {
  const trial = world({ mailboxMax: 1 });
  trial.say('worker-1', { kind: 'errand', to: 'peer-1' }, 9.999);
  trial.runtime.perform({ verb: 'pause', node: 'peer-1' }, silence);
  trial.run(1);
  trial.say('worker-1', { kind: 'job', id: 1 });
  trial.say('worker-1', { kind: 'job', id: 2 });
  trial.runtime.perform({ verb: 'resume', node: 'peer-1' }, silence);
  trial.run(100);
  assert.deepEqual(trial.view('worker-1'), ['job 1: no ms', 'answered']);
  assert.deepEqual(
    trial.drops().map(({ reason }) => reason),
    ['mailbox full (1 messages)', 'nobody waits for this answer any more'],
  );
});

test('control mail passes a full mailbox, but not that of a stopped process', () => {
  const trial = world({ mailboxMax: 2 });
  for (const id of [1, 2, 3]) trial.say('worker-1', { kind: 'chore', id });
  trial.say('worker-1', { kind: 'order', id: 4 });
  trial.run(1);
  assert.deepEqual(trial.view('worker-1'), ['order 4: no ms']);
  trial.do({ verb: 'pause', node: 'worker-1' });
  trial.say('worker-1', { kind: 'order', id: 5 });
  trial.do({ verb: 'resume', node: 'worker-1' });
  trial.run(100);
  assert.deepEqual(trial.view('worker-1'), ['order 4: no ms', 'chore 1: no ms', 'chore 2: no ms']);
  assert.equal(trial.drops().filter(({ reason }) => reason === 'mailbox full (2 messages)').length, 2);
});

test('the time in a line counts against the budget, and so does a pause', () => {
  const trial = world();
  for (const id of [1, 2, 3]) trial.door.ask('worker-1', { kind: 'chore', id }, 1_000, silence);
  trial.run(15);
  trial.do({ verb: 'pause', node: 'worker-1' });
  trial.run(100);
  trial.do({ verb: 'resume', node: 'worker-1' });
  trial.run(100);
  assert.deepEqual(trial.view('worker-1'), ['chore 1: 990 ms', 'chore 2: 880 ms', 'chore 3: 870 ms']);
});

test('a stopped process does nothing, control mail and orders included, until it goes on', () => {
  const trial = world();
  trial.do({ verb: 'pause', node: 'worker-1' });
  trial.say('worker-1', { kind: 'order', id: 1 });
  trial.say('worker-1', { kind: 'job', id: 2 });
  assert.equal(trial.outcome({ verb: 'configure', node: 'worker-1', config: { name: 'second' } }).ok, false);
  assert.deepEqual(trial.view('worker-1'), []);
  assert.equal(trial.census().nodes[0]?.mailbox, 2);
  trial.do({ verb: 'resume', node: 'worker-1' });
  trial.do({ verb: 'pause', node: 'worker-1' });
  trial.run(50);
  assert.deepEqual(trial.view('worker-1'), [], 'it was stopped again in the same moment');
  trial.do({ verb: 'resume', node: 'worker-1' });
  trial.run(50);
  assert.deepEqual(trial.view('worker-1'), ['second', 'order 1: no ms', 'job 2: no ms']);
  assert.equal(trial.census().nodes[0]?.mailbox, 0);
});

test('mail that waited for a stopped process dies with it', () => {
  const trial = world();
  trial.do({ verb: 'pause', node: 'worker-1' });
  for (const kind of ['order', 'job', 'chore']) trial.say('worker-1', { kind, id: 1 });
  trial.do({ verb: 'resume', node: 'worker-1' });
  trial.do({ verb: 'kill', node: 'worker-1' });
  trial.do({ verb: 'restart', node: 'worker-1' });
  trial.run(100);
  assert.deepEqual(trial.view('worker-1'), []);
  assert.equal(trial.census().nodes[0]?.mailbox, 0);
});

test('a change of config is a turn: what hears of it may speak', () => {
  const trial = world();
  trial.do({ verb: 'configure', node: 'worker-1', config: { name: 'second' } });
  trial.run(10);
  assert.deepEqual(trial.view('worker-1'), ['second']);
  const reasons = trial.drops().map(({ reason }) => reason);
  assert.ok(!reasons.some((reason) => reason.startsWith('said')), reasons.join());
  assert.equal(trial.census().nodes[1]?.counters.received, 1);
});

test('a serial lane serves one at a time where there are CPUs for two', () => {
  const trial = world();
  for (const id of [1, 2]) trial.say('worker-1', { kind: 'job', id });
  for (const id of [3, 4]) trial.say('worker-1', { kind: 'chore', id });
  trial.run(21);
  assert.deepEqual(trial.view('worker-1'), ['job 1: no ms', 'job 2: no ms', 'chore 3: no ms']);
});

test('only the provider gives orders', () => {
  const trial = world();
  for (const body of [
    { kind: 'configure', version: 9, config: { name: 'mine' } },
    { kind: 'members', version: 9, pools: { peer: ['worker-1'] } },
  ]) {
    assert.equal(trial.ask('worker-1', body)?.body.kind, 'error');
  }
  assert.deepEqual(trial.view('worker-1'), []);
});
