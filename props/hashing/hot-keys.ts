/**
 * Claim: a counter of hot keys, or several that saw a part each, tells every key above its threshold, is never further off
 * than it says, and never remembers more keys than it may.
 */
import fc from 'fast-check';
import { type HotKeys, merged, unseenMost } from '../../src/algorithms/hot-keys';
import { SpaceSaving } from '../../src/algorithms/space-saving';
import { type Random, seeded } from '../../src/kernel/random';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { popular } from './drawn';

const laws = ['popular', 'waves', 'hidden'] as const;

interface Case {
  /** Few popular keys; popular ones that change; or one that is just hot enough among keys that never come again. */
  readonly law: (typeof laws)[number];
  readonly capacity: number;
  readonly counters: number;
  readonly seed: number;
}

/** What counts, and what puts it together. */
export interface Parts {
  counter(capacity: number): Pick<SpaceSaving<string>, 'add' | 'summary'>;
  merge(summaries: readonly HotKeys<string>[]): HotKeys<string>;
}

const ours: Parts = { counter: (capacity) => new SpaceSaving(capacity), merge: merged };
const requests = 20_000;
const keys = 5_000;

export const hotKeys = (effort: Effort, { counter, merge }: Parts = ours): Claim<Case> => ({
  ...effort,
  name: 'every key above the threshold is found',
  draw: fc.record({
    law: fc.constantFrom(...laws),
    capacity: fc.integer({ min: 16, max: 300 }),
    counters: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat({ max: 1_000_000 }),
  }),
  attempt: (drawn) => attempt(drawn, { counter, merge }),
  show: ({ law, capacity, counters, seed }) => ({
    lines: [`seed ${seed}`, `${requests} requests (${law}) at ${counters} counters of ${capacity} keys`],
  }),
});

function attempt({ law, capacity, counters, seed }: Case, { counter, merge }: Parts): Finding {
  const random = seeded(seed);
  const parts = Array.from({ length: counters }, () => counter(capacity));
  const counts = new Map<string, number>();
  for (let i = 0; i < requests; i++) {
    const key = keyOf(law, i, capacity, random);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    parts[random.int(counters)]?.add(key);
  }
  const known = merge(parts.map((part) => part.summary()));
  const byKey = new Map(known.keys.map((key) => [key.key, key]));
  if (byKey.size > capacity)
    throw new Violation('memory', `${byKey.size} keys are remembered, not ${capacity} at most`);
  const hot = [...counts].filter(([, count]) => count > requests / capacity);
  const missed = hot.find(([key]) => !byKey.has(key));
  if (missed !== undefined) throw new Violation('missed', `${missed[0]} came ${missed[1]} times and is not known`);
  for (const { key, count, error } of known.keys) {
    const real = counts.get(key) ?? 0;
    if (count - error <= real && real <= count) continue;
    throw new Violation('count', `${key} came ${real} times, not ${count - error} to ${count}`);
  }
  if (unseenMost(known) > requests / capacity) {
    throw new Violation('threshold', `keys with up to ${unseenMost(known)} may be unknown: more than the threshold`);
  }
  return hot.length === 0 ? 'no key was hot' : undefined;
}

function keyOf(law: Case['law'], request: number, capacity: number, random: Random): string {
  if (law === 'hidden') return random.next() < 1.5 / capacity ? 'hidden' : `once-${request}`;
  const wave = law === 'waves' ? Math.floor((request * 3) / requests) : 0;
  return `${wave}-${popular(random, keys)}`;
}
