/**
 * Convergence: replicas that have received the same updates hold the same (strong eventual consistency: Shapiro,
 * Preguiça, Baquero & Zawirski 2011, "Conflict-free replicated data types"). What is compared is what each holds once all
 * is quiet; and, so that replicas that lost the same are not taken for good ones, what all of them must hold.
 */
import { brief, same } from './value';

/** What replicas hold, by replica and key. */
export type Holdings = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

export interface Divergence {
  readonly key: string;
  /** By value, in few words, who holds it; `nothing` where the key is not there. */
  readonly held: ReadonlyMap<string, readonly string[]>;
  /** `counter: 3 on db-1; nothing on db-2`. */
  readonly text: string;
}

export interface Convergence {
  readonly verdict: 'holds' | 'violation' | 'unknown';
  /** How many keys were compared. */
  readonly keys: number;
  /** The first by name; at most `divergencesMax`. */
  readonly divergences: readonly Divergence[];
  readonly divergencesCount: number;
  readonly reason?: string;
}

export const divergencesMax = 20;

/**
 * Compares replicas. Fewer than two show nothing: the answer is `unknown`.
 *
 * @param expected what each of them must hold; other keys need only be the same everywhere
 * @example
 * checkConvergence(new Map([['db-1', new Map([['x', 1]])], ['db-2', new Map()]])).divergences[0]?.text;
 * // 'x: 1 on db-1; nothing on db-2'
 */
export function checkConvergence(replicas: Holdings, expected: ReadonlyMap<string, unknown> = new Map()): Convergence {
  const keys = [...new Set([...expected.keys(), ...[...replicas.values()].flatMap((held) => [...held.keys()])])].sort();
  if (replicas.size < 2) {
    const reason = `${replicas.size} of at least 2 replicas: there is nothing to compare`;
    return { verdict: 'unknown', keys: keys.length, divergences: [], divergencesCount: 0, reason };
  }
  const found = keys.flatMap((key) => divergenceOf(key, replicas, expected) ?? []);
  const verdict = found.length === 0 ? 'holds' : 'violation';
  return { verdict, keys: keys.length, divergences: found.slice(0, divergencesMax), divergencesCount: found.length };
}

function divergenceOf(key: string, replicas: Holdings, expected: ReadonlyMap<string, unknown>): Divergence | undefined {
  const holders = [...replicas].map(([replica, held]) => ({ replica, has: held.has(key), value: held.get(key) }));
  const wants = expected.has(key);
  const [first] = holders;
  const value = wants ? expected.get(key) : first?.value;
  const has = wants || first?.has === true;
  if (holders.every((holder) => holder.has === has && same(holder.value, value))) return undefined;
  const held = new Map<string, string[]>();
  for (const holder of holders) {
    const words = holder.has ? brief(holder.value) : 'nothing';
    held.set(words, [...(held.get(words) ?? []), holder.replica]);
  }
  const parts = [...held].map(([words, who]) => `${words} on ${who.join(', ')}`);
  const should = wants ? `; it should be ${brief(value)}` : '';
  return { key, held, text: `${key}: ${parts.join('; ')}${should}` };
}
