/**
 * Going back in virtual time, by doing everything again up to then: closures cannot be rewound, a history can be redone.
 */

import { plural, wrap } from '../../src/drawing/look';
import type { Moment } from '../../src/world/command-log';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import type { Shown } from './command';
import { Mistake } from './mistake';
import { passTo } from './passing';
import type { Shell } from './shell';

/** The simulated world at the prompt; on threads a `Mistake` says why there is none. */
export function travelled({ virtual }: Shell): SimulatedWorld {
  if (virtual === undefined) throw new Mistake('real time does not come back; start with --mode sim to travel in it');
  return virtual;
}

/** A twin of a world, standing at a moment of its history; the rest of it lies ahead. */
export async function twinAt(world: SimulatedWorld, at: Moment, signal: AbortSignal): Promise<SimulatedWorld> {
  const twin = world.outset(at);
  await passTo(twin, at, signal);
  return twin;
}

/** Where a world stands, and what lies ahead of it. */
export function standing({ nowUs, ahead }: SimulatedWorld): Shown<{ nowMs: number; ahead: number }> {
  const text = [`now at ${(nowUs / 1e6).toFixed(3)} s`];
  if (ahead.length > 0) {
    text.push(
      `${plural(ahead.length, 'later command')} ahead, done again as time passes, unless you do something else first`,
    );
  }
  return {
    value: { nowMs: nowUs / 1000, ahead: ahead.length },
    text: ({ columns }) => wrap(text.join('; '), columns).join('\n'),
  };
}
