/**
 * Three layers of time. A runtime owns true time; a box believes a time of its own, which may run fast or jump; a node
 * sees its box's time through an RxJS `SchedulerLike`, so that every RxJS operator can be told to use it.
 */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Cause } from './envelope';
import { Timer } from './timers';

/** True time, as the runtime tells it: virtual in simulation, the machine's monotonic clock on threads. */
export interface TrueClock {
  /** Integer microseconds since the world began; starts above 0. */
  readonly nowUs: number;
  /** Runs the timer at a moment, or as soon as possible if that has passed. A pending timer is moved. */
  schedule(timer: Timer, atUs: number): void;
  cancel(timer: Timer): void;
}

/** The clock of a box: true time bent by a rate, plus an offset on its idea of the time of day. */
export class BoxClock {
  /** Milliseconds by which the time of day is wrong. Timers and leases do not see it. */
  skewMs = 0;
  private rate = 1;
  private bentAtUs = 0;
  private localAtBendUs = 0;

  constructor(
    private readonly truth: TrueClock,
    private readonly epochMs: number,
  ) {}

  /** Monotonic local time in milliseconds. */
  get nowMs(): number {
    const nowUs = this.truth.nowUs;
    if (this.rate === 1 && this.bentAtUs === 0) return nowUs / 1000;
    return (this.localAtBendUs + (nowUs - this.bentAtUs) * this.rate) / 1000;
  }

  /** What the box believes the time of day is; may jump either way. */
  get wallNowMs(): number {
    return this.epochMs + this.nowMs + this.skewMs;
  }

  /** From now on a local second lasts `1 / (1 + drift)` true seconds. Timers already pending keep their moment. */
  drift(drift: number): void {
    this.localAtBendUs = this.nowMs * 1000;
    this.bentAtUs = this.truth.nowUs;
    this.rate = 1 + drift;
  }

  /**
   * The true moment that lies `delayMs` of local time ahead. Any delay above 0 takes at least a microsecond: operators
   * such as `debounceTime` wait for what is left when they find themselves woken a rounding error too early, and would
   * wait for ever at one moment.
   */
  dueUs(delayMs: number): number {
    const delayUs = delayMs > 0 ? Math.max(1, Math.round((delayMs * 1000) / this.rate)) : 0;
    return this.truth.nowUs + delayUs;
  }
}

/** What a node's clock needs of the life it belongs to: timers of a paused life wait, those of a dead one never run. */
export interface TimerOwner {
  readonly truth: TrueClock;
  readonly time: BoxClock;
  /** What is being handled right now, so that what a timer does later can be traced back to it. */
  readonly cause: Cause | undefined;
  /** Runs a timer's work as a turn of this life: guarded, with the cause that scheduled it. */
  turn(work: () => void, cause: Cause | undefined): void;
}

/** A node's view of time. Pass it to every RxJS operator that has to do with time: the default is the wall clock. */
export class NodeClock implements SchedulerLike {
  /** What is scheduled and not over, so that a life that ends leaves nothing behind. */
  private readonly actions = new Set<Subscription>();

  constructor(private readonly owner: TimerOwner) {}

  /** Monotonic local milliseconds, with fractions. */
  now(): number {
    return this.owner.time.nowMs;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
    const action = new Action(this.owner, this.actions, work, state);
    this.actions.add(action);
    return action.schedule(state, delayMs);
  }

  /** How much is scheduled. */
  get pending(): number {
    return this.actions.size;
  }

  /** Cancels everything that is scheduled. */
  stop(): void {
    for (const action of this.actions) action.unsubscribe();
  }
}

class Action<T> extends Subscription {
  private readonly timer: ActionTimer;

  constructor(
    private readonly owner: TimerOwner,
    private readonly actions: Set<Subscription>,
    private readonly work: (this: SchedulerAction<T>, state?: T) => void,
    private state: T | undefined,
  ) {
    super();
    this.timer = new ActionTimer(() => this.execute(), owner, owner.cause);
  }

  /** Runs once more after a delay; an action that is not scheduled again from its own work is over. */
  schedule(state?: T, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.state = state;
    this.owner.truth.schedule(this.timer, this.owner.time.dueUs(delayMs));
    return this;
  }

  override unsubscribe(): void {
    if (this.closed) return;
    this.owner.truth.cancel(this.timer);
    this.actions.delete(this);
    super.unsubscribe();
  }

  private execute(): void {
    if (this.closed) return;
    this.work.call(this, this.state);
    if (this.timer.slot < 0) this.unsubscribe();
  }
}

class ActionTimer extends Timer {
  constructor(
    private readonly work: () => void,
    private readonly owner: TimerOwner,
    private readonly cause: Cause | undefined,
  ) {
    super();
  }
  override run(): void {
    this.owner.turn(this.work, this.cause);
  }
}
