/** How a move of keys is shown that has begun, and how one waits for its end. */
import type { MoveProgress } from '../../src/protocols/placement';
import { Refusal } from '../../src/world/quantities';
import { brief, move as draw, isOver } from '../render/moves';
import type { Shown } from '../shell/command';
import { passVirtual } from '../shell/passing';
import type { Shell } from '../shell/shell';

const waitMaxMs = 24 * 3_600_000;
const pollMs = 100;

export function begun(value: MoveProgress, { virtual }: Shell): Shown {
  const how = virtual === undefined ? 'reshard shows how it goes' : 'run 5s lets time pass, reshard shows how it goes';
  return { value, text: (look) => `${draw(value, look)}\n${isOver(value) ? '' : how}`.trimEnd() };
}

export function over(value: MoveProgress): Shown {
  return { value, text: (look) => draw(value, look) };
}

/** In virtual time or in real time, whichever this world has; Ctrl-C ends it. */
export async function pass(shell: Shell, ms: number): Promise<void> {
  if (shell.virtual === undefined) await shell.sleep(ms);
  else await passVirtual(shell.virtual, ms, shell.signal);
}

/**
 * Until it is over; Ctrl-C ends the waiting, not the move.
 *
 * @param each is done every so often while it goes on.
 */
export async function waited(
  shell: Shell,
  first: MoveProgress,
  each: () => Promise<void> = async () => undefined,
): Promise<MoveProgress> {
  const { world } = shell;
  let value = first;
  try {
    for (let leftMs = waitMaxMs; leftMs > 0 && !isOver(value); leftMs -= pollMs) {
      if (value.state === 'paused') throw new Refusal('it is paused: reshard resume --wait goes on with it');
      shell.progress(brief(value));
      await pass(shell, pollMs);
      await each();
      value = (await world.moves()).moves.find((one) => one.family === first.family) ?? value;
    }
  } finally {
    shell.progress('');
  }
  return value;
}
