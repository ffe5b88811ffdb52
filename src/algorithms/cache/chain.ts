/**
 * Slots in an order, as a doubly linked list in two arrays of numbers: to take one out or to put it elsewhere costs a few
 * writes and makes no object, which is what a policy does on every touch.
 */

/** What stands where no slot is. */
export const none = -1;

export class Chain {
  private next = new Int32Array(firstSlots);
  private previous = new Int32Array(firstSlots);
  /** Both ends; `none` when it is empty. */
  first = none;
  last = none;

  /** The slot behind one that is in the chain. */
  after(slot: number): number {
    return this.next[slot] as number;
  }

  before(slot: number): number {
    return this.previous[slot] as number;
  }

  append(slot: number): void {
    this.insert(slot, this.last);
  }

  /** Puts a slot that is not in the chain behind one that is, or in front of all with `none`. */
  insert(slot: number, behind: number): void {
    if (slot >= this.next.length) this.widen(slot);
    const ahead = behind === none ? this.first : (this.next[behind] as number);
    this.previous[slot] = behind;
    this.next[slot] = ahead;
    if (behind === none) this.first = slot;
    else this.next[behind] = slot;
    if (ahead === none) this.last = slot;
    else this.previous[ahead] = slot;
  }

  /** Takes out a slot that is in the chain. */
  remove(slot: number): void {
    const behind = this.previous[slot] as number;
    const ahead = this.next[slot] as number;
    if (behind === none) this.first = ahead;
    else this.next[behind] = ahead;
    if (ahead === none) this.last = behind;
    else this.previous[ahead] = behind;
  }

  /** The first one that is not spared; `none` if there is no other. */
  firstBut(spared: number): number {
    return this.first === spared && spared !== none ? this.after(spared) : this.first;
  }

  clear(): void {
    this.first = none;
    this.last = none;
  }

  private widen(slot: number): void {
    this.next = widened(this.next, slot);
    this.previous = widened(this.previous, slot);
  }
}

const firstSlots = 64;

function widened(from: Int32Array, slot: number): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(Math.max(from.length * 2, slot + 1));
  wide.set(from);
  return wide;
}
