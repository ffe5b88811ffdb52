/**
 * The claims that matter most once more where threads really die: a few drawn schedules in real time. Nothing here
 * depends on how long something takes: what is counted is what was acknowledged, and who was sent how many requests.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Command } from '../src/kernel/operations';
import { stages } from '../src/stages';
import { repairs } from '../src/testing/driven-world';
import { accidents, type Planned, plan, siteTargets } from '../src/testing/schedule';
import { withConfig } from '../src/testing/simulated-site';
import { commandLine } from '../src/world/command-line';
import { launch } from '../src/world/launch';
import type { LiveWorld } from '../src/world/live-world';
import { Refusal } from '../src/world/quantities';
import { fragile, isInitial } from './site/durability';
import { demandNothingLost, RegisterHistory } from './site/register-history';

const { loadBalanced } = stages;

/** Long enough for the slowest machine to do what takes milliseconds: reached only when it will never be done. */
const foreverMs = 30_000;

/** Asks again until it is so. */
async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + foreverMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < untilMs, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('no acknowledged write is lost when threads die', () => {
  const users = 3;
  const topology = fragile(loadBalanced.topology, 'always');
  const kinds = ['kill', 'kill-host', 'kill-box', 'pause', 'partition', 'torn-disk'] as const;
  const limits = { firstMs: 50, lengthMs: 800, longestMs: 300, accidentsMax: 6, kinds };
  const drawn = fc.sample(accidents(topology, limits, siteTargets(topology, { disks: ['db-1'] })), {
    seed: 1,
    numRuns: 50,
  });
  // In few cases much has to happen.
  const schedules = drawn
    .filter((schedule) => ['kill-host', 'torn-disk'].every((kind) => schedule.some((one) => one.kind === kind)))
    .slice(0, 2);
  const history = new RegisterHistory();
  let world: LiveWorld;
  before(async () => {
    world = await launch({ ...loadBalanced, topology }, { hosts: 2 });
    world.events.subscribe((event) => history.hear(event));
  });
  after(() => world.close());

  for (const [number, schedule] of schedules.entries()) {
    const steps = plan(schedule);
    test(`schedule ${number + 1}`, { timeout: 4 * foreverMs }, async (t) => {
      t.diagnostic(steps.map(({ command }) => commandLine(command)).join(', '));
      const known = history.operations.length;
      await world.load({ loop: 'open', ratePerS: 100, arrivals: 'poisson' }, { users, writes: 0.6, timeoutMs: 1_000 });
      const acknowledged = (): boolean =>
        history.operations.slice(known).some(({ f, outcome }) => f === 'write' && outcome === 'ok');
      await eventually('a write is acknowledged', async () => acknowledged());
      const done = await carryOut(world, steps);
      await world.run(200);
      await world.loadStop();
      await repair(world);
      for (let user = 1; user <= users; user++) {
        await eventually(`user ${user} is read`, async () => (await world.get(`/users/${user}`)).status === 200);
      }
      // Events come by another way than answers.
      const readBack = (): number =>
        history.operations
          .slice(known)
          .filter(({ process, f, outcome }) => process.startsWith('app-1') && f === 'read' && outcome === 'ok').length;
      await eventually('what was read is known', async () => readBack() >= users);
      demandNothingLost(history.operations, isInitial);
      assert.ok(done > 0, 'no accident happened');
    });
  }
});

/** Does each command at its moment; gives back how many were not refused. */
async function carryOut(world: LiveWorld, steps: readonly Planned[]): Promise<number> {
  const startMs = performance.now();
  let done = 0;
  for (const { atMs, command } of steps) {
    await world.run(Math.max(0, atMs - (performance.now() - startMs)));
    if (await wasDone(world, command)) done++;
  }
  return done;
}

async function wasDone(world: LiveWorld, command: Command): Promise<boolean> {
  try {
    await world.command(command);
    return true;
  } catch (failure) {
    if (failure instanceof Refusal) return false;
    throw failure;
  }
}

async function repair(world: LiveWorld): Promise<void> {
  await world.healAll();
  for (const part of repairs) {
    for (const command of part(await world.census())) await wasDone(world, command);
  }
}

test('requests are spread evenly over the living web servers', { timeout: 4 * foreverMs }, async () => {
  // Only a refusal ejects: a machine that is busy with other tests is no reason.
  const patient = { probeEveryMs: 50, probeTimeoutMs: foreverMs, requestMs: foreverMs };
  const topology = withConfig(loadBalanced.topology, { 'lb-1': patient, 'db-1': { seedUsers: 10 } });
  const world = await launch({ ...loadBalanced, topology }, { hosts: 2 });
  try {
    const share = async (living: readonly string[], requests: number): Promise<void> => {
      const served = new Map(living.map((id) => [id, 0]));
      for (let number = 0; number < requests; number++) {
        const { status, via } = await world.get('/users/1', { timeout: foreverMs });
        assert.equal(status, 200);
        served.set(via[1] ?? '', (served.get(via[1] ?? '') ?? 0) + 1);
      }
      assert.deepEqual(
        [...served].sort(),
        living.map((id) => [id, requests / living.length]),
      );
    };
    const candidates = async (count: number): Promise<void> =>
      eventually(`the balancer uses ${count} servers`, async () => {
        const view = JSON.stringify(await world.view('lb-1'));
        return view.split('"healthy":true').length - 1 === count;
      });
    await share(['web-1', 'web-2'], 20);
    await world.spawn('web', { id: 'web-3' });
    await candidates(3);
    await share(['web-1', 'web-2', 'web-3'], 30);
    await world.kill('web-1', { stay: true });
    await candidates(2);
    await share(['web-2', 'web-3'], 20);
    await world.restart('web-1');
    await candidates(3);
    await world.retire('web-2');
    await candidates(2);
    await share(['web-1', 'web-3'], 20);
  } finally {
    await world.close();
  }
});
