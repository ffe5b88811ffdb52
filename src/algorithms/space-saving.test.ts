import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { above, type HotKeys, merged, unseenMost } from './hot-keys';
import { SpaceSaving } from './space-saving';

type Stream = readonly (readonly [key: string, by: number])[];

/** Few keys are frequent, many are rare; some come in lumps. */
const streams: fc.Arbitrary<Stream> = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constantFrom('a', 'b', 'c'),
      fc.nat({ max: 60 }).map((rare) => `rare-${rare}`),
    ),
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 })),
  ),
  { maxLength: 300, size: 'max' },
);

function counted(capacity: number, stream: Stream): SpaceSaving<string> {
  const sketch = new SpaceSaving<string>(capacity);
  for (const [key, by] of stream) sketch.add(key, by);
  return sketch;
}

function truth(stream: Stream): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [key, by] of stream) counts.set(key, (counts.get(key) ?? 0) + by);
  return counts;
}

/** Everything that is promised, of what is known against what was. */
function demandPromises(known: HotKeys<string>, stream: Stream): void {
  const counts = truth(stream);
  const total = stream.reduce((sum, [, by]) => sum + by, 0);
  assert.equal(known.total, total);
  assert.ok(known.keys.length <= known.capacity);
  assert.equal(new Set(known.keys.map(({ key }) => key)).size, known.keys.length);
  assert.ok(unseenMost(known) <= total / known.capacity);
  for (const [at, { key, count, error }] of known.keys.entries()) {
    const real = counts.get(key) ?? 0;
    assert.ok(count - error <= real && real <= count, `${key}: ${count} - ${error} for ${real}`);
    assert.ok(count <= (known.keys[at - 1]?.count ?? count), 'the highest first');
  }
  for (const [key, real] of counts) {
    const isKnown = known.keys.some((one) => one.key === key);
    assert.ok(isKnown || real <= unseenMost(known), `${key} came ${real} times and is not known`);
  }
}

describe('space-saving', () => {
  test('counts exactly as long as there is room', () => {
    const sketch = counted(3, [
      ['a', 1],
      ['b', 5],
      ['a', 1],
      ['c', 1],
    ]);
    assert.deepEqual(sketch.top(2), [
      { key: 'b', count: 5, error: 0 },
      { key: 'a', count: 2, error: 0 },
    ]);
    assert.equal(sketch.total, 8);
    assert.equal(sketch.size, 3);
  });

  test('whoever is new takes over the least count, which may be wrong by so much', () => {
    const sketch = counted(2, [
      ['a', 4],
      ['b', 3],
      ['c', 1],
    ]);
    assert.deepEqual(sketch.get('c'), { key: 'c', count: 4, error: 3 });
    assert.equal(sketch.get('b'), undefined);
  });

  test('keeps what it promises, whatever comes', () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 1, max: 40 }), (stream, capacity) =>
        demandPromises(counted(capacity, stream).summary(), stream),
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  test('goes on from a summary as if nothing had been', () => {
    fc.assert(
      fc.property(streams, streams, fc.integer({ min: 1, max: 20 }), (before, after, capacity) => {
        const sketch = SpaceSaving.from(counted(capacity, before).summary());
        for (const [key, by] of after) sketch.add(key, by);
        demandPromises(sketch.summary(), [...before, ...after]);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('several that saw a part each promise the same together, even if counting goes on from there', () => {
    const capacities = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(streams, capacities, streams, (stream, sizes, more) => {
        const parts = sizes.map((size, part) =>
          counted(
            size,
            stream.filter((_, at) => at % sizes.length === part),
          ),
        );
        const sum = merged(parts.map((part) => part.summary()));
        assert.equal(sum.capacity, Math.min(...sizes));
        demandPromises(sum, stream);
        const sketch = SpaceSaving.from(sum);
        for (const [key, by] of more) sketch.add(key, by);
        demandPromises(sketch.summary(), [...stream, ...more]);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('what every part knows exactly is exact in the sum, what one does not know is as uncertain as its least', () => {
    const one = counted(2, [
      ['a', 5],
      ['b', 3],
    ]).summary();
    const other = counted(2, [
      ['a', 4],
      ['c', 2],
    ]).summary();
    assert.deepEqual(merged([one, other]).keys, [
      { key: 'a', count: 9, error: 0 },
      { key: 'b', count: 5, error: 2 },
    ]);
  });

  test('says who is certainly above a share, and who may be', () => {
    const known = counted(4, [
      ['a', 50],
      ['b', 20],
      ['c', 2],
      ['d', 2],
      ['e', 26],
    ]).summary();
    const { certain, possible } = above(known, 0.27);
    assert.deepEqual([certain.map(({ key }) => key), possible.map(({ key }) => key)], [['a'], ['e']]);
    assert.throws(() => above(known, 0.1), /a share is 1\/4 to 1, not 0.1/);
  });

  test('what cannot be counted is refused', () => {
    for (const capacity of [0, 1.5, 2_000_000]) assert.throws(() => new SpaceSaving(capacity), /keys can be counted/);
    for (const by of [0, -1, Number.NaN]) assert.throws(() => new SpaceSaving(1).add('a', by), /above 0/);
    assert.throws(() => merged([]), /keys can be counted/);
  });
});
