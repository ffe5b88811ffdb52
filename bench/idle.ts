/**
 * What 10,000 idle nodes cost, each on a box of its own: the time to spawn them, and the memory of the process.
 */
import { childReport } from './child';
import type { Benchmark, Side } from './harness';
import type { Idle } from './idle-child';

export const idle: Benchmark = {
  name: 'idle',
  summary: '10,000 idle nodes in simulation: time to spawn, memory',
  rounds: 3,
  open() {
    let last: Idle | undefined;
    const spawnMs: Side = {
      name: 'spawn',
      unit: 'ms',
      async measure() {
        last = await childReport<Idle>('idle-child', ['10000']);
        return last.spawnMs;
      },
    };
    const resident: Side = {
      name: 'resident',
      unit: 'MB',
      measure() {
        if (last === undefined) throw new Error('the memory of idle nodes is read where they are spawned');
        return last.residentMb;
      },
    };
    return {
      rows: [
        { what: '10,000 idle nodes: spawned', ours: spawnMs, reach: { of: 'ours', atMost: 2_000 } },
        { what: '10,000 idle nodes: resident', ours: resident, reach: { of: 'ours', atMost: 300 } },
      ],
    };
  },
};
