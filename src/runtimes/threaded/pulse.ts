/**
 * Two numbers per node that outlive its thread: how many lives it has had, and whether the last one goes on. Shared
 * memory, because a message about a life can die with the thread that sent it, and a life that nobody counted would
 * take the answers that were meant for the one before.
 */

const livesAt = 0;
const aliveAt = 1;

export class Pulse {
  private readonly numbers: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.numbers = new Int32Array(memory);
  }

  get lives(): number {
    return Atomics.load(this.numbers, livesAt);
  }

  get alive(): boolean {
    return Atomics.load(this.numbers, aliveAt) === 1;
  }

  began(incarnation: number): void {
    Atomics.store(this.numbers, livesAt, incarnation);
    Atomics.store(this.numbers, aliveAt, 1);
  }

  ended(): void {
    Atomics.store(this.numbers, aliveAt, 0);
  }
}
