/** Boxes that do not serve as the textbooks say. */
import { Fifo } from '../../src/algorithms/fifo';
import { Cpus, type Work } from '../../src/runtimes/engine/cpus';
import { queueing } from '../queueing/claim';
import { type Canary, canary, soon } from './canary';
import { sabotage } from './sabotage';

/** The mean stays the same, since whom it serves first does not change how much there is to do; the tail does not. */
const lastComeFirst = sabotage(
  Fifo.prototype,
  'shift',
  () =>
    function (this: Fifo<unknown>) {
      const waiting = this.extract(() => true);
      const last = waiting.pop();
      for (const item of waiting) this.push(item);
      return last;
    },
);

const endlessCpus = sabotage(
  Cpus.prototype,
  'submit',
  (submit) =>
    function (this: Cpus, work: Work) {
      this.resize(Number.MAX_SAFE_INTEGER);
      submit.call(this, work);
    },
);

const tooQuick = sabotage(
  Cpus.prototype,
  'submit',
  (submit) =>
    function (this: Cpus, work: Work) {
      work.serviceUs = Math.round(work.serviceUs * 0.9);
      submit.call(this, work);
    },
);

const means = ['mean', 'mean of those who got in', 'share turned away'];

const claim = queueing({ seed: 2, runs: 24 });

export const queueingCanaries: readonly Canary[] = [
  canary('a box that serves the last come first', soon(claim, 6), lastComeFirst, 'p99'),
  canary('a box that always has one more CPU', claim, endlessCpus, ...means),
  canary('a box that takes a tenth less time than stated', claim, tooQuick, ...means),
];
