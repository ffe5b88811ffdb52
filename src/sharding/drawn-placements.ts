/**
 * Placements, changes and keys drawn at random, for the properties of everything that places.
 */
import fc from 'fast-check';
import { compareKeys } from '../algorithms/hashing/key-order';
import type { Change } from '../protocols/placement';
import type { Method, Placement, ShardKey } from '../protocols/shard-map';

/** Small numbers come often, since people's ids are small; so do those at the edges of what is exact. */
export const drawnKey: fc.Arbitrary<ShardKey> = fc.oneof(
  fc.integer({ min: -20, max: 200 }),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53 - 2, 0),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.integer({ min: -20, max: 200 }).map(String),
);

export const drawnPart: fc.Arbitrary<ShardKey | undefined> = fc.option(drawnKey, { nil: undefined });

const methods: readonly Method[] = ['modulo', 'ring', 'jump', 'rendezvous', 'ranges'];

/** Some shards `s-1` ... by some method, some of them split, some keys isolated. */
export const drawnPlacement: fc.Arbitrary<Placement> = fc
  .record({
    method: fc.constantFrom(...methods),
    size: fc.integer({ min: 1, max: 5 }),
    bounds: fc.uniqueArray(drawnKey, { minLength: 4, maxLength: 4 }),
    weights: fc.option(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), { nil: undefined }),
    points: fc.integer({ min: 1, max: 20 }),
    ketama: fc.boolean(),
    splits: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
    isolated: fc.uniqueArray(fc.tuple(drawnKey, fc.integer({ min: 1, max: 3 })), {
      maxLength: 2,
      selector: ([key]) => key,
    }),
  })
  .map(({ method, size, bounds, weights, points, ketama, splits, isolated }) => {
    const shards = Array.from({ length: size }, (_, place) => `s-${place + 1}`);
    const all = [...shards];
    return {
      method,
      shards,
      ...(weights === undefined
        ? {}
        : { weights: Object.fromEntries(weights.map((weight, place) => [`s-${place + 1}`, weight])) }),
      ...(method === 'ring' ? { pointsPerShard: points, ketama } : {}),
      ...(method === 'ranges' ? { bounds: [...bounds].sort(compareKeys).slice(0, size - 1) } : {}),
      splits: splits.map((chosen, place) => {
        const shard = all[chosen % all.length] ?? 's-1';
        const into = `split-${place + 1}`;
        all.push(into);
        return { shard, into, salt: place + 1 };
      }),
      isolated: isolated.map(([key, ways], place) => ({
        key,
        to: Array.from({ length: ways }, (_, way) => `own-${place + 1}-${way + 1}`),
      })),
    };
  });

/** Mostly such as can be done to a placement: the shards and keys that they name are its own. */
export function drawnChange({ shards, splits, isolated }: Placement): fc.Arbitrary<Change> {
  const shard = fc.constantFrom(...shards, ...splits.map(({ into }) => into), 'nobody');
  const key = isolated.length === 0 ? drawnKey : fc.oneof(fc.constantFrom(...isolated.map((one) => one.key)), drawnKey);
  return fc.oneof(
    fc.record({ what: fc.constant('add' as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ what: fc.constant('remove' as const), shard }),
    fc.record({ what: fc.constant('split' as const), shard }),
    fc.record({ what: fc.constant('method' as const), method: fc.constantFrom(...methods) }),
    fc.record({ what: fc.constant('isolate' as const), key, ways: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ what: fc.constant('rejoin' as const), key }),
  );
}
