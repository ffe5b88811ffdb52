/** Explains the last read: from the write that made the row to the copy that served it. */
import { sqlResult } from '../../src/protocols/sql';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { type Made, madeBy, whyOf } from '../render/why';
import { noRead, whyText } from '../render/why-view';
import { command, type Shown } from '../shell/command';
import { passVirtual } from '../shell/passing';
import { culpritKey, stoodAt } from '../shell/stood';

export const why = command({
  name: 'why',
  group: 'looking',
  summary: 'explain the last read: which copy served it, and whose write made the row',
  examples: [
    { line: 'why', text: 'after: get /users/12' },
    { line: 'why', text: 'after: sql "SELECT count(*) FROM users": of what is made of many rows the log position' },
  ],
  params: {},
  options: {},
  returns: 'unknown',
  run: async (_given, shell): Promise<Shown> => {
    const { world, virtual, signal } = shell;
    const stood = stoodAt(shell);
    const key = stood === undefined ? undefined : culpritKey(stood);
    const events = stood === undefined || key === undefined ? await world.recent() : stood.events;
    const found = whyOf(events, key === undefined ? {} : { key });
    if (found === undefined) return { value: null, text: () => noRead };
    const position = found.served?.version ?? 0;
    const older = virtual !== undefined && found.made === undefined && position > 0;
    const value = older ? { ...found, made: await dig(virtual, position, signal) } : found;
    return { value, text: (look) => whyText(value, look) };
  },
});

/** By then whoever asked for a write has heard of it. */
const answerMs = 500;

/** A write that is older than the events that are kept: history is done again until it happens. */
async function dig(world: SimulatedWorld, position: number, signal: AbortSignal): Promise<Made | undefined> {
  const twin = world.outset({ atUs: 0, after: 0 });
  let seen = false;
  const watching = twin.events.subscribe((event) => {
    if (event.type !== 'sent' || !sqlResult.accepts(event.envelope.body)) return;
    const { changes, position: at } = event.envelope.body;
    seen ||= changes > 0 && at === position;
  });
  try {
    await passVirtual(twin, (world.nowUs - twin.nowUs) / 1000, signal, () => seen);
    await passVirtual(twin, answerMs, signal);
    return madeBy(twin.recent(), position);
  } finally {
    watching.unsubscribe();
    twin.close();
  }
}
