/**
 * Values by whole numbers that are given out one after the other and taken back soon: open addressing on the number
 * itself. A `Map` does the same, but makes itself anew every few hundred entries, and the tables that it leaves behind
 * keep all that they held alive until the next full collection: half of what the collector did in a busy site.
 */
export class IdTable<T extends object> {
  private ids = new Float64Array(8);
  private values: (T | undefined)[] = emptyValues(8);
  size = 0;

  get(id: number): T | undefined {
    return this.values[this.find(id)];
  }

  set(id: number, value: T): void {
    if (this.size * 2 >= this.values.length) this.widen();
    const slot = this.find(id);
    if (this.values[slot] === undefined) this.size++;
    this.ids[slot] = id;
    this.values[slot] = value;
  }

  /** Takes a value out; `undefined` if there is none. */
  take(id: number): T | undefined {
    const slot = this.find(id);
    const value = this.values[slot];
    if (value === undefined) return undefined;
    this.size--;
    this.close(slot);
    return value;
  }

  /** In no order. */
  *[Symbol.iterator](): Generator<T> {
    for (const value of this.values) if (value !== undefined) yield value;
  }

  clear(): void {
    this.ids = new Float64Array(8);
    this.values = emptyValues(8);
    this.size = 0;
  }

  /** Where the id is, or the free slot where it would be. */
  private find(id: number): number {
    const { ids, values } = this;
    const mask = values.length - 1;
    let slot = id & mask;
    while (values[slot] !== undefined && ids[slot] !== id) slot = (slot + 1) & mask;
    return slot;
  }

  /** Moves what was pushed past a slot that is free now, so that a search may stop at the first free one. */
  private close(from: number): void {
    const { ids, values } = this;
    const mask = values.length - 1;
    let free = from;
    for (let slot = (free + 1) & mask; values[slot] !== undefined; slot = (slot + 1) & mask) {
      const id = ids[slot] as number;
      const pushed = (slot - (id & mask)) & mask;
      if (pushed < ((slot - free) & mask)) continue;
      ids[free] = id;
      values[free] = values[slot];
      free = slot;
    }
    values[free] = undefined;
  }

  private widen(): void {
    const { ids, values } = this;
    this.ids = new Float64Array(ids.length * 2);
    this.values = emptyValues(ids.length * 2);
    this.size = 0;
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot];
      if (value !== undefined) this.set(ids[slot] as number, value);
    }
  }
}

function emptyValues<T>(length: number): (T | undefined)[] {
  return Array.from({ length }, () => undefined);
}
