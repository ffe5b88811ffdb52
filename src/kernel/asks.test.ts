import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../runtimes/simulated/virtual-clock';
import { type Answer, Asks, isExpired } from './asks';
import { answerTo, type Cause, Mail } from './envelope';

const cause: Cause = { from: 'client-1', incarnation: 1, id: 4 };

function setUp(): { clock: VirtualClock; asks: Asks; heard: string[]; wait(id: number, budgetMs: number): void } {
  const clock = new VirtualClock();
  const heard: string[] = [];
  let because: Cause | undefined = cause;
  const asks = new Asks({
    get cause() {
      return because;
    },
    arm: (timer, delayMs) => clock.schedule(timer, clock.nowUs + delayMs * 1000),
    disarm: (timer) => clock.cancel(timer),
    turn: (work, why) => {
      heard.push(`turn because of ${why?.id}`);
      work();
    },
  });
  const hear = (answer: Answer): void => {
    heard.push(isExpired(answer) ? `expired after ${answer.budgetMs}` : answer.body.kind);
  };
  const wait = (id: number, budgetMs: number): void => {
    asks.wait(id, budgetMs, hear);
    because = undefined;
  };
  return { clock, asks, heard, wait };
}

function answer(id: number, kind: string): Mail {
  const asked = new Mail('b', id, undefined, undefined, 10, false, { kind: 'question' });
  return answerTo(asked, 1, { kind });
}

test('an answer settles its question and takes its deadline away', () => {
  const { clock, asks, heard, wait } = setUp();
  wait(1, 10);
  wait(2, 10);
  assert.equal(asks.size, 2);
  assert.equal(asks.settle(answer(2, 'two')), true);
  assert.deepEqual([heard, asks.size, clock.pending], [['two'], 1, 1]);
});

test('without one it expires, in a turn that knows why it was asked', () => {
  const { clock, asks, heard, wait } = setUp();
  wait(1, 10);
  clock.runTo(10_000);
  assert.deepEqual(heard, []);
  clock.runTo(10_001);
  assert.deepEqual(heard, ['turn because of 4', 'expired after 10']);
  assert.deepEqual([asks.size, clock.pending], [0, 0]);
});

test('late, second and foreign answers are nobody’s', () => {
  const { clock, asks, heard, wait } = setUp();
  wait(1, 10);
  assert.equal(asks.settle(answer(1, 'one')), true);
  assert.equal(asks.settle(answer(1, 'again')), false);
  wait(2, 10);
  clock.runTo(1_000_000);
  assert.equal(asks.settle(answer(2, 'late')), false);
  assert.equal(asks.settle(answer(9, 'foreign')), false);
  assert.equal(asks.settle(new Mail('b', 5, undefined, undefined, undefined, false, { kind: 'no answer' })), false);
  assert.deepEqual(heard, ['one', 'turn because of undefined', 'expired after 10']);
});

test('what is forgotten neither answers nor expires', () => {
  const { clock, asks, heard, wait } = setUp();
  wait(1, 10);
  wait(2, 10);
  wait(3, 10);
  asks.forget(1);
  asks.forget(1);
  assert.deepEqual([asks.settle(answer(1, 'one')), asks.size, clock.pending], [false, 2, 2]);
  asks.clear();
  assert.deepEqual([asks.size, clock.pending, heard], [0, 0, []]);
});

test('a question may be asked, and one forgotten, while another is answered', () => {
  const { asks, heard, wait } = setUp();
  asks.wait(1, 10, () => {
    asks.forget(2);
    wait(3, 10);
  });
  wait(2, 10);
  assert.equal(asks.settle(answer(1, 'one')), true);
  assert.deepEqual([asks.settle(answer(2, 'two')), asks.settle(answer(3, 'three'))], [false, true]);
  assert.deepEqual(heard, ['three']);
});
