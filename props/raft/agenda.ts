/**
 * What is going to happen, in virtual time; among things at the same time the one that was planned first.
 */
export class Agenda {
  nowMs = 0;
  private readonly items: { readonly atMs: number; readonly run: () => void }[] = [];

  plan(atMs: number, run: () => void): void {
    let low = 0;
    let high = this.items.length;
    // The latest stands first, so that the next is taken from the end; what is planned later goes before its equals.
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.items[middle]?.atMs ?? 0) > atMs) low = middle + 1;
      else high = middle;
    }
    this.items.splice(low, 0, { atMs: Math.max(atMs, this.nowMs), run });
  }

  runUntil(endMs: number): void {
    for (let next = this.items[this.items.length - 1]; next !== undefined && next.atMs <= endMs; ) {
      this.items.pop();
      this.nowMs = next.atMs;
      next.run();
      next = this.items[this.items.length - 1];
    }
    this.nowMs = endMs;
  }
}
