import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TraceLine, traceLine } from './trace-line';

const lines: readonly (readonly [line: string, means: TraceLine])[] = [
  ['42', { key: '42' }],
  ['  user:12\r', { key: 'user:12' }],
  ['', undefined],
  ['*', undefined],
  ['** ', { key: '**' }],
  ['7 3 0 1', { first: 7, count: 3 }],
  ['7\t0\t0\t1', { first: 7, count: 0 }],
  ['7 3', { problem: '"7 3" is neither a key nor four numbers' }],
  ['7 -3 0 1', { problem: '"7 -3 0 1" is neither a key nor four numbers' }],
  ['a\u0000b', { problem: '"a\\u0000b" is neither a key nor four numbers' }],
  ['\uFFFD\uFFFDELF', { problem: '"\uFFFD\uFFFDELF" is neither a key nor four numbers' }],
  ['x'.repeat(250), { key: 'x'.repeat(250) }],
  ['x'.repeat(251), { problem: 'a key has at most 250 bytes, and this line has more' }],
  ['é'.repeat(125), { key: 'é'.repeat(125) }],
  ['é'.repeat(126), { problem: 'a key has at most 250 bytes, and this line has more' }],
  ['1 1000001 0 1', { problem: '1000001 blocks at once are more than 1000000' }],
  ['9007199254740990 2 0 1', { problem: 'block 9007199254740990 is beyond all numbers' }],
];

for (const [line, means] of lines) {
  test(JSON.stringify(line).slice(0, 40), () => assert.deepEqual(traceLine(line), means));
}
