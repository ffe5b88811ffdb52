import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frame, unframe } from './frames';

const entry = fc.uint8Array({ maxLength: 40 });
const runs = { seed: 5, numRuns: 200 };

test('what was framed is read back, wherever it lies', () => {
  fc.assert(
    fc.property(entry, entry, (before, bytes) => {
      const file = Buffer.concat([frame(before), frame(bytes)]);
      const first = unframe(file);
      assert.deepEqual(Buffer.from(first.entry ?? []), Buffer.from(before));
      const second = unframe(file, first.size);
      assert.deepEqual(Buffer.from(second.entry ?? []), Buffer.from(bytes));
      assert.equal(first.size + second.size, file.length);
      assert.equal(unframe(file, file.length).entry, undefined);
    }),
    runs,
  );
});

test('a torn frame is none', () => {
  fc.assert(
    fc.property(entry, fc.nat(), (bytes, cut) => {
      const framed = frame(bytes);
      const torn = unframe(framed.subarray(0, cut % framed.length));
      assert.equal(torn.entry, undefined);
      assert.equal(torn.size, 0);
      assert.match(torn.problem, /^(only \d bytes of a header|\d+ of \d+ bytes are there)$/);
    }),
    runs,
  );
});

test('one flipped bit is noticed, whichever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, bit) => {
      const framed = frame(bytes);
      const at = bit % (framed.length * 8);
      framed[at >> 3] = (framed[at >> 3] ?? 0) ^ (1 << (at & 7));
      const { entry: read, problem } = unframe(framed);
      assert.equal(read, undefined);
      assert.notEqual(problem, '');
    }),
    runs,
  );
});
