/**
 * Who led when, with which log, and what was committed meanwhile: there is at most one leader per term; whoever leads has
 * what was committed before; and whoever is deposed acknowledges nothing that its successors lack.
 *
 * Where a group may lose what is on one disk only, that alone may be missing.
 */
import type { Raft } from '../../src/consensus/raft/raft';
import type { Members } from '../../src/protocols/raft';
import { Violation } from '../../src/testing/judge';
import type { Lineage } from './lineage';
import type { Member } from './member';

/** What promotions were allowed to lose. */
export type Losable = 'nothing' | 'single copies' | 'anything';

interface Reign {
  readonly term: number;
  /** Who, and in which life. */
  readonly name: string;
  /** The log that it began with. */
  readonly terms: readonly number[];
}

interface Committed {
  readonly index: number;
  readonly term: number;
  /** The term of whoever first knew it to be committed. */
  readonly inTerm: number;
  readonly mayBeLost: boolean;
}

export class Reigns {
  private readonly reigns = new Map<number, Reign>();
  private readonly committed = new Map<string, Committed>();
  private readonly committedAt = new Map<number, Committed>();
  /** Up to where each life's commits were looked at. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly lineage: Lineage,
    private readonly mayLose: Losable,
  ) {}

  /** How many terms had a leader. */
  get count(): number {
    return this.reigns.size;
  }

  /** The log with which a term began; `undefined` if nobody led it yet. */
  logOf(term: number): readonly number[] | undefined {
    return this.reigns.get(term)?.terms;
  }

  /** @returns whether a new reign began. */
  leads({ id, life }: Member, raft: Raft): boolean {
    const name = `${id} in life ${life}`;
    const known = this.reigns.get(raft.term);
    if (known?.name === name) return false;
    if (known !== undefined) throw new Violation('two leaders', `${known.name} and ${name} lead term ${raft.term}`);
    const term = raft.entryAt(raft.lastIndex)?.term ?? raft.snapshot.term;
    const reign = { term: raft.term, name, terms: this.lineage.termsUpTo({ index: raft.lastIndex, term }) };
    this.reigns.set(raft.term, reign);
    for (const committed of this.committed.values()) this.holds(reign, committed);
    return true;
  }

  commits({ id, life }: Member, raft: Raft): void {
    const name = `${id} ${life}`;
    const from = Math.min(this.seen.get(name) ?? 0, raft.commitIndex);
    for (let index = from + 1; index <= raft.commitIndex; index++) {
      const term = raft.entryAt(index)?.term;
      if (term !== undefined && !this.committed.has(`${index} ${term}`)) this.commit(id, raft, index, term);
    }
    this.seen.set(name, raft.commitIndex);
  }

  private commit(id: string, raft: Raft, index: number, term: number): void {
    const isAlone = copiesOf(membersAt(raft, index)) === 1;
    const mayBeLost = this.mayLose === 'anything' || (this.mayLose === 'single copies' && isAlone);
    const committed = { index, term, inTerm: raft.term, mayBeLost };
    const known = this.committedAt.get(index);
    if (known !== undefined && !known.mayBeLost && !mayBeLost) {
      throw new Violation('two commits', `entry ${index}: ${id} commits term ${term}, before it was ${known.term}`);
    }
    this.committed.set(`${index} ${term}`, committed);
    this.committedAt.set(index, committed);
    for (const reign of this.reigns.values()) {
      this.holds(reign, committed);
      if (mayBeLost && isAlone && raft.roleName === 'leader' && reign.term > raft.term) {
        throw new Violation('two primaries', `${id} commits ${index} alone in term ${raft.term}: ${reign.name} leads`);
      }
    }
  }

  private holds({ term, name, terms }: Reign, committed: Committed): void {
    const has = terms[committed.index];
    if (committed.inTerm >= term || committed.mayBeLost || has === committed.term) return;
    throw new Violation(
      'incomplete leader',
      `entry ${committed.index} of term ${committed.term} was committed in term ${committed.inTerm}; ` +
        `${name}, which leads term ${term}, has ${has ?? 'none'}`,
    );
  }
}

function membersAt(raft: Raft, index: number): Members {
  for (let at = index; at >= raft.firstIndex; at--) {
    const entry = raft.entryAt(at);
    if (entry?.what === 'members') return entry.members;
  }
  return raft.snapshot.members;
}

function copiesOf({ voters, copies }: Members): number {
  return copies === 'majority' ? Math.floor(voters.length / 2) + 1 : copies;
}
