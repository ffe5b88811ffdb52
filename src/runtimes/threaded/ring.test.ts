import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { allocateRing, RingReader, RingWriter } from './ring';

const capacity = 64;

/** Writes and reads pieces of these sizes in turns; what went in, what came out, and the most that was in flight. */
function exchange(start: number, steps: readonly (readonly [number, number])[]) {
  const memory = allocateRing(capacity, start);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  const [sent, got]: [number[], number[]] = [[], []];
  let [next, most] = [0, 0];
  const into = new Uint8Array(capacity * 2);
  for (const [write, read] of steps) {
    const piece = Uint8Array.from({ length: write }, (_, at) => (next + at) & 255);
    const taken = writer.write(piece);
    sent.push(...piece.subarray(0, taken));
    next += taken;
    most = Math.max(most, sent.length - got.length);
    got.push(...into.subarray(0, reader.read(into.subarray(0, read), 0)));
  }
  for (let count = 1; count > 0; ) {
    count = reader.read(into, 0);
    got.push(...into.subarray(0, count));
  }
  return { sent, got, most, empty: reader.empty };
}

const steps = fc.array(fc.tuple(fc.nat(capacity * 2), fc.nat(capacity * 2)), { maxLength: 60 });

describe('a ring', () => {
  test('gives back the bytes that it took, in order, and never holds more than its capacity', () => {
    const starts = fc.constantFrom(0, 1, 2 ** 31 - 100, -(2 ** 31), -50);
    fc.assert(
      fc.property(starts, steps, (start, drawn) => {
        const { sent, got, most, empty } = exchange(start, drawn);
        deepEqual(got, sent);
        ok(most <= capacity && empty);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('that is full takes nothing until somebody reads', () => {
    const memory = allocateRing(capacity);
    const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
    equal(writer.write(new Uint8Array(capacity + 10)), capacity);
    equal(writer.write(Uint8Array.of(1)), 0);
    equal(reader.read(new Uint8Array(5), 0), 5);
    equal(writer.write(new Uint8Array(10)), 5);
  });
});
