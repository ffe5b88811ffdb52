/** What goes on at once: a counterexample does several things at a moment, and no prompt waits between them. */
import type { Command } from '../../src/kernel/operations';
import { flag } from '../shell/options';
import type { AnyWorld } from '../shell/shell';

export const noWait = flag('--no-wait', 'at once, by hand, and without waiting until it can serve');

/** Does a command and says so. */
export async function startedText(world: AnyWorld, command: Command, what: string): Promise<string> {
  world.start(command);
  return `${what} is starting`;
}
