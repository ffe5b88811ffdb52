import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SortedMap } from './sorted-map';

const key = fc.integer({ min: 0, max: 60 });

test('it is a list of pairs that is kept sorted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 200 }), key, (steps, at) => {
      const map = new SortedMap<number, string>((a, b) => b - a);
      const model = new Map<number, string>();
      for (const [number, isPut] of steps) {
        if (isPut) {
          map.set(number, `v${number}`);
          model.set(number, `v${number}`);
        } else assert.equal(map.delete(number), model.delete(number));
      }
      const sorted = [...model].sort(([a], [b]) => b - a);
      assert.deepEqual([...map.from()], sorted);
      assert.deepEqual(
        [...map.from(at)],
        sorted.filter(([number]) => number <= at),
      );
      assert.deepEqual(
        [...map.after(at)],
        sorted.filter(([number]) => number < at),
      );
      assert.deepEqual([...map.after(undefined)], sorted);
      assert.deepEqual(
        [map.size, map.first, map.has(at), map.get(at)],
        [model.size, sorted[0]?.[0], model.has(at), model.get(at)],
      );
    }),
    { seed: 1 },
  );
});
