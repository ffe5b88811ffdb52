/**
 * A binary heap of plain numbers, smallest first: due times of things of which only the number matters.
 */
export class NumberHeap {
  private readonly heap: number[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** The smallest, or `Infinity` when there is none. */
  get least(): number {
    return this.heap[0] ?? Number.POSITIVE_INFINITY;
  }

  push(value: number): void {
    const { heap } = this;
    let slot = heap.push(value) - 1;
    while (slot > 0) {
      const parentSlot = (slot - 1) >> 1;
      const parent = heap[parentSlot] ?? 0;
      if (parent <= value) break;
      heap[slot] = parent;
      slot = parentSlot;
    }
    heap[slot] = value;
  }

  /** Takes the smallest out, or `undefined` when there is none. */
  pop(): number | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= heap.length) break;
      if ((heap[child + 1] ?? Number.POSITIVE_INFINITY) < (heap[child] ?? 0)) child++;
      const value = heap[child] ?? 0;
      if (value >= last) break;
      heap[slot] = value;
      slot = child;
    }
    heap[slot] = last;
    return first;
  }
}
