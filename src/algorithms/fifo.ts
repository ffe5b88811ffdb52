/**
 * A first-in-first-out queue on an array whose head moves, so that taking from the front does not shift the rest.
 */
export class Fifo<T> {
  private items: T[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** The next one to be taken, left where it is. */
  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head++];
    // Forget what was taken once it is most of the array: amortised constant, and nothing taken stays reachable long.
    if (this.head > 32 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  /** Takes out everything that matches, in order. */
  extract(matches: (item: T) => boolean): T[] {
    const waiting = this.items.slice(this.head);
    this.items = waiting.filter((item) => !matches(item));
    this.head = 0;
    return waiting.filter(matches);
  }
}
