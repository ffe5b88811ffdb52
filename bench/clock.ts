/**
 * The virtual clock with 10,000 pending timers, through the `SchedulerLike` that behaviours get, against the virtual
 * time of RxJS, which sorts its queue on every schedule.
 */
import { type SchedulerAction, type SchedulerLike, VirtualTimeScheduler } from 'rxjs';
import { BoxClock, NodeClock } from '../src/kernel/clock';
import { Timer } from '../src/kernel/timers';
import { VirtualClock } from '../src/runtimes/simulated/virtual-clock';
import { type Benchmark, happened, perSecond, type Side } from './harness';

const pending = 10_000;
/** Between 1 ms and 1 + this: with 10,000 timers pending, two of them fire in each millisecond. */
const delayMaxMs = 10_000;

/** Delays from a generator of its own for each side, so that all sides draw the same ones. */
function delays(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 1 + (state % delayMaxMs);
  };
}

/** Timers on a scheduler that set themselves again each time they fire. */
function load(scheduler: SchedulerLike): { fired: number } {
  const count = { fired: 0 };
  const delay = delays();
  function fire(this: SchedulerAction<undefined>): void {
    count.fired++;
    this.schedule(undefined, delay());
  }
  for (let i = 0; i < pending; i++) scheduler.schedule(fire, delay());
  return count;
}

/**
 * All timers still wait, and as many fired as virtual time says: one in each millisecond at first, since the first delays
 * are spread evenly, and two later on, give or take what chance does in a short run.
 */
function check(what: string, fired: number, waiting: number, passedMs: number): number {
  happened(`timers of ${what}`, fired, Math.floor(passedMs * 0.5), Math.ceil(passedMs * 2.2));
  happened(`pending timers of ${what}`, waiting, pending);
  return fired;
}

function ours(): Side {
  const truth = new VirtualClock();
  const time = new BoxClock(truth, 0);
  const scheduler = new NodeClock({ truth, time, cause: undefined, turn: (work) => work() });
  const count = load(scheduler);
  return {
    name: 'NodeClock',
    unit: '/s',
    measure(scale) {
      const passMs = Math.round(500_000 * scale);
      const before = count.fired;
      return perSecond(() => {
        truth.runTo(truth.nowUs + passMs * 1000);
        return check('NodeClock', count.fired - before, truth.pending, passMs);
      });
    },
  };
}

function virtualTimeScheduler(): Side {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const count = load(scheduler);
  return {
    name: 'RxJS VirtualTimeScheduler',
    unit: '/s',
    measure(scale) {
      const passMs = Math.round(1_000 * scale);
      const before = count.fired;
      return perSecond(() => {
        scheduler.maxFrames += passMs;
        scheduler.flush();
        return check('VirtualTimeScheduler', count.fired - before, scheduler.actions.length, passMs);
      });
    },
  };
}

function bareHeap(): Side {
  const truth = new VirtualClock();
  const delay = delays();
  let fired = 0;
  class Again extends Timer {
    override run(): void {
      fired++;
      truth.schedule(this, truth.nowUs + delay() * 1000);
    }
  }
  for (let i = 0; i < pending; i++) new Again().run();
  return {
    name: 'bare heap',
    unit: '/s',
    measure(scale) {
      const passMs = Math.round(500_000 * scale);
      const before = fired;
      return perSecond(() => {
        truth.runTo(truth.nowUs + passMs * 1000);
        return check('the bare heap', fired - before, truth.pending, passMs);
      });
    },
  };
}

export const clock: Benchmark = {
  name: 'clock',
  summary: 'events of the virtual clock with 10,000 timers pending',
  open() {
    const peer = virtualTimeScheduler();
    return {
      rows: [
        { what: 'virtual clock, 10,000 timers', ours: ours(), peer, reach: { of: 'rate', atLeast: 400 } },
        { what: 'its bare heap', ours: bareHeap(), peer },
      ],
    };
  },
};
