import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../../sharding/contents';
import { UnitIndex } from './unit-index';

function indexOf(units: readonly Unit[]): { readonly index: UnitIndex; readonly readings: () => number } {
  let readings = 0;
  const index = new UnitIndex(() => {
    readings++;
    return units;
  });
  return { index, readings: () => readings };
}

test('units are read once, and stand in their order with those that came since', () => {
  const { index, readings } = indexOf([{ key: 1 }, { key: 3 }, { key: 'a' }]);
  index.add({ key: 9 });
  assert.equal(readings(), 0, 'what comes before anybody wants them is found when they are read');
  assert.deepEqual([...index.after(undefined)], [{ key: 1 }, { key: 3 }, { key: 'a' }]);
  index.add({ key: 2 });
  index.add({ key: 3, part: 7 });
  index.add({ key: 3, part: 7 });
  index.remove({ key: 1 });
  assert.deepEqual([...index.after(undefined)], [{ key: 2 }, { key: 3 }, { key: 3, part: 7 }, { key: 'a' }]);
  assert.deepEqual([...index.after({ key: 3 })], [{ key: 3, part: 7 }, { key: 'a' }]);
  assert.deepEqual([...index.after({ key: 'b' })], []);
  assert.equal(readings(), 1);
});

test('what was taken back is read again', () => {
  const { index, readings } = indexOf([{ key: 1 }]);
  assert.deepEqual([...index.after(undefined)], [{ key: 1 }]);
  index.remove({ key: 1 });
  index.forget();
  assert.deepEqual([...index.after(undefined)], [{ key: 1 }]);
  assert.equal(readings(), 2);
});
