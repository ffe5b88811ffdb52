/**
 * What Raft promises always (figure 3), looked at after every turn of every server: at most one leader per term; equal
 * logs up to an equal entry; every committed entry in every later leader; the same commands in the same order at every
 * state machine. And what these rest on: nothing is said that a crash could make a server forget.
 */
import type { Letter, Write } from '../../src/consensus/raft/outbox';
import type { Raft, Todo } from '../../src/consensus/raft/raft';
import type { Entry } from '../../src/protocols/raft';
import { Violation } from '../../src/testing/judge';
import type { Member } from './member';

interface Committed {
  readonly term: number;
  /** The term of whoever first knew it to be committed. */
  readonly inTerm: number;
}

export class Invariants {
  /** Who led each term, in which life. */
  private readonly leaders = new Map<number, string>();
  /** What stands at an index in a term, and the term before it. */
  private readonly entries = new Map<string, string>();
  private readonly committed = new Map<number, Committed>();
  /** The state of any machine after an index. */
  private readonly states = new Map<number, string>();
  /** Up to where each life's commits were looked at. */
  private readonly seen = new Map<string, number>();
  /** How often a log was cut, a snapshot came from a leader, and a server learned of a change of members. */
  cuts = 0;
  installs = 0;
  changes = 0;

  /** How many terms had a leader. */
  get elections(): number {
    return this.leaders.size;
  }

  look(member: Member, { letters, writes, apply, install }: Todo): void {
    const { raft } = member;
    if (raft === undefined) return;
    this.cuts += writes.filter(({ what }) => what === 'truncate').length;
    this.installs += install === undefined ? 0 : 1;
    this.changes += apply.filter(({ what }) => what === 'members').length;
    for (const letter of letters) this.saidWhatIsSafe(member, letter);
    this.logMatches(member, raft, writes);
    if (raft.roleName === 'leader') this.leadsAlone(member, raft);
    this.commitsForEver(member, raft);
    if (apply.length > 0 || install !== undefined) this.sameState(member);
  }

  private saidWhatIsSafe({ id, disk }: Member, { to, body }: Letter): void {
    const { term, votedFor } = disk.durable;
    const isTrial = (body.kind === 'raft.vote' || body.kind === 'raft.voted') && body.isTrial;
    if (!isTrial && body.term > term) {
      throw new Violation('said before synced', `${id} says ${body.kind} in term ${body.term}; its disk knows ${term}`);
    }
    if (body.kind === 'raft.voted' && !isTrial && body.granted && term === body.term && votedFor !== to) {
      throw new Violation('said before synced', `${id} votes for ${to} in term ${term}; its disk knows ${votedFor}`);
    }
    const { snapshot, entries } = disk.durable;
    const end = entries[entries.length - 1]?.index ?? 0;
    if (body.kind === 'raft.appended' && term === body.term && body.index > Math.max(end, snapshot.index)) {
      throw new Violation('said before synced', `${id} acknowledges ${body.index}; its disk ends at ${end}`);
    }
  }

  private leadsAlone({ id, life }: Member, raft: Raft): void {
    const name = `${id} in life ${life}`;
    const known = this.leaders.get(raft.term);
    if (known === name) return;
    if (known !== undefined) throw new Violation('two leaders', `${known} and ${name} lead term ${raft.term}`);
    this.leaders.set(raft.term, name);
    for (const [index, { term, inTerm }] of this.committed) {
      if (inTerm >= raft.term || index <= raft.snapshot.index || raft.entryAt(index)?.term === term) continue;
      const has = raft.entryAt(index)?.term ?? 'none';
      throw new Violation(
        'incomplete leader',
        `entry ${index} of term ${term} was committed in term ${inTerm}; ${id}, which leads term ${raft.term}, has ${has}`,
      );
    }
  }

  /** A log changes by what is written: from the first entry that is new, everything is looked at. */
  private logMatches({ id }: Member, raft: Raft, writes: readonly Write[]): void {
    const first = writes.find((write) => write.what === 'append');
    if (first === undefined) return;
    const from = Math.max(raft.firstIndex, first.entry.index);
    let before = raft.entryAt(from - 1)?.term;
    for (let index = from; index <= raft.lastIndex; index++) {
      const entry = raft.entryAt(index);
      if (entry === undefined) throw new Violation('a hole', `${id} has no entry ${index}`);
      if (before !== undefined) {
        const key = `${index} of term ${entry.term}`;
        const is = `${contentOf(entry)} after term ${before}`;
        const known = this.entries.get(key);
        if (known === undefined) this.entries.set(key, is);
        else if (known !== is) {
          throw new Violation('logs do not match', `entry ${key} is ${is} at ${id} and ${known} elsewhere`);
        }
      }
      before = entry.term;
    }
  }

  private commitsForEver({ id, life }: Member, raft: Raft): void {
    const name = `${id} ${life}`;
    for (let index = (this.seen.get(name) ?? 0) + 1; index <= raft.commitIndex; index++) {
      const term = raft.entryAt(index)?.term;
      if (term === undefined) continue;
      const known = this.committed.get(index);
      if (known === undefined) this.committed.set(index, { term, inTerm: raft.term });
      else if (known.term !== term) {
        throw new Violation('two commits', `entry ${index}: ${id} commits term ${term}, before it was ${known.term}`);
      }
    }
    this.seen.set(name, raft.commitIndex);
  }

  private sameState({ id, machine }: Member): void {
    const known = this.states.get(machine.position);
    if (known === undefined) this.states.set(machine.position, machine.text);
    else if (known !== machine.text) {
      throw new Violation(
        'states differ',
        `after entry ${machine.position} ${id} is ${machine.text}, another ${known}`,
      );
    }
  }
}

function contentOf(entry: Entry): string {
  if (entry.what === 'command') return Buffer.from(entry.command).toString();
  return entry.what === 'members' ? JSON.stringify(entry.members) : entry.what;
}
