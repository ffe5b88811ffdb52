/**
 * What it costs that nodes live on worker threads: small messages one way, round trips idle and under load, each against
 * a bare message port that does the same; and what two nodes on one thread say to each other.
 */
import type { Door } from '../src/kernel/runtime';
import { launchRuntime } from '../src/runtimes/threaded/threaded-runtime';
import { type Benchmark, happened, type Side } from './harness';
import { type RawOrder, RawPair } from './raw-port';
import { batchNotes, talked, volleyed } from './thread-tiers';
import { applied, asked } from './threaded';
import { box, node } from './worlds';

const oneWayBatches = 600;
const oneThreadBatches = 2_000;
const idleRounds = 150;
/** Long enough that both threads fall asleep in between. */
const idlePauseMs = 2;
const busyRounds = 20_000;
const loadedRounds = 60_000;
/** Round trips that are under way at a time. */
const loadedAbreast = 16;

/** One box per host, so that placement is ours: the talker and a neighbour on the first, a listener on the second. */
const topology = {
  boxes: [
    { ...box(1, 2), host: 1 },
    { ...box(2, 2), host: 2 },
    { ...box(3, 2), host: 1 },
  ],
  nodes: [
    node('talker', 1),
    node('listener', 2),
    { ...node('listener', 3), box: 'box-3' },
    { ...node('echo', 2), box: 'box-2' },
  ],
};

export const threads: Benchmark = {
  name: 'threads',
  summary: 'messages between threads against a bare message port',
  async open() {
    const runtime = await launchRuntime({ modules: [require.resolve('./thread-tiers')], hosts: 2 });
    await applied(runtime, topology);
    const door = runtime.attach('bench', 'provider');
    const raw = await RawPair.open();
    const oneWay = rate('one way', door, raw, 'listener-2', oneWayBatches);
    const near = rate('one thread', door, raw, 'listener-3', oneThreadBatches);
    const idle = trips('idle', door, raw, { abreast: 1, rounds: idleRounds, pauseMs: idlePauseMs });
    const busy = trips('busy', door, raw, { abreast: 1, rounds: busyRounds, pauseMs: 0 });
    const loaded = trips('under load', door, raw, { abreast: loadedAbreast, rounds: loadedRounds, pauseMs: 0 });
    return {
      rows: [
        { what: 'one way, small messages', ...oneWay, reach: { of: 'rate', atLeast: 5 } },
        { what: 'round trip, idle', ...idle, reach: { of: 'time', atMost: 1.4 } },
        { what: 'round trip, one after the other', ...busy, reach: { of: 'time', atMost: 0.5 } },
        { what: `round trip, ${loadedAbreast} at a time`, ...loaded, reach: { of: 'time', atMost: 0.5 } },
        { what: 'two nodes on one thread', ours: near.ours, reach: { of: 'ours', atLeast: 3e6 } },
      ],
      async close() {
        await raw.close();
        await runtime.close();
      },
    };
  },
};

interface Pair {
  readonly ours: Side;
  readonly peer: Side;
}

/** So many batches of notes to a listener, per second. */
function rate(name: string, door: Door, raw: RawPair, to: string, batches: number): Pair {
  const scaled = (scale: number): number => Math.max(10, Math.round(batches * scale));
  return {
    ours: {
      name,
      unit: '/s',
      async measure(scale) {
        const answer = await asked(door, 'talker-1', { kind: 'talk', to, batches: scaled(scale) }, talked);
        happened(`notes (${name})`, answer.notes, scaled(scale) * batchNotes);
        return (answer.notes * 1000) / answer.tookMs;
      },
    },
    peer: {
      name: 'postMessage each',
      unit: '/s',
      async measure(scale) {
        const { count, ms } = await raw.run({ order: 'talk', batches: scaled(scale) });
        happened('notes (postMessage)', count, scaled(scale) * batchNotes);
        return (count * 1000) / ms;
      },
    },
  };
}

/** The median of so many round trips. */
function trips(
  name: string,
  door: Door,
  raw: RawPair,
  volley: Omit<Extract<RawOrder, { order: 'volley' }>, 'order'>,
): Pair {
  const scaled = (scale: number) => ({ ...volley, rounds: Math.max(50, Math.round(volley.rounds * scale)) });
  return {
    ours: {
      name,
      unit: 'ms',
      async measure(scale) {
        const body = { kind: 'volley', to: 'echo-2', ...scaled(scale) };
        const answer = await asked(door, 'talker-1', body, volleyed);
        happened(`round trips (${name})`, answer.rounds, scaled(scale).rounds);
        return answer.medianUs / 1000;
      },
    },
    peer: {
      name: 'MessagePort',
      unit: 'ms',
      async measure(scale) {
        const { count, medianUs } = await raw.run({ order: 'volley', ...scaled(scale) });
        happened('round trips (MessagePort)', count, scaled(scale).rounds);
        return medianUs / 1000;
      },
    },
  };
}
