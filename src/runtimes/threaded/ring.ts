/**
 * A pipe of bytes between two threads in shared memory: one writes, one reads, nobody waits. How much room is left is
 * the writer's credit: a reader that falls behind stops its writers, and memory never grows.
 */

/** Places of the two counters, each in a cache line of its own, so that the threads do not fight over it. */
const writtenAt = 0;
const readAt = 16;
const headerBytes = 128;

/** Bytes in flight per direction of a link. A power of two, since the counters wrap around. */
export const ringBytes = 1 << 18;

/** @param start where the counters begin, for tests of what happens when they wrap around. */
export function allocateRing(capacity = ringBytes, start = 0): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(headerBytes + capacity);
  new Int32Array(memory).set([start], writtenAt);
  new Int32Array(memory).set([start], readAt);
  return memory;
}

abstract class RingEnd {
  protected readonly counters: Int32Array;
  protected readonly bytes: Uint8Array;
  protected readonly capacity: number;
  /** Where both counters stand in the beginning. */
  protected readonly start: number;

  constructor(memory: SharedArrayBuffer) {
    this.counters = new Int32Array(memory, 0, headerBytes / 4);
    this.bytes = new Uint8Array(memory, headerBytes);
    this.capacity = this.bytes.length;
    this.start = Atomics.load(this.counters, writtenAt);
  }
}

export class RingWriter extends RingEnd {
  private written = this.start;
  /** As of the last look: the reader can only have made more room since. */
  private read = this.start;
  private told = this.start;

  /** Whether anything was written since this was last asked. */
  takeWritten(): boolean {
    const news = this.told !== this.written;
    this.told = this.written;
    return news;
  }

  get free(): number {
    return this.capacity - ((this.written - this.read) >>> 0);
  }

  /** Writes what fits of `from` from an offset on, and returns how much that was; the reader sees all of it or nothing. */
  write(from: Uint8Array, offset = 0): number {
    const want = from.length - offset;
    if (this.free < want) this.read = Atomics.load(this.counters, readAt);
    const count = Math.min(want, this.free);
    if (count === 0) return 0;
    const at = this.written & (this.capacity - 1);
    const first = Math.min(count, this.capacity - at);
    this.bytes.set(from.subarray(offset, offset + first), at);
    if (first < count) this.bytes.set(from.subarray(offset + first, offset + count), 0);
    this.written = (this.written + count) | 0;
    Atomics.store(this.counters, writtenAt, this.written);
    return count;
  }
}

export class RingReader extends RingEnd {
  private done = this.start;

  get empty(): boolean {
    return Atomics.load(this.counters, writtenAt) === this.done;
  }

  /** Moves what has arrived into `into` from an offset on, as far as it has room; returns how much. */
  read(into: Uint8Array, offset: number): number {
    const arrived = (Atomics.load(this.counters, writtenAt) - this.done) >>> 0;
    const count = Math.min(arrived, into.length - offset);
    if (count === 0) return 0;
    const at = this.done & (this.capacity - 1);
    const first = Math.min(count, this.capacity - at);
    into.set(this.bytes.subarray(at, at + first), offset);
    if (first < count) into.set(this.bytes.subarray(0, count - first), offset + first);
    this.done = (this.done + count) | 0;
    Atomics.store(this.counters, readAt, this.done);
    return count;
  }
}
