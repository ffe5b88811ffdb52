/**
 * A disk as the core assumes it: writes take effect in their order, those that a sync carried survive, and a crash keeps
 * any number of the others from the front.
 */

import type { Write } from '../../src/consensus/raft/outbox';
import type { Persisted } from '../../src/consensus/raft/recover';
import type { Random } from '../../src/kernel/random';

export class RaftDisk {
  private pending: Write[] = [];

  constructor(private state: Persisted) {}

  /** What a new life would find. */
  get durable(): Persisted {
    return this.state;
  }

  get buffered(): number {
    return this.pending.length;
  }

  buffer(writes: readonly Write[]): void {
    this.pending.push(...writes);
  }

  /** Makes the oldest of the buffered writes last. */
  flush(count: number): void {
    for (const write of this.pending.splice(0, count)) this.state = after(this.state, write);
  }

  crash(random: Random): void {
    this.flush(random.int(this.pending.length + 1));
    this.pending = [];
  }

  /** Whether the entry would survive a crash, in the log or in the snapshot. */
  holds(index: number, term: number): boolean {
    const { snapshot, entries } = this.state;
    return index <= snapshot.index || entries.some((entry) => entry.index === index && entry.term === term);
  }
}

function after(state: Persisted, write: Write): Persisted {
  switch (write.what) {
    case 'state':
      return { ...state, term: write.term, votedFor: write.votedFor };
    case 'append':
      return { ...state, entries: [...state.entries, write.entry] };
    case 'truncate':
      return { ...state, entries: state.entries.filter(({ index }) => index < write.from) };
    case 'snapshot':
      return { ...state, snapshot: write.snapshot };
    case 'discard':
      return { ...state, entries: state.entries.filter(({ index }) => index >= write.before) };
  }
}
