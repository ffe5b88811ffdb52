/** Lets time pass until something holds. */
import { types } from 'node:util';
import { command } from '../shell/command';
import { Mistake } from '../shell/mistake';
import type { Param } from '../shell/params';
import { passVirtual } from '../shell/passing';
import type { Shell } from '../shell/shell';
import { nowText } from './now';

const limitMs = 600_000;
const pollMs = 20;

/** The rest of the line as TypeScript; in a call, a function. */
const condition: Param<{ readonly source: string; readonly at: number } | (() => unknown)> = {
  usage: '<TypeScript expression>',
  signature: () => 'condition: () => unknown',
  spare: false,
  raw: true,
  take: (reader) => {
    const { value, at = 0 } = reader.take('a TypeScript expression');
    return typeof value === 'function' ? () => value() : { source: String(value), at };
  },
  complete: () => ['world.'],
};

export const until = command({
  name: 'until',
  group: 'time',
  summary: 'let time pass until a TypeScript expression is true, for ten minutes at most',
  examples: [
    { line: 'until world.nowUs > 5e6', text: 'until the world is five seconds old' },
    {
      line: "until world.census().nodes.some((node) => node.state === 'dead')",
      text: 'until a node dies (simulation)',
    },
    {
      line: "until (await world.census()).nodes.some((node) => node.state === 'dead')",
      text: 'the same on threads, where to look takes a moment',
    },
  ],
  params: { condition },
  options: {},
  returns: '{ nowMs: number }',
  acts: true,
  run: async ({ condition: given }, shell) => {
    const holds = typeof given === 'function' ? given : await shell.condition(given.source, given.at);
    const held = await pass(shell, holds);
    return nowText(shell, held ? 'it holds; ' : 'it did not come to hold in ten minutes; ');
  },
});

/** In virtual time the condition is looked at after everything that happens; on threads every so often. */
async function pass(shell: Shell, holds: () => unknown): Promise<boolean> {
  const { virtual, world } = shell;
  if (virtual !== undefined) {
    const first = holds();
    if (types.isPromise(first)) {
      first.catch(() => undefined);
      throw new Mistake('in simulation a condition is looked at between two events and cannot wait; leave await out');
    }
    if (first) return true;
    return passVirtual(virtual, limitMs, shell.signal, () => Boolean(holds()));
  }
  const endUs = world.nowUs + limitMs * 1000;
  while (!(await holds())) {
    if (world.nowUs > endUs) return false;
    await shell.sleep(pollMs);
  }
  return true;
}
