import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Callback, type Timer, TimerHeap } from './timers';

/** What the heap should be: an array that is sorted by (time, order of scheduling). */
class SortedModel {
  private readonly entries: { readonly timer: Timer; readonly atUs: number; readonly seq: number }[] = [];
  private seq = 0;

  push(timer: Timer, atUs: number): void {
    this.remove(timer);
    this.entries.push({ timer, atUs, seq: this.seq++ });
    this.entries.sort((a, b) => a.atUs - b.atUs || a.seq - b.seq);
  }

  remove(timer: Timer): void {
    const place = this.entries.findIndex((entry) => entry.timer === timer);
    if (place >= 0) this.entries.splice(place, 1);
  }

  pop(): Timer | undefined {
    return this.entries.shift()?.timer;
  }

  get size(): number {
    return this.entries.length;
  }
}

test('a heap does what a sorted array does, with removals and moves', () => {
  const timer = fc.nat(39);
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.constant('push' as const), timer, atUs: fc.nat(30) }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('remove' as const), timer, atUs: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('pop' as const), timer, atUs: fc.constant(0) }) },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200, size: 'max' }), (acts) => {
      const timers = Array.from({ length: 40 }, () => new Callback(() => undefined));
      const heap = new TimerHeap();
      const model = new SortedModel();
      const pop = (): void => {
        const popped = heap.pop();
        assert.equal(popped, model.pop());
        assert.equal(popped?.slot ?? -1, -1);
      };
      for (const { act, timer, atUs } of acts) {
        const chosen = timers[timer];
        if (chosen === undefined) continue;
        if (act === 'push') {
          heap.push(chosen, atUs);
          model.push(chosen, atUs);
        } else if (act === 'remove') {
          heap.remove(chosen);
          model.remove(chosen);
        } else pop();
        assert.equal(heap.size, model.size);
        assert.deepEqual(timers.filter(({ slot }) => slot >= 0).length, model.size);
      }
      while (model.size > 0) pop();
      assert.equal(heap.pop(), undefined);
    }),
    { seed: 3, numRuns: 300 },
  );
});
