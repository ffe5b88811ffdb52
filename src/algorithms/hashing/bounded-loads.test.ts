import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BoundedLoads, boundedLocator } from './bounded-loads';
import { hashRing } from './ring';

const names = ['a', 'b', 'c', 'd', 'e'];

describe('bounded loads', () => {
  test('nobody has more than the bound at any time, whoever comes', () => {
    const loads = new BoundedLoads(hashRing(names, { points: 3 }), { bound: 1.1 });
    for (let m = 1; m <= 2_000; m++) {
      loads.add(m);
      assert.ok(Math.max(...loads.loads) <= Math.ceil((1.1 * m) / 5 - 1e-9), `${loads.loads} of ${m}`);
    }
    assert.equal(
      loads.loads.reduce((sum, load) => sum + load, 0),
      2_000,
    );
  });

  test('who finds room is where the ring says, who does not is at the next that has some', () => {
    const ring = hashRing(['a', 'b'], { points: 5 });
    const loads = new BoundedLoads(ring, { bound: 1.5, expected: 4 });
    const home = ring.locate('same');
    const found = Array.from({ length: 4 }, () => loads.add('same'));
    assert.deepEqual(found, [home, home, home, 1 - home]);
    loads.remove(home);
    assert.equal(loads.add('same'), home);
  });

  test('capacities follow weights', () => {
    const loads = new BoundedLoads(hashRing(['a', 'b'], { weights: [1, 3] }), { bound: 1.25, expected: 80 });
    assert.deepEqual([loads.capacity(0), loads.capacity(1)], [25, 75]);
  });

  test('a product that is a hair above a whole number is that number', () => {
    const loads = new BoundedLoads(hashRing(['a']), { bound: 1.1, expected: 10 });
    assert.equal(loads.capacity(0), 11);
  });

  test('what bounds nothing, and who leaves from nowhere, is refused', () => {
    assert.throws(() => new BoundedLoads(hashRing(names), { bound: 1 }), /bounded by more than 1, not 1/);
    assert.throws(() => new BoundedLoads(hashRing(names), { bound: 1.2 }).remove(0), /nobody is at place 0/);
  });
});

describe('slots with bounded loads', () => {
  test('an uneven ring becomes even up to the bound, and depends on the key alone', () => {
    const ring = hashRing(names, { points: 1 });
    const [first, again] = [boundedLocator(ring, 1.05), boundedLocator(ring, 1.05)];
    const counts = names.map(() => 0);
    for (let key = 0; key < 50_000; key++) {
      const place = first.locate(key);
      assert.equal(again.locate(key), place);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    assert.ok(Math.max(...ring.shares) > 0.25, 'the ring was even before');
    // The bound is on shares; keys are counted with noise.
    assert.ok(Math.max(...counts) < 10_000 * 1.05 * 1.05, String(counts));
  });

  test('with a wide bound it is the ring, but for where slots end', () => {
    const ring = hashRing(names, { points: 8 });
    const slots = boundedLocator(ring, 100);
    let other = 0;
    for (let key = 0; key < 20_000; key++) if (slots.locate(key) !== ring.locate(key)) other++;
    assert.ok(other / 20_000 < 0.02, String(other));
  });
});
