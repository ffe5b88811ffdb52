import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Continuum } from './continuum';
import { hash64 } from './hash64';
import { hashRing } from './ring';

const keys = Array.from({ length: 20_000 }, (_, i) => i);

describe('the circle', () => {
  const points = [
    { position: 10, place: 0 },
    { position: 60, place: 1 },
    { position: 90, place: 0 },
    { position: 60, place: 2 },
  ];
  const circle = new Continuum(points, 100);

  test('a key belongs to the first point at or after it, and after the last to the first', () => {
    const found = [0, 10, 11, 60, 61, 90, 91, 99].map((position) => circle.placeAt(circle.after(position)));
    assert.deepEqual(found, [0, 0, 1, 1, 0, 0, 0, 0]);
  });

  test('shares are arcs; of points that meet the first has them', () => {
    assert.deepEqual(
      circle.shares(4).map((share) => Math.round(share * 100)),
      [50, 50, 0, 0],
    );
  });

  test('it goes round', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((point) => circle.placeAt(point)),
      [0, 1, 2, 0, 0, 1],
    );
  });
});

describe('a ring', () => {
  test('finds what a search from the beginning finds', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const ring = hashRing(names, { points: 20 });
    const points = names.flatMap((_, place) =>
      Array.from({ length: 20 }, (_, salt) => ({ at: hash64(names[place] ?? '', salt).top53, place })),
    );
    points.sort((a, b) => a.at - b.at);
    for (const key of keys.slice(0, 3_000)) {
      const expected = points.find(({ at }) => at >= hash64(key).top53) ?? points[0];
      assert.equal(ring.locate(key), expected?.place);
    }
  });

  test('has points in proportion to weights, and shares that follow', () => {
    const ring = hashRing(['a', 'b'], { points: 1_000, weights: [1, 3] });
    assert.equal(ring.continuum.size, 4_000);
    const [a = 0, b = 0] = ring.shares;
    assert.ok(Math.abs(a + b - 1) < 1e-9);
    assert.ok(Math.abs(b - 0.75) < 0.05, String(b));
    const counted = keys.filter((key) => ring.locate(key) === 1).length / keys.length;
    assert.ok(Math.abs(counted - b) < 5 * Math.sqrt((b * (1 - b)) / keys.length), `${counted} of ${b}`);
  });

  test('does not care in which order places are named, and whoever comes only takes', () => {
    const before = hashRing(['a', 'b', 'c']);
    const after = hashRing(['d', 'c', 'a', 'b']);
    let taken = 0;
    for (const key of keys) {
      const name = after.names[after.locate(key)];
      if (name === 'd') taken++;
      else assert.equal(name, before.names[before.locate(key)]);
    }
    assert.ok(Math.abs(taken / keys.length - (after.shares[0] ?? 0)) < 0.02);
  });

  test('a light place has one point at least; what is no ring is refused', () => {
    assert.equal(hashRing(['a', 'b'], { points: 10, weights: [0.001, 1] }).continuum.size, 11);
    assert.throws(() => hashRing(['a'], { points: 0 }), /1 or more points/);
    assert.throws(() => hashRing(['a', 'b'], { points: 600_000 }), /at most 1000000 points/);
    assert.throws(() => hashRing(['a', 'a']), /two places are named/);
  });

  test('says how much memory it takes', () => {
    assert.equal(hashRing(['a', 'b'], { points: 100 }).continuum.bytes, 2_000);
  });
});
