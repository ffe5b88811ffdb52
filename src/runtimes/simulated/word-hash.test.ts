import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Mark, WordHash } from './word-hash';

/** The same words written the slow way. */
function expected(...words: readonly (number | readonly [low: number, high: number] | string)[]): string {
  const hash = createHash('sha256');
  for (const word of words) {
    const bytes = Buffer.alloc(typeof word === 'string' ? Math.ceil(word.length / 4) * 8 : 8);
    if (typeof word === 'number') bytes.writeDoubleLE(word);
    else if (typeof word === 'string') bytes.write(word, 'utf16le');
    else {
      bytes.writeInt32LE(word[0], 0);
      bytes.writeInt32LE(word[1], 4);
    }
    hash.update(bytes);
  }
  return hash.digest('hex');
}
const mark = (tag: number, payload: number): readonly [number, number] => [payload, 0x7ff80000 + tag];

test('numbers, pairs, marks and characters lie in it as they are, also where a block ends', () => {
  const hash = new WordHash();
  const many = Array.from({ length: 8_190 }, (_, i) => i / 3);
  for (const number of many) hash.number(number);
  hash.text('abcde');
  hash.pair(-1, 7);
  hash.mark(Mark.null, 3);
  hash.number(Number.NaN);
  const words = [...many, mark(Mark.text, 5), 'abcde', [-1, 7], mark(Mark.null, 3), mark(Mark.nan, 0)] as const;
  assert.equal(hash.hex(), expected(...words));
});

test('a name is spelled out when it is met first, and has a number from then on', () => {
  const hash = new WordHash();
  assert.deepEqual(
    ['web-1', 'db-1', 'web-1'].map((name) => hash.name(name)),
    [1, 2, 1],
  );
  assert.equal(hash.hex(), expected(mark(Mark.define, 5), 'web-1', mark(Mark.define, 4), 'db-1'));
});

test('there are only so many names', () => {
  const hash = new WordHash();
  for (let i = 0; i < 65_536; i++) hash.name(`node-${i}`);
  assert.equal(hash.name('node-9'), 10);
  assert.equal(hash.name('one more'), 1);
  assert.equal(hash.name('node-9'), 2);
});

test('bytes are not taken for the numbers that they look like', () => {
  const [number, bytes] = [new WordHash(), new WordHash()];
  number.number(1.5);
  bytes.bytes(new Uint8Array(new Float64Array([1.5]).buffer));
  assert.notEqual(number.hex(), bytes.hex());
});
