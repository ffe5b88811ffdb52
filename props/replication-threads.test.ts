/**
 * What replicated sites promise once more where threads really die: the thread of the primary is killed under load, again
 * and again. Nothing here depends on how long anything takes: only what was acknowledged is judged, and whatever has to
 * come is waited for.
 */
import { describe, test } from 'node:test';
import type { Body } from '../src/kernel/envelope';
import { type ReplicationDigested, replicationDigested } from '../src/protocols/replication';
import { launch } from '../src/world/launch';
import type { LiveWorld } from '../src/world/live-world';
import { eventually, foreverMs, isServing, killPrimary, repair } from './live/patience';
import { type Mode, nodesOf, siteOf, stageOf } from './replication/modes';
import { isInitial } from './site/durability';
import { demandNothingLost, RegisterHistory } from './site/register-history';

const users = 3;
const kills = 2;

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
