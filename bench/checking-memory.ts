/**
 * The memory that a search for linearizations takes: what a process needed at most that drew a history and judged it,
 * beside what it had needed before it judged.
 */
import type { Memory } from './checking-memory-child';
import { childReport } from './child';
import type { Benchmark, Row, Side } from './harness';
import { type Drawn, inWords, shapes } from './histories';

function row(drawn: Drawn): Row {
  let last: Memory | undefined;
  const peak: Side = {
    name: 'judged',
    unit: 'MB',
    async measure() {
      const { operations, processes, isFalsified } = drawn;
      last = await childReport<Memory>('checking-memory-child', [`${operations}`, `${processes}`, `${isFalsified}`]);
      return last.peakMb;
    },
  };
  const before: Side = {
    name: 'drawn',
    unit: 'MB',
    measure() {
      if (last === undefined) throw new Error('the memory of a drawn history is read where it is judged');
      return last.beforeMb;
    },
  };
  return { what: `${inWords(drawn)}: memory`, ours: peak, peer: before };
}

export const checkingMemory: Benchmark = {
  name: 'checking-memory',
  summary: 'memory of a process that judges a CAS register history',
  // Each round is a process of its own, and two of them hardly differ.
  rounds: 1,
  open: () => ({ rows: shapes.map(row) }),
};
