import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as rx from 'rxjs';
import { VirtualClock } from '../runtimes/simulated/virtual-clock';
import { BoxClock, NodeClock } from './clock';

const startUs = 1_000;

interface Bench {
  readonly truth: VirtualClock;
  readonly time: BoxClock;
  readonly clock: NodeClock;
}

function bench(): Bench {
  const truth = new VirtualClock();
  truth.runTo(startUs); // Whole milliseconds add up without rounding.
  const time = new BoxClock(truth, 1_000_000);
  const clock = new NodeClock({ truth, time, cause: undefined, turn: (work) => work() });
  return { truth, time, clock };
}

type Pipeline = (clock: rx.SchedulerLike) => rx.Observable<unknown>;

/** What a pipeline says and when, in milliseconds after its start. */
function onOurs(pipeline: Pipeline, limitMs = 10_000): string[] {
  const { truth, clock } = bench();
  const said = note(pipeline(clock), () => (truth.nowUs - startUs) / 1000);
  truth.runTo(startUs + limitMs * 1000);
  assert.equal(truth.pending, 0, 'a timer is left');
  return said;
}

function onRxjs(pipeline: Pipeline): string[] {
  const scheduler = new rx.VirtualTimeScheduler();
  const said = note(pipeline(scheduler), () => scheduler.now());
  scheduler.flush();
  return said;
}

function note(work: rx.Observable<unknown>, nowMs: () => number): string[] {
  const said: string[] = [];
  const at = (what: string): void => void said.push(`${nowMs()} ${what}`);
  work.subscribe({ next: (value) => at(JSON.stringify(value)), error: (e) => at(`${e}`), complete: () => at('end') });
  return said;
}

const pulses = (clock: rx.SchedulerLike, times: readonly number[]): rx.Observable<number> =>
  rx.merge(...times.map((ms) => rx.timer(ms, clock).pipe(rx.map(() => ms))));
const burst = [0, 1, 3, 9, 10, 30, 31, 32, 50];

const pipelines: Readonly<Record<string, Pipeline>> = {
  interval: (clock) => rx.interval(10, clock).pipe(rx.take(4)),
  timer: (clock) => rx.timer(5, 20, clock).pipe(rx.take(3)),
  'timer at once': (clock) => rx.timer(0, clock),
  delay: (clock) => pulses(clock, burst).pipe(rx.delay(7, clock)),
  debounceTime: (clock) => pulses(clock, burst).pipe(rx.debounceTime(5, clock)),
  throttleTime: (clock) => pulses(clock, burst).pipe(rx.throttleTime(8, clock, { leading: true, trailing: true })),
  auditTime: (clock) => pulses(clock, burst).pipe(rx.auditTime(8, clock)),
  sampleTime: (clock) => pulses(clock, burst).pipe(rx.sampleTime(9, clock)),
  bufferTime: (clock) => pulses(clock, burst).pipe(rx.bufferTime(15, null, 3, clock)),
  windowTime: (clock) =>
    pulses(clock, burst).pipe(
      rx.windowTime(20, clock),
      rx.mergeMap((window) => window.pipe(rx.toArray())),
    ),
  timeout: (clock) => pulses(clock, burst).pipe(rx.timeout({ each: 19, scheduler: clock })),
  'retry with back-off': (clock) => {
    let tries = 0;
    return rx
      .defer(() => (++tries < 4 ? rx.throwError(() => new Error('down')) : rx.of(tries)))
      .pipe(rx.retry({ count: 5, delay: (_, count) => rx.timer(2 ** count * 10, clock) }));
  },
  'switchMap of timers': (clock) =>
    pulses(clock, burst).pipe(
      rx.switchMap((ms) =>
        rx.timer(2, 3, clock).pipe(
          rx.take(3),
          rx.map((n) => [ms, n]),
        ),
      ),
    ),
  observeOn: (clock) => rx.of(1, 2, 3).pipe(rx.observeOn(clock, 4)),
  subscribeOn: (clock) => rx.of(1, 2, 3).pipe(rx.subscribeOn(clock, 4)),
  'a scheduled array': (clock) => rx.scheduled([1, 2, 3], clock),
  timestamps: (clock) =>
    rx.interval(10, clock).pipe(
      rx.timeInterval(clock),
      rx.map(({ interval }) => interval),
      rx.take(3),
    ),
};
for (const [name, pipeline] of Object.entries(pipelines)) {
  test(`${name} does what it does on RxJS’s own virtual time`, () => {
    const ours = onOurs(
      name === 'timestamps' ? (clock) => pipeline(clock).pipe(rx.map(Number), rx.map(Math.round)) : pipeline,
    );
    assert.deepEqual(ours, onRxjs(pipeline));
    assert.ok(ours.length > 0);
  });
}

test('drawn bursts through drawn operators end alike', () => {
  const ms = fc.integer({ min: 0, max: 40 });
  const shape = fc.record({ times: fc.array(ms, { maxLength: 12 }), a: fc.integer({ min: 1, max: 12 }), b: ms });
  fc.assert(
    fc.property(shape, ({ times, a, b }) => {
      const pipeline: Pipeline = (clock) =>
        rx.merge(
          pulses(clock, times).pipe(rx.debounceTime(a, clock)),
          pulses(clock, times).pipe(rx.delay(b, clock), rx.throttleTime(a, clock)),
          pulses(clock, times).pipe(rx.concatMap((time) => rx.timer(a, clock).pipe(rx.map(() => -time)))),
        );
      assert.deepEqual(onOurs(pipeline), onRxjs(pipeline));
    }),
    { seed: 11, numRuns: 150 },
  );
});

test('debouncing ends at any moment and under any drift, whatever fractions it meets', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000),
      fc.integer({ min: 5, max: 5_000 }),
      fc.double({ min: -0.5, max: 1 }),
      (afterUs, dueUs, rate) => {
        const { truth, time, clock } = bench();
        if (Number.isFinite(rate)) time.drift(rate);
        const source = new rx.Subject<number>();
        const heard: number[] = [];
        truth.runTo(startUs + afterUs);
        source.pipe(rx.debounceTime(dueUs / 1000, clock)).subscribe((value) => heard.push(value));
        source.next(1);
        truth.runTo(truth.nowUs + 1);
        source.next(2);
        const steps = truth.steps;
        truth.runTo(truth.nowUs + 20_000, () => truth.steps > steps + 10);
        assert.deepEqual(heard, [2]);
      },
    ),
    { seed: 2, numRuns: 300 },
  );
});

test('what is unsubscribed leaves no timer', () => {
  for (const pipeline of Object.values(pipelines)) {
    const { truth, clock } = bench();
    const running = pipeline(clock).subscribe({ error: () => undefined });
    truth.runTo(4_000);
    running.unsubscribe();
    assert.equal(truth.pending, 0);
  }
});

test('an action is over after its work, unless it is scheduled again from it', () => {
  const { truth, clock } = bench();
  let runs = 0;
  const once = clock.schedule(() => undefined, 1);
  const thrice = clock.schedule(function () {
    if (++runs < 3) this.schedule(undefined, 1);
  }, 1);
  truth.runTo(startUs + 1_000);
  assert.deepEqual([once.closed, thrice.closed, clock.pending], [true, false, 1]);
  truth.runTo(startUs + 10_000);
  assert.deepEqual([runs, thrice.closed, clock.pending], [3, true, 0]);
});

test('stopping a clock cancels everything on it', () => {
  const { truth, clock } = bench();
  const heard: number[] = [];
  rx.interval(1, clock).subscribe((n) => heard.push(n));
  clock.schedule(() => heard.push(-1), 5);
  truth.runTo(startUs + 2_500);
  clock.stop();
  assert.equal(truth.pending, 0);
  truth.runTo(10_000);
  assert.deepEqual(heard, [0, 1]);
});

test('work at no delay waits for a turn of its own, in order', () => {
  const { truth, clock } = bench();
  const order: number[] = [];
  clock.schedule(() => {
    order.push(1);
    clock.schedule(() => order.push(3));
  });
  clock.schedule(() => order.push(2));
  assert.deepEqual(order, []);
  truth.runTo(startUs);
  assert.deepEqual(order, [1, 2, 3]);
});

test('a drifting box runs its timers at its own rate, and never goes back', () => {
  const { truth, time, clock } = bench();
  const rang: number[] = [];
  const ring = (delayMs: number): void => void clock.schedule(() => rang.push(truth.nowUs - startUs), delayMs);
  ring(100);
  time.drift(0.25);
  ring(100);
  time.drift(-0.5);
  ring(100);
  truth.runTo(1_000_000);
  assert.deepEqual(rang, [80_000, 100_000, 200_000]);
  let last = time.nowMs;
  for (const rate of [1, -0.5, 0, 0.001]) {
    const before = time.nowMs;
    time.drift(rate);
    assert.ok(Math.abs(time.nowMs - before) < 1e-6, 'a change of rate is no jump');
    truth.runTo(truth.nowUs + 10_000);
    assert.ok(Math.abs(time.nowMs - before - 10 * (1 + rate)) < 1e-6);
    assert.ok(time.nowMs > last);
    last = time.nowMs;
  }
});

test('a skew moves the time of day and nothing else', () => {
  const { truth, time } = bench();
  truth.runTo(5_000);
  time.skewMs = -2_000;
  assert.deepEqual([time.nowMs, time.wallNowMs], [5, 1_000_000 + 5 - 2_000]);
});
