/**
 * Claim: whatever is done to a bounded cache, it answers, keeps, evicts and counts as a model of it does, and never holds
 * more than its limits allow.
 */
import fc from 'fast-check';
import { BoundedCache, type CacheLimits } from '../../src/algorithms/cache/bounded-cache';
import type { Expiry } from '../../src/algorithms/cache/expiry';
import { type PolicyName, policyNames } from '../../src/algorithms/cache/policies';
import { type Claim, type Effort, Violation } from '../../src/testing/judge';
import { CacheModel } from './model';

interface Case {
  readonly policy: PolicyName;
  readonly limits: CacheLimits;
  readonly steps: Iterable<Step>;
}

type Real = BoundedCache<number>;
type Step = fc.Command<CacheModel, Real>;

/** What is expected of a step, and what came of it. */
type Outcomes = readonly [unknown, unknown];

class Act implements Step {
  constructor(
    private readonly text: string,
    private readonly act: (model: CacheModel, real: Real) => Outcomes,
  ) {}

  check(): boolean {
    return true;
  }

  run(model: CacheModel, real: Real): void {
    const [expected, found] = this.act(model, real);
    equal(`${this.text}: answer`, found, expected);
    const { entriesMax, bytesMax } = model.limits;
    // Limits that were made smaller than what is pinned hold again when that is let go.
    const isOverfull = model.entries.length === model.pinned.length;
    if (real.size > entriesMax && !isOverfull) {
      throw new Violation('limit', `${this.text}: ${real.size} entries of ${entriesMax}`);
    }
    if (model.bytes > bytesMax && !isOverfull)
      throw new Violation('limit', `${this.text}: ${model.bytes} bytes of ${bytesMax}`);
    equal(`${this.text}: entries`, real.size, model.entries.length);
    equal(`${this.text}: bytes`, real.bytes, model.bytes);
    for (const what of ['hits', 'misses', 'evictions', 'expirations'] as const) {
      equal(`${this.text}: ${what}`, real.counters[what], model.counters[what]);
    }
  }

  toString(): string {
    return this.text;
  }
}

function equal(what: string, found: unknown, expected: unknown): void {
  if (found === expected) return;
  const kind = what.replace(/^.*: /, '');
  throw new Violation(kind, `${what}: ${String(found)}, and the model says ${String(expected)}`);
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const size = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 20 }), weight: 9 }, fc.integer({ min: 1, max: 200 }));
/** From now; also at once, and in the past. */
const life = fc.record({
  clock: fc.constantFrom<Expiry['clock'][]>('monotonic', 'wall'),
  ms: fc.oneof(
    { arbitrary: fc.integer({ min: -1, max: 5 }), weight: 1 },
    { arbitrary: fc.integer({ min: 6, max: 30 }), weight: 1 },
    { arbitrary: fc.constant(Number.POSITIVE_INFINITY), weight: 2 },
  ),
});
type Life = typeof life extends fc.Arbitrary<infer L> ? L : never;

const limits = fc.record<CacheLimits>({
  entriesMax: fc.integer({ min: 1, max: 5 }),
  bytesMax: fc.integer({ min: 40, max: 200 }),
  overheadBytes: fc.integer({ min: 0, max: 12 }),
});
const policy = fc.constantFrom(...policyNames);

function endOf({ clock, ms }: Life, { nowMs, wallMs }: CacheModel): Expiry {
  return { clock, atMs: (clock === 'wall' ? wallMs : nowMs) + ms };
}

function modelEnd({ clock, atMs }: Expiry) {
  return { wall: clock === 'wall', atMs };
}

function lifeText({ clock, ms }: Life): string {
  return `${ms} ms by the ${clock} clock`;
}

const sets = fc.tuple(key, fc.nat({ max: 99 }), size, life).map(
  ([k, value, bytes, lives]) =>
    new Act(`set ${k} to ${value}, ${bytes} bytes, ${lifeText(lives)}`, (model, real) => {
      const end = endOf(lives, model);
      return [model.set(k, value, bytes, modelEnd(end)), real.set(k, value, bytes, end, model)];
    }),
);
const gets = key.map((k) => new Act(`get ${k}`, (model, real) => [model.get(k), real.get(k, model)]));
const steps: fc.Arbitrary<Step>[] = [
  // Three of each: it is they that fill a cache.
  sets,
  sets,
  sets,
  gets,
  gets,
  gets,
  fc.tuple(key, life).map(
    ([k, lives]) =>
      new Act(`touch ${k}, ${lifeText(lives)}`, (model, real) => {
        const end = endOf(lives, model);
        return [model.touch(k, modelEnd(end)), real.touch(k, end, model)];
      }),
  ),
  key.map((k) => new Act(`delete ${k}`, (model, real) => [model.delete(k), real.delete(k, model)])),
  key.map((k) => new Act(`pin ${k}`, (model, real) => [model.pin(k), real.pin(k, model)])),
  key.map((k) => new Act(`unpin ${k}`, (model, real) => [model.unpin(k), real.unpin(k, model)])),
  key.map((k) => new Act(`peek ${k}`, (model, real) => [model.find(k)?.value, real.peek(k, model)])),
  fc.constant(new Act('sweep', (model, real) => [model.sweep(), real.sweep(Number.MAX_SAFE_INTEGER, model)])),
  fc.integer({ min: 1, max: 4 }).map(
    (ms) =>
      new Act(`${ms} ms pass`, (model) => {
        model.nowMs += ms;
        model.wallMs += ms;
        return [0, 0];
      }),
  ),
  fc.integer({ min: -3, max: 3 }).map(
    (ms) =>
      new Act(`the wall clock jumps by ${ms} ms`, (model) => {
        model.wallMs += ms;
        return [0, 0];
      }),
  ),
  fc.tuple(policy, limits).map(
    ([name, next]) =>
      new Act(`from now on ${name}, ${JSON.stringify(next)}`, (model, real) => {
        model.change(name, next);
        real.reconfigure(name, next, model);
        return [0, 0];
      }),
  ),
];

export function eviction(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'a bounded cache evicts as its model does and keeps its limits',
    draw: fc.record({ policy, limits, steps: fc.commands(steps, { maxCommands: 120, size: 'max' }) }),
    attempt: ({ policy: name, limits: given, steps: drawn }) => {
      const model = new CacheModel(name, given);
      const real = new BoundedCache<number>(name, given);
      fc.modelRun(() => ({ model, real }), drawn);
      const { evictions, hits } = model.counters;
      return evictions + hits === 0 ? 'nothing was found and nobody had to go' : undefined;
    },
    show: ({ policy: name, limits: given, steps: drawn }) => ({
      lines: [`${name}, ${JSON.stringify(given)}`, ...[...drawn].map(String)],
    }),
  };
}
