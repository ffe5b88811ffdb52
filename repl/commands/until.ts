/** Lets time pass until something holds. */
import { command } from '../shell/command';
import type { Param } from '../shell/params';
import { passVirtual } from '../shell/passing';
import type { Shell } from '../shell/shell';
import { nowText } from './now';

const limitMs = 600_000;
const pollMs = 20;

/** The rest of the line as TypeScript; in a call, a function. */
const condition: Param<string | (() => unknown)> = {
  usage: '<TypeScript expression>',
  signature: () => 'condition: () => unknown',
  spare: false,
  raw: true,
  take: (reader) => {
    const { value } = reader.take('a TypeScript expression');
    return typeof value === 'function' ? () => value() : String(value);
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
  ],
  params: { condition },
  options: {},
  returns: '{ nowMs: number }',
  acts: true,
  run: async ({ condition: given }, shell) => {
    const holds = typeof given === 'string' ? await shell.condition(given) : given;
    const held = await pass(shell, holds);
    return nowText(shell, held ? 'it holds; ' : 'it did not come to hold in ten minutes; ');
  },
});

/** In virtual time the condition is looked at after everything that happens; on threads every so often. */
async function pass(shell: Shell, holds: () => unknown): Promise<boolean> {
  const { virtual, world } = shell;
  if (virtual !== undefined) {
    if (holds()) return true;
    return passVirtual(virtual, limitMs, shell.signal, () => Boolean(holds()));
  }
  const endUs = world.nowUs + limitMs * 1000;
  while (!(await holds())) {
    if (world.nowUs > endUs) return false;
    await shell.sleep(pollMs);
  }
  return true;
}
