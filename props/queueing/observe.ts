/**
 * Watches an open queue until so many customers have left it, and sums up how long they were there.
 */
import assert from 'node:assert/strict';
import { SimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime';
import { noDistance, queueTiers, queueTopology, type Station, sojourn } from './station';

/** What was seen of a queue, in mean service times. */
export interface Observation {
  readonly completions: number;
  readonly mean: number;
  readonly p99: number;
  /** Share of the arrivals that were turned away. */
  readonly blocked: number;
}

/** A queue begins empty; this many customers are served before anybody is counted. */
const warmUp = 50_000;

/** Runs a station in simulation. */
export function observe(station: Station, completions: number, seed: number): Observation {
  const tiers = new Map(queueTiers(station).map((tier) => [tier.kind, tier]));
  const world = new SimulatedRuntime({
    catalogue: { tiers, faults: new Map(), jobs: {} },
    seed,
    detail: 'acts',
    network: noDistance,
  });
  const sojourns = new Float64Array(completions);
  let seen = -warmUp;
  world.events.subscribe((event) => {
    if (event.type !== 'gauge' || event.name !== sojourn) return;
    if (seen >= 0 && seen < completions) sojourns[seen] = event.value;
    seen++;
  });
  world.apply(queueTopology(station), () => undefined);
  const enough = world.runTo(Number.MAX_SAFE_INTEGER, () => seen >= completions);
  assert.ok(enough, `the queue ran dry after ${seen} customers`);

  const counters = world.census().nodes.find(({ spec }) => spec.id === 'station-1')?.counters;
  assert.ok(counters !== undefined);
  sojourns.sort();
  return {
    completions,
    mean: sojourns.reduce((sum, value) => sum + value, 0) / completions,
    p99: sojourns[Math.ceil(0.99 * completions) - 1] ?? Number.NaN,
    blocked: counters.overflowed / counters.received,
  };
}
