/**
 * What `why` needs and the events that are kept do not go back to: history is done again, in a world of its own, until it
 * happens.
 */
import type { WorldEvent } from '../../src/kernel/events';
import { sqlResult } from '../../src/protocols/sql';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { fillOf, isBirth, RowWrites } from '../render/copy-of-row';
import { cachedAs, type Made, madeBy, type Served, type Why } from '../render/why';
import { passVirtual } from './passing';

/** By then whoever asked for a write has heard of it. */
const answerMs = 500;

/** The same, with the write that made the row, and with where a copy in a cache came from. */
export async function lookedBack(world: SimulatedWorld, found: Why, signal: AbortSignal): Promise<Why> {
  const { served, made } = found;
  if (served === undefined) return found;
  const { version = 0, cached } = served;
  const write = version === 0 || made !== undefined ? made : await writeOf(world, version, signal);
  if (cached === undefined || cached.fill !== undefined) return { ...found, made: write };
  return { ...found, made: write, served: await filled(world, served, signal) };
}

async function writeOf(world: SimulatedWorld, position: number, signal: AbortSignal): Promise<Made | undefined> {
  const isIt = (event: WorldEvent): boolean => {
    if (event.type !== 'sent' || !sqlResult.accepts(event.envelope.body)) return false;
    const { changes, position: at } = event.envelope.body;
    return changes > 0 && at === position;
  };
  return again(world, isIt, signal, async (twin) => {
    await passVirtual(twin, answerMs, signal);
    return madeBy(twin.recent(), position);
  });
}

/** From the moment at which the copy was put there on, everything that happens is looked at, up to when it was read. */
async function filled(world: SimulatedWorld, served: Served, signal: AbortSignal): Promise<Served> {
  const { copy, cached } = served;
  if (copy === undefined || cached === undefined) return served;
  return again(
    world,
    (event) => isBirth(event, copy),
    signal,
    async (twin) => {
      const fill = fillOf(twin.recent(), copy);
      if (fill === undefined) return served;
      const writes = new RowWrites(copy.key, fill.question);
      for (const event of twin.recent()) writes.see(event);
      const watching = twin.events.subscribe((event) => writes.see(event));
      await passVirtual(twin, (copy.atUs - twin.nowUs) / 1_000, signal);
      watching.unsubscribe();
      const behind = writes.behind(copy);
      const [first] = behind.writes;
      const replacedBy =
        first === undefined
          ? undefined
          : (madeBy(world.recent(), first.position) ?? (await writeOf(world, first.position, signal)));
      return { ...served, cached: { ...cachedAs(copy, fill, behind), replacedBy } };
    },
  );
}

/** Does history again until something happens, or until now, and then looks at it. */
async function again<T>(
  world: SimulatedWorld,
  isIt: (event: WorldEvent) => boolean,
  signal: AbortSignal,
  then: (twin: SimulatedWorld) => Promise<T>,
): Promise<T> {
  const twin = world.outset({ atUs: 0, after: 0 });
  let seen = false;
  const watching = twin.events.subscribe((event) => {
    seen ||= isIt(event);
  });
  try {
    await passVirtual(twin, (world.nowUs - twin.nowUs) / 1_000, signal, () => seen);
    return await then(twin);
  } finally {
    watching.unsubscribe();
    twin.close();
  }
}
