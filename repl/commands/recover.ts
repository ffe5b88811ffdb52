/** Finds the writes that were lost with a former primary, and does them once more. */
import type { LostWrite } from '../../src/protocols/replication';
import { Refusal } from '../../src/world/quantities';
import { isAlive } from '../../src/world/replicas';
import type { LostWrites } from '../../src/world/replication-operator';
import { didYouMean } from '../render/error';
import { type Fate, lostWrites, type Recovered, statementsIn } from '../render/lost-writes';
import { gapKey } from '../render/replicas';
import { command, type Shown } from '../shell/command';
import { copy } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';
import { word } from '../shell/params';
import type { AnyWorld } from '../shell/shell';

type Which = 'all' | readonly string[];

const which = word('all|ids', (text): Which => (text === 'all' ? 'all' : text.split(',').filter((one) => one !== '')), {
  complete: () => ['all'],
});

export const recover = command({
  name: 'recover',
  group: 'data',
  summary: 'tell each write that a copy held and the group decided without; do those again that are wanted',
  examples: [
    { line: 'recover db-1', text: 'which they are, ready to be read' },
    { line: 'recover db-1 --replay all', text: 'does them once more at the primary, one by one, none of them twice' },
    { line: 'recover db-1 --replay 44,46 --drop 45', text: 'some by position or id, and gives another up' },
  ],
  params: { database: copy },
  options: {
    replay: option('--replay <all|ids>', which, 'does these once more: all, or ids or positions with commas between'),
    drop: option('--drop <all|ids>', which, 'gives these up for good'),
    all: flag('--all', 'shows every write, however many'),
  },
  returns: 'Recovered',
  acts: true,
  run: async ({ database: node, replay, drop, all: isAll }, { world, signal }): Promise<Shown> => {
    const { copies: all, observers: watchers, groups } = await world.replicas();
    const own = groups?.find((group) => group.copies.some((one) => one.node === node));
    const { copies, observers } = own ?? { copies: all, observers: watchers };
    const copy = copies.find((one) => one.node === node);
    const known = observers.flatMap(({ view }) => view?.missing ?? []).filter(({ primary }) => primary === node);
    const missing = [...new Map(known.map((gap) => [gapKey(gap), gap])).values()];
    const isWatched = observers.length > 0;
    if (copy === undefined || !isAlive(copy.state)) {
      const absent = `${node} is dead${copy?.reason === undefined ? '' : ` (${copy.reason})`}`;
      if (replay !== undefined || drop !== undefined) throw new Refusal(`${absent}: what it holds cannot be read`);
      return shown(
        { node, absent, writes: [], unaccounted: [], forgotten: 0, left: 0, missing, isWatched },
        isAll === true,
      );
    }
    const found = await world.lostWrites(node);
    const fates = await decide({ world, node, found, signal }, replay, drop);
    const settled = [...fates].filter(([, { outcome }]) => isSettled(outcome)).map(([id]) => id);
    const after = settled.length === 0 ? found : await world.settleLost(node, settled);
    const writes = found.writes.map((write) => {
      const { id, position, term } = write;
      const fate = fates.get(id);
      return { id, position, term, statements: statementsIn(write), ...(fate === undefined ? {} : { fate }) };
    });
    const { unaccounted, forgotten } = found;
    const terms = [
      ...copies.flatMap(({ standing }) => standing?.term ?? []),
      ...observers.flatMap(({ view }) => (view?.primary === undefined ? [] : view.term)),
    ];
    const newest = Math.max(0, ...terms);
    const { standing } = copy;
    const hearsNobody = standing?.role !== 'primary' && standing?.primary === undefined;
    const isUnheard = standing !== undefined && (standing.term < newest || hearsNobody);
    const unheard = isUnheard ? { unheardTerm: newest } : {};
    const left = after.writes.length;
    return shown({ node, writes, unaccounted, forgotten, left, missing, isWatched, ...unheard }, isAll === true);
  },
});

function shown(value: Recovered, all: boolean): Shown {
  return { value, text: (look) => lostWrites(value, all, look) };
}

/** Whose lost writes they are. */
interface Found {
  readonly world: AnyWorld;
  readonly node: string;
  readonly found: LostWrites;
  readonly signal: AbortSignal;
}

/** What becomes of those that were named; replayed in the order of the log that had them. */
async function decide(
  { world, node, found: { writes }, signal }: Found,
  replay: Which | undefined,
  drop: Which | undefined,
): Promise<ReadonlyMap<string, Fate>> {
  const again = meant(writes, replay);
  const given = meant(writes, drop);
  const both = drop === 'all' || replay === 'all' ? undefined : again.find((write) => given.includes(write));
  if (both !== undefined) throw new Mistake(`${both.id} can be replayed or dropped, not both`);
  if (drop === 'all' && replay === 'all') throw new Mistake('all can be replayed or dropped, not both');
  const fates = new Map<string, Fate>();
  // One that is named goes before all the others.
  const dropped = drop === 'all' ? given.filter((write) => !again.includes(write)) : given;
  const replayed = replay === 'all' ? again.filter((write) => !given.includes(write)) : again;
  for (const write of replayed) {
    signal.throwIfAborted();
    fates.set(write.id, await once(world, node, write));
  }
  for (const { id } of dropped) fates.set(id, { outcome: 'dropped' });
  return fates;
}

async function once(world: AnyWorld, node: string, write: LostWrite): Promise<Fate> {
  try {
    const answer = await world.replayLost(write, node);
    if (answer.outcome === 'unknown') return { outcome: 'unknown', reason: answer.reason };
    const before = answer.recoveredBefore;
    return before === undefined
      ? { outcome: 'done', position: answer.position }
      : { outcome: 'done before', position: before };
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    return { outcome: 'not done', reason: failure.message };
  }
}

function isSettled(outcome: Fate['outcome']): boolean {
  return outcome === 'done' || outcome === 'done before' || outcome === 'dropped';
}

/** Writes by their id, or by their position where only one has it. */
function meant(writes: readonly LostWrite[], wanted: Which | undefined): readonly LostWrite[] {
  const inOrder = [...writes].sort((a, b) => a.term - b.term || a.position - b.position);
  if (wanted === 'all') return inOrder;
  const named = new Set(
    (wanted ?? []).map((text) => {
      const exact = writes.find(({ id }) => id === text);
      const placed = writes.filter(({ position }) => String(position) === text);
      const [only, another] = exact === undefined ? placed : [exact];
      if (another !== undefined) {
        throw new Refusal(`which one? position ${text} has ${placed.map(({ id }) => id).join(' and ')}`);
      }
      if (only !== undefined) return only;
      const known = writes.flatMap(({ id, position }) => [id, String(position)]);
      throw new Refusal(`there is no lost write ${text}${didYouMean(text, known) || ` (${listed(writes)})`}`);
    }),
  );
  return inOrder.filter((write) => named.has(write));
}

function listed(writes: readonly LostWrite[]): string {
  if (writes.length === 0) return 'there are none';
  const first = writes.slice(0, 5).map(({ position }) => position);
  return `positions: ${first.join(', ')}${writes.length > 5 ? ', ...' : ''}`;
}
