/**
 * What a server drops because its leader's log goes another way is told exactly: every such entry by its content, or in a
 * range that only a snapshot held; and nothing that the leader has as well.
 */
import type { Write } from '../../src/consensus/raft/outbox';
import type { Raft } from '../../src/consensus/raft/raft';
import { Violation } from '../../src/testing/judge';
import type { Lineage } from './lineage';
import type { Member } from './member';
import type { Reigns } from './reigns';

export class Losses {
  /** The log of each life, from the beginning on: the terms, from index 0 on. */
  private readonly logs = new Map<string, number[]>();
  /** How many entries were told to be lost, by content and by range. */
  dropped = 0;
  unaccounted = 0;

  constructor(
    private readonly lineage: Lineage,
    private readonly reigns: Reigns,
  ) {}

  look({ id, life }: Member, raft: Raft, writes: readonly Write[]): void {
    const name = `${id} in life ${life}`;
    const log = this.logs.get(name);
    // A new life may find, and drop, what was half written.
    if (log === undefined) this.logs.set(name, this.logOf(raft));
    else for (const write of writes) this.apply(name, raft, log, write);
  }

  private apply(name: string, raft: Raft, log: number[], write: Write): void {
    if (write.what === 'append') log[write.entry.index] = write.entry.term;
    else if (write.what === 'snapshot') {
      const terms = this.lineage.termsUpTo(write.snapshot);
      for (const [index, term] of terms.entries()) log[index] = term;
    } else if (write.what === 'truncate') {
      this.isTold(name, raft, log, write);
      log.length = Math.min(log.length, write.from);
    }
  }

  private isTold(name: string, raft: Raft, log: readonly number[], write: Extract<Write, { what: 'truncate' }>): void {
    const { from, dropped, unaccounted } = write;
    const leaders = this.reigns.logOf(raft.term);
    if (leaders === undefined) throw new Violation('cut by nobody', `${name} cuts its log in term ${raft.term}`);
    const told = new Map(dropped.map((entry) => [entry.index, entry.term]));
    this.dropped += dropped.length;
    for (let index = unaccounted?.from ?? 1; index <= (unaccounted?.to ?? 0); index++) {
      told.set(index, log[index] ?? 0);
      this.unaccounted++;
    }
    for (let index = from; index < log.length; index++) {
      const term = log[index];
      const isLost = term !== raft.term && leaders[index] !== term;
      if (isLost === (told.get(index) === term)) continue;
      throw new Violation(
        isLost ? 'lost silently' : 'told too much',
        `entry ${index} of term ${term} at ${name}, the leader of term ${raft.term} has ${leaders[index]}`,
      );
    }
    const [unknown] = [...told.keys()].filter((index) => index < from || index >= log.length);
    if (unknown !== undefined) throw new Violation('told too much', `${name} never had the entry ${unknown}`);
  }

  private logOf(raft: Raft): number[] {
    const term = raft.entryAt(raft.lastIndex)?.term ?? raft.snapshot.term;
    return [...this.lineage.termsUpTo({ index: raft.lastIndex, term })];
  }
}
