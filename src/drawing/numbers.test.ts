import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ago, count, duration, durationOfMs, megabytes, moment, percent, rate } from './numbers';

function reads<T>(of: (value: T) => string, cases: readonly (readonly [T, string])[]): void {
  describe(of.name, () => {
    for (const [value, text] of cases) test(text, () => assert.equal(of(value), text));
  });
}

reads(duration, [
  [0, '0 µs'],
  [850, '850 µs'],
  [999.7, '1 ms'],
  [1_249, '1.2 ms'],
  [9_960, '10 ms'],
  [43_210, '43 ms'],
  [999_600, '1 s'],
  [3_400_000, '3.4 s'],
  [59_900_000, '60 s'],
  [60_000_000, '1 min'],
  [150_000_000, '2.5 min'],
  [7_200_000_000, '2 h'],
  [864_000_000_000, '10 days'],
  [-2_000_000, '-2 s'],
]);
reads(durationOfMs, [[43.2, '43 ms']]);
reads(moment, [[12_345_678, '12.345678 s']]);
reads(rate, [
  [0, '0/s'],
  [0.25, '0.3/s'],
  [198.4, '198/s'],
  [1_204, '1,204/s'],
]);
reads(percent, [
  [0, '0%'],
  [0.0002, '<0.1%'],
  [0.004, '0.4%'],
  [0.371, '37%'],
  [0.996, '99.6%'],
  [0.99996, '>99.9%'],
  [1, '100%'],
  [1.5, '150%'],
]);
reads(count, [
  [7, '7'],
  [1_234, '1,234'],
  [1_234_567, '1,234,567'],
]);
reads(megabytes, [
  [512, '512 MB'],
  [4_096, '4 GB'],
  [1_536, '1.5 GB'],
]);

test('moments in the past', () => {
  assert.equal(ago(1_000_000, 13_000_000), '12 s ago');
  assert.equal(ago(1_000_000, 1_000_500), 'just now');
});
