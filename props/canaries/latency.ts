/** Clients that start their watch when they get round to sending, or send nothing while they wait. */
import { Load } from '../../src/tiers/client/load';
import type { Arrivals } from '../../src/workload/arrivals';
import { openLoopLatency } from '../latency/claim';
import { type Canary, canary } from './canary';
import { sabotageHidden } from './sabotage';

/** What these canaries touch inside of a load. */
interface Inside {
  readonly turn: { readonly nowMs: number };
  readonly arrivals: Arrivals;
  readonly outstanding: number;
}

function inside(load: object): Inside {
  const at = (name: string) => Reflect.get(load, name);
  return { turn: at('turn'), arrivals: at('arrivals'), outstanding: at('outstanding') };
}

const claim = openLoopLatency({ seed: 1, runs: 40 });

const stampsWhenItSends = sabotageHidden(
  Load.prototype,
  'begin',
  (begin) =>
    function () {
      return begin.call(this, inside(this).turn.nowMs);
    },
);

/** What was due while an answer is awaited is never sent, as with one connection and a loop around it. */
const waitsForTheAnswer = sabotageHidden(
  Load.prototype,
  'begin',
  (begin) =>
    function (dueMs) {
      return inside(this).outstanding === 0 ? begin.call(this, dueMs) : undefined;
    },
);

/** It sends them all, but has an eye on one at a time: those that were sent meanwhile are counted from its return. */
const watchesOneAtATime = sabotageHidden(Load.prototype, 'end', (end) => {
  const lastMs = new WeakMap<object, number>();
  return function (ending, dueMs) {
    const { turn } = inside(this);
    const freeMs = lastMs.get(this) ?? 0;
    lastMs.set(this, turn.nowMs);
    return end.call(this, ending, Math.max(Number(dueMs), freeMs));
  };
});

export const latencyCanaries: readonly Canary[] = [
  canary('a client that starts its watch when it sends', claim, stampsWhenItSends, 'omitted'),
  canary('a client that waits for the answer before it sends the next', claim, waitsForTheAnswer, 'left out'),
  canary('a client that watches one request at a time', claim, watchesOneAtATime, 'omitted'),
];
