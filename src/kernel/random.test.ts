import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exponential, type Random, seeded } from './random';

const draws = (random: Random, count = 5): number[] => Array.from({ length: count }, () => random.int(1_000));

test('a seed means these draws, on every machine and in every version', () => {
  assert.deepEqual(draws(seeded(7)), [273, 928, 126, 20, 505]);
  assert.deepEqual(draws(seeded('7').fork('node:web-1')), [138, 558, 843, 815, 150]);
});

test('a fork depends on its label alone, not on what was drawn before', () => {
  const parent = seeded(7);
  const early = draws(parent.fork('a'));
  draws(parent, 100);
  parent.fork('b').next();
  assert.deepEqual(draws(parent.fork('a')), early);
  assert.notDeepEqual(draws(parent.fork('b')), early);
  assert.notDeepEqual(draws(seeded(8).fork('a')), early);
});

test('labels that only read alike are different forks', () => {
  const root = seeded(1);
  const forks = [
    root.fork('a/b'),
    root.fork('a').fork('b'),
    root.fork('a%2fb'),
    seeded('1/a').fork('b'),
    root.fork('').fork('a/b'),
    root,
  ];
  assert.equal(new Set(forks.map((fork) => draws(fork).join())).size, forks.length);
});

/** Sum of squared deviations over what is expected; for 15 degrees of freedom above 37.7 once in a thousand times. */
function chiSquare(cells: readonly number[]): number {
  const expected = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  return cells.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0);
}

const cell16 = (random: Random): number => Math.floor(random.next() * 16);
const streams: Readonly<Record<string, () => Iterable<number>>> = {
  next: function* () {
    const random = seeded('next');
    for (let i = 0; i < 16_000; i++) yield cell16(random);
  },
  int: function* () {
    const random = seeded('int');
    for (let i = 0; i < 16_000; i++) yield random.int(16);
  },
  'the first draw of numbered forks': function* () {
    const random = seeded(1);
    for (let i = 0; i < 16_000; i++) yield cell16(random.fork(`node:web-${i}`));
  },
  'the first draw of numbered seeds': function* () {
    for (let i = 0; i < 16_000; i++) yield cell16(seeded(i));
  },
  'the difference of two sibling forks': function* () {
    const [one, two] = [seeded(1).fork('a'), seeded(1).fork('b')];
    for (let i = 0; i < 16_000; i++) yield (cell16(one) - cell16(two) + 16) % 16;
  },
};
for (const [name, stream] of Object.entries(streams)) {
  test(`uniform: ${name}`, () => {
    const cells = Array.from({ length: 16 }, () => 0);
    for (const cell of stream()) cells[cell] = (cells[cell] ?? 0) + 1;
    assert.ok(chiSquare(cells) < 37.7, `chi square ${chiSquare(cells)}`);
  });
}

test('an exponential draw has its mean and its variance', () => {
  const random = seeded(1);
  const sample = Array.from({ length: 40_000 }, () => exponential(random, 3));
  const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / sample.length;
  assert.ok(Math.abs(mean - 3) < 0.05, `mean ${mean}`);
  assert.ok(Math.abs(variance - 9) < 0.5, `variance ${variance}`);
  assert.ok(sample.every((x) => x >= 0 && Number.isFinite(x)));
});

test('nothing can be drawn from nothing', () => {
  assert.throws(() => seeded(1).int(0), RangeError);
  assert.throws(() => seeded(1).int(Number.NaN), RangeError);
  assert.equal(seeded(1).int(1), 0);
});
