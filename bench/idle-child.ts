/**
 * Spawns idle nodes in a process of its own, so that its memory is theirs, and tells how long that took.
 */
import { SimulatedRuntime } from '../src/runtimes/simulated/simulated-runtime';
import { echoes, pong } from './echo';
import { happened } from './harness';
import { alike } from './worlds';

export interface Idle {
  readonly spawnMs: number;
  readonly residentMb: number;
}

const askedMax = 100;

function spawn(count: number): Idle {
  const topology = alike('echo', count);
  const runtime = new SimulatedRuntime({ catalogue: echoes });
  const fromMs = performance.now();
  runtime.apply(topology, () => undefined);
  const spawnMs = performance.now() - fromMs;
  runtime.runTo(1_000_000);
  const residentMb = process.memoryUsage.rss() / 2 ** 20;

  const running = runtime.census().nodes.filter(({ state }) => state === 'running');
  happened('idle nodes that run', running.length, count);
  const door = runtime.attach('asker', 'site');
  const asked = topology.nodes.slice(-askedMax);
  let answers = 0;
  for (const { id } of asked) {
    door.ask(id, { kind: 'ping', round: 1 }, 1_000, (answer) => {
      if (pong.accepts(answer?.body)) answers++;
    });
  }
  runtime.runTo(2_000_000);
  happened('answers of nodes that were idle', answers, asked.length);
  return { spawnMs, residentMb };
}

process.send?.(spawn(Number(process.argv[2])), () => process.disconnect());
