import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import { chart, sideBySide } from './chart';
import { lines } from './fixtures';

test('from nothing to the most there was, the newest number above', () => {
  const expected = lines('answers/s 40', '     80 ┼  ╭─╮', '     40 ┤ ╭╯ ╰', '      0 ┼─╯');
  assert.equal(chart('answers/s', [0, 0, 40, 80, 80, 40], { high: 3, wide: 30 }, plain).join('\n'), expected);
});

test('only the newest points fit', () => {
  const many = Array.from({ length: 500 }, (_, at) => at);
  for (const line of chart('x', many, { high: 5, wide: 30 }, plain)) assert.ok(width(line) <= 30, line);
});

test('side by side', () => {
  assert.deepEqual(sideBySide(['a', 'bb'], ['c'], 4), ['a   c', 'bb  ']);
});
