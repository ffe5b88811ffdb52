/**
 * Worlds on threads for claims: nothing depends on how long anything takes, so whatever has to come is waited for, and
 * whoever leads is killed with its thread.
 */
import assert from 'node:assert/strict';
import { repairs } from '../../src/testing/driven-world';
import type { LiveWorld } from '../../src/world/live-world';
import { Refusal } from '../../src/world/quantities';
import type { RegisterHistory } from '../site/register-history';

/** Long enough for the slowest machine to do what takes a second: reached only when it will never be done. */
export const foreverMs = 60_000;

/** Asks again until it is so; a world that refuses to say is asked again as well. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
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

/** Some more writes are acknowledged, from now on. */
export async function isServing(history: RegisterHistory): Promise<void> {
  const acknowledged = history.count('write', 'ok');
  await eventually('writes are acknowledged', async () => history.count('write', 'ok') >= acknowledged + 10);
}

/** Kills the thread that whoever leads a group runs on; the pool puts another in its place. Gives back who died. */
export async function killPrimary(world: LiveWorld, group?: string): Promise<string> {
  let done = '';
  await eventually('somebody leads and its thread is killed', async () => {
    const { primary, copies } = await world.replicas(group);
    const leader = copies.find(({ node }) => node === primary);
    if (leader === undefined) return false;
    await world.killHost(leader.host);
    done = `${leader.node} died with thread ${leader.host}`;
    return true;
  });
  return done;
}

/** Brings up again what is down. */
export async function repair(world: LiveWorld): Promise<void> {
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
