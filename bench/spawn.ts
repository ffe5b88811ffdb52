/**
 * How long a new node takes in a running threaded world, from the order to its first answer: what the machinery itself
 * needs, without the time that the cloud takes to boot a machine.
 */
import { launchRuntime } from '../src/runtimes/threaded/threaded-runtime';
import { ping, pong } from './echo';
import { type Benchmark, happened, type Side } from './harness';
import { median } from './statistics';
import { applied, asked, performed } from './threaded';
import { alike, box, node } from './worlds';

const spawnsPerRound = 40;
/** Nodes that run already. */
const neighbours = 20;

export const spawn: Benchmark = {
  name: 'spawn',
  summary: 'a new node in a running threaded world: order to first answer',
  async open() {
    const runtime = await launchRuntime({ modules: [require.resolve('./thread-tiers')], hosts: 2 });
    await applied(runtime, alike('echo', neighbours));
    const door = runtime.attach('bench', 'provider');
    const one = async (number: number): Promise<number> => {
      const spec = node('echo', number);
      const fromMs = performance.now();
      await performed(runtime, { verb: 'spawn', node: spec, box: box(number) });
      await asked(door, spec.id, { kind: ping.kind, round: number }, pong);
      const tookMs = performance.now() - fromMs;
      await performed(runtime, { verb: 'retire', node: spec.id });
      return tookMs;
    };
    const ours: Side = {
      name: 'spawn',
      unit: 'ms',
      async measure(scale) {
        const count = Math.max(5, Math.round(spawnsPerRound * scale));
        const timesMs: number[] = [];
        for (let i = 1; i <= count; i++) timesMs.push(await one(neighbours + i));
        happened('spawns', timesMs.length, count);
        happened('nodes left over', runtime.topology.nodes.length, neighbours);
        return median(timesMs);
      },
    };
    return {
      rows: [{ what: 'spawn to first answer, threads', ours, reach: { of: 'ours', atMost: 15 } }],
      close: () => runtime.close(),
    };
  },
};
