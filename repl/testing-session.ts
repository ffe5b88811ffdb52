/**
 * Sessions over simulated worlds, as tests use them.
 */
import { setTimeout } from 'node:timers/promises';
import { plain } from '../src/drawing/look';
import { stages } from '../src/stages';
import { tiers } from '../src/tiers/catalogue';
import { commands } from './commands';
import { Session, type SessionParts } from './session';
import { openWorld, type WorldOptions } from './worlds';

const options: WorldOptions = {
  mode: 'sim',
  stage: 'load-balanced',
  seed: 7,
  hosts: 2,
  dataDir: undefined,
  modules: [],
  standpoint: undefined,
};

/** A session like `npm start -- --mode sim --seed 7`, of 80 columns and without colour. */
export function simulatedSession(
  more: Partial<SessionParts> = {},
  given: Partial<WorldOptions> = {},
): Promise<Session> {
  const all = Object.values(stages);
  return Session.start({
    commands,
    stages: all,
    tiers,
    open: (wanted) => openWorld({ ...options, ...given }, all, wanted),
    look: () => plain,
    json: false,
    print: () => undefined,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
    ...more,
  });
}
