/** The lock service on trial: the promises of every tier; one holder at a time, whatever befalls it; and one that forgets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyTier, withTiers } from '../../../src';
import * as kit from '../../../src/testing';
import { acquire, lockService, release } from './lock-service';
import { worker } from './worker';

const samples = [acquire, release].map(({ kind }) => ({ kind, owner: 'somebody' }));
for (const { name, run } of kit.tierCases({ tier: lockService(), samples })) test(name, run);

const topology = kit.trialTopology({ 'lock-1': { restart: 'always' }, 'worker-1': {}, 'worker-2': {}, 'worker-3': {} });
const targets = kit.siteTargets(topology, { nodes: ['lock-1'], boxes: ['box-lock-1'], hosts: [], disks: ['lock-1'] });
const replay = 'npx tierrarium --tier lock-service.ts --tier worker.ts --replay';

function oneHolder(lock: AnyTier): kit.Claim<readonly kit.Accident[]> {
  const open = () => new kit.DrivenWorld('lock service', topology, { catalogue: withTiers([lock, worker]), seed: 1 });
  const attempt = (schedule: readonly kit.Accident[], world: kit.DrivenWorld): kit.Finding => {
    const history = kit.recording(world);
    world.carryOut(kit.plan(schedule), 8_000);
    const acquired = (): number => history().filter(({ f, outcome }) => f === 'acquire' && outcome === 'ok').length;
    const before = acquired();
    world.repair();
    world.run('5s');
    kit.demandLinearizable(history(), kit.mutex, 'two holders');
    if (acquired() === before) throw new kit.Violation('stuck', 'nobody gets the lock 5 s after all was mended');
    return schedule.length === 0 ? 'no accident happened' : undefined;
  };
  return {
    name: 'the lock has one holder at a time',
    seed: 1,
    runs: 50,
    draw: kit.accidents(topology, {}, targets),
    attempt: (schedule) => attempt(schedule, open()),
    show: (schedule) => kit.standing(open(), (world) => attempt(schedule, world), { replay }),
  };
}

test('one holder at a time', () => void kit.demand(oneHolder(lockService())));
test('a lock that is forgotten in a restart is noticed', () => {
  const forgetful = lockService((_turn, known) => known(''));
  assert.equal(kit.judge(oneHolder(forgetful), { shrink: false }).refuted?.kind, 'two holders');
});
