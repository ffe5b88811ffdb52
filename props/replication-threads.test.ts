/**
 * What replicated sites promise once more where threads really die: the thread of the primary is killed under load, again
 * and again. Nothing here depends on how long anything takes: only what was acknowledged is judged, and whatever has to
 * come is waited for.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Body } from '../src/kernel/envelope';
import { type ReplicationDigested, replicationDigested } from '../src/protocols/replication';
import { repairs } from '../src/testing/driven-world';
import { launch } from '../src/world/launch';
import type { LiveWorld } from '../src/world/live-world';
import { Refusal } from '../src/world/quantities';
import { type Mode, nodesOf, siteOf, stageOf } from './replication/modes';
import { isInitial } from './site/durability';
import { demandNothingLost, RegisterHistory } from './site/register-history';

/** Long enough for the slowest machine to do what takes a second: reached only when it will never be done. */
const foreverMs = 60_000;
const users = 3;
const kills = 2;

/** Asks again until it is so; a world that refuses to say is asked again as well. */
async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + foreverMs;
  for (;;) {
    try {
      if (await isSo()) return;
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
    }
    assert.ok(performance.now() < untilMs, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('no acknowledged write is lost when the thread of the primary dies', () => {
  for (const mode of ['semi-sync', 'elected'] as const satisfies readonly Mode[]) {
    test(mode, { timeout: 10 * foreverMs }, async (t) => {
      const topology = siteOf(mode, { restart: 'always', reads: 'newest', confirming: 'confirmed', replicas: 1 });
      const world = await launch({ ...stageOf(mode), topology });
      const history = new RegisterHistory();
      world.events.subscribe((event) => history.hear(event));
      try {
        await world.load(
          { loop: 'open', ratePerS: 100, arrivals: 'poisson' },
          { users, writes: 0.6, timeoutMs: 1_000 },
        );
        for (let kill = 1; kill <= kills; kill++) {
          await isServing(history);
          t.diagnostic(await killPrimary(world));
        }
        await isServing(history);
        await world.loadStop();
        await repair(world);
        await readBack(world, history);
        demandNothingLost(history.operations, isInitial);
        await eventually('all copies are equal', () => areEqual(world, nodesOf(topology, 'db')));
      } finally {
        await world.close();
      }
    });
  }
});

/** Some more writes are acknowledged, from now on. */
async function isServing(history: RegisterHistory): Promise<void> {
  const acknowledged = history.count('write', 'ok');
  await eventually('writes are acknowledged', async () => history.count('write', 'ok') >= acknowledged + 10);
}

/** Kills the thread that whoever leads runs on; the pool puts another in its place. */
async function killPrimary(world: LiveWorld): Promise<string> {
  let done = '';
  await eventually('somebody leads and its thread is killed', async () => {
    const { primary, copies } = await world.replicas();
    const leader = copies.find(({ node }) => node === primary);
    if (leader === undefined) return false;
    await world.killHost(leader.host);
    done = `${leader.node} died with thread ${leader.host}`;
    return true;
  });
  return done;
}

async function repair(world: LiveWorld): Promise<void> {
  for (const part of repairs) {
    for (const command of part(await world.census())) {
      try {
        await world.command(command);
      } catch (failure) {
        // It has come up by itself meanwhile.
        if (!(failure instanceof Refusal)) throw failure;
      }
    }
  }
}

/** Reads every user once; events come by another way than answers. */
async function readBack(world: LiveWorld, history: RegisterHistory): Promise<void> {
  for (let user = 1; user <= users; user++) {
    await eventually(`user ${user} is read`, async () => (await world.get(`/users/${user}`)).status === 200);
  }
  const isKnown = (user: number): boolean =>
    history.operations.some(({ process, f, key, outcome }) => {
      return process.startsWith('app-1') && f === 'read' && key === `user:${user}` && outcome === 'ok';
    });
  await eventually('what was read is known', async () => [1, 2, 3].every(isKnown));
}

async function areEqual(world: LiveWorld, databases: readonly string[]): Promise<boolean> {
  const digests = await Promise.all(
    databases.map((node) =>
      world.tell<Body, ReplicationDigested>(node, { kind: 'replication.digest' }, 5_000, (answer, settle) => {
        if (replicationDigested.accepts(answer)) settle.done(answer);
        else settle.refused(`${node} answered ${answer.kind}`);
      }),
    ),
  );
  const [first] = digests;
  return digests.every(({ position, digest }) => position === first?.position && digest === first.digest);
}
