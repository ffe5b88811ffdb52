/** The lock service on trial: the promises of every tier; one holder at a time, whatever befalls it; and one that forgets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyTier, isExpired, machine, withTiers } from '../../../src';
import * as kit from '../../../src/testing';
import { acquire, lockService, release, settled, starting } from './lock-service';

const samples = [acquire, release].map(({ kind }) => ({ kind, owner: 'somebody' }));
for (const { name, run } of kit.tierCases({ tier: lockService(), samples })) test(name, run);

/** Acquires and releases in turn, asks again until it knows how that ended, and reports each step for the history. */
const worker = machine(
  (turn) => {
    const { self: owner, random, report } = turn.node;
    const attempt = (f: 'acquire' | 'release'): void => {
      report.operation({ process: owner, phase: 'invoke', f });
      const ask = (): void => {
        turn.ask('lock-1', { kind: `lock.${f}`, ...{ owner } }, 300, (answer) => {
          if (isExpired(answer) || !settled.accepts(answer.body)) return void turn.after(50, ask);
          const { done } = answer.body;
          report.operation({ process: owner, phase: done ? 'ok' : 'fail', f });
          turn.after(10 + random.int(90), () => attempt(done && f === 'acquire' ? 'release' : 'acquire'));
        });
      };
      ask();
    };
    turn.after(100, () => attempt('acquire'));
  },
  () => undefined,
);

const topology = kit.trialTopology({ 'lock-1': { restart: 'always' }, 'worker-1': {}, 'worker-2': {}, 'worker-3': {} });
const targets = kit.siteTargets(topology, { nodes: ['lock-1'], boxes: ['box-lock-1'], hosts: [], disks: ['lock-1'] });

function oneHolder(lock: AnyTier): kit.Claim<readonly kit.Accident[]> {
  const catalogue = withTiers([lock, kit.plainTier('worker', [settled, starting], worker)]);
  const attempt = (schedule: readonly kit.Accident[]): kit.Finding => {
    const world = new kit.DrivenWorld('lock service', topology, { catalogue, seed: 1 });
    const history = kit.recording(world);
    world.carryOut(kit.plan(schedule), 8_000);
    const acquired = (): number => history().filter(({ f, outcome }) => f === 'acquire' && outcome === 'ok').length;
    const before = acquired();
    world.repair();
    world.run('5s');
    const found = kit.checkLinearizability(history(), kit.mutex);
    if (found.verdict === 'violation') throw new kit.Violation('two holders', found.witness.text);
    if (found.verdict !== 'linearizable') throw new kit.Violation(found.verdict, 'the history cannot be judged');
    if (acquired() === before) throw new kit.Violation('stuck', 'nobody gets the lock 5 s after all was mended');
    return schedule.length === 0 ? 'no accident happened' : undefined;
  };
  const draw = kit.accidents(topology, {}, targets);
  return { name: 'the lock has one holder at a time', seed: 1, runs: 50, draw, attempt, show: kit.showSchedule };
}

test('one holder at a time', () => void kit.demand(oneHolder(lockService())));
test('a lock that is forgotten in a restart is noticed', () => {
  const forgetful = lockService((_turn, known) => known(''));
  assert.equal(kit.judge(oneHolder(forgetful), { shrink: false }).refuted?.kind, 'two holders');
});
