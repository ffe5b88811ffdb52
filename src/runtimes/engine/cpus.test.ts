/** A queue keeps its pace where timers come late, as they do on a real machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrueClock } from '../../kernel/clock';
import { type Timer, TimerHeap } from '../../kernel/timers';
import { Cpus, Work, type Worked } from './cpus';

/** Timers of this clock run only in whole milliseconds. */
class Coarse implements TrueClock {
  nowUs = 1;
  private readonly heap = new TimerHeap();

  schedule(timer: Timer, atUs: number): void {
    this.heap.push(timer, atUs);
  }

  cancel(timer: Timer): void {
    this.heap.remove(timer);
  }

  tick(): void {
    this.nowUs += 1_000;
    for (let next = this.heap.peek(); next !== undefined && next.atUs <= this.nowUs; next = this.heap.peek()) {
      this.heap.pop()?.run();
    }
  }
}

class Stay extends Work {
  override serviceUs = 100;

  constructor(readonly owner: Worked) {
    super();
  }
}

test('ten messages of a tenth of a millisecond are served in the millisecond that they take', () => {
  const clock = new Coarse();
  const cpus = new Cpus(clock, 1);
  let served = 0;
  const owner: Worked = { alive: true, served: () => served++ };
  for (let i = 0; i < 25; i++) cpus.submit(new Stay(owner));
  const counts = [1, 2, 3].map(() => {
    clock.tick();
    return served;
  });
  assert.deepEqual(counts, [10, 20, 25]);
  clock.tick();
  cpus.submit(new Stay(owner));
  assert.equal(cpus.busy, 1);
  clock.tick();
  assert.deepEqual([served, cpus.busy, cpus.waiting], [26, 0, 0]);
});
