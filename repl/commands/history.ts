/** Writes down what users did and saw, for checkers. */
import { fromTheMiddle, withBeginnings } from '../../src/checking/beginnings';
import { type Entry, entriesOf } from '../../src/checking/history';
import { toJsonLines } from '../../src/checking/json-lines';
import { plural } from '../../src/drawing/look';
import type { OperationEvent } from '../../src/kernel/events';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { command, type Shown, said } from '../shell/command';
import { anyText } from '../shell/kinds';
import { passTo } from '../shell/passing';
import type { Shell } from '../shell/shell';
import { writeFile } from '../shell/write-file';

export const history = command({
  name: 'history',
  group: 'looking',
  summary: 'write what users did and saw to a file, a line of JSON each, for check linearizable',
  examples: [
    { line: 'history run.jsonl', text: 'the reads and writes of single users, from the beginning (simulation)' },
    { line: 'check linearizable run.jsonl --model register', text: 'judges them' },
  ],
  params: { file: { ...anyText, usage: '<file>' } },
  options: {},
  returns: '{ file: string; operations: number }',
  run: async ({ file }, shell): Promise<Shown> => {
    const entries = withBeginnings(fromTheMiddle(await lived(shell)));
    const operations = entries.filter(({ type }) => type === 'invoke').length;
    writeFile(file, toJsonLines(entries));
    const kept = shell.virtual === undefined ? ', as far back as events are kept' : '';
    return said(`${plural(operations, 'operation')} written to ${file}${kept}`, { file, operations });
  },
});

/** In simulation history is done again to hear all of it; on threads there is what is kept. */
async function lived({ world, virtual, signal }: Shell): Promise<Entry[]> {
  if (virtual !== undefined) return entriesOf(await heard(virtual, signal));
  return entriesOf((await world.recent()).filter((event) => event.type === 'operation'));
}

async function heard(world: SimulatedWorld, signal: AbortSignal): Promise<OperationEvent[]> {
  const twin = world.outset(world.moment);
  const events: OperationEvent[] = [];
  twin.events.subscribe((event) => {
    if (event.type === 'operation') events.push(event);
  });
  try {
    await passTo(twin, world.moment, signal);
    return events;
  } finally {
    twin.close();
  }
}
