/**
 * What the group promises always (figure 3), looked at after every turn of every server: equal logs up to an equal entry;
 * the same commands in the same order at every state machine; what concerns leaders, in `Reigns`, and losses, in `Losses`.
 * And what these rest on: nothing is said that a crash could make a server forget.
 */
import type { Letter, Write } from '../../src/consensus/raft/outbox';
import type { Raft, Todo } from '../../src/consensus/raft/raft';
import type { Entry } from '../../src/protocols/raft';
import { Violation } from '../../src/testing/judge';
import { Lineage } from './lineage';
import { Losses } from './losses';
import type { Member } from './member';
import { type Losable, Reigns } from './reigns';

export class Invariants {
  /** What stands at an index in a term, and the term before it. */
  private readonly entries = new Map<string, string>();
  /** The state of any machine after an entry. */
  private readonly states = new Map<string, string>();
  private readonly lives = new Set<string>();
  private readonly lineage = new Lineage();
  readonly reigns: Reigns;
  readonly losses: Losses;
  /** How often a log was cut, a snapshot came from a leader, and a server learned of a change of members. */
  cuts = 0;
  installs = 0;
  changes = 0;

  constructor(mayLose: Losable) {
    this.reigns = new Reigns(this.lineage, mayLose);
    this.losses = new Losses(this.lineage, this.reigns);
  }

  /** How many terms had a leader. */
  get elections(): number {
    return this.reigns.count;
  }

  /** @returns whether a new reign began. */
  look(member: Member, { letters, writes, apply, install }: Todo): boolean {
    const { raft } = member;
    if (raft === undefined) return false;
    this.cuts += writes.filter(({ what }) => what === 'truncate').length;
    this.installs += install === undefined ? 0 : 1;
    this.changes += apply.filter(({ what }) => what === 'members').length;
    for (const letter of letters) this.saidWhatIsSafe(member, letter);
    this.logMatches(member, raft, writes);
    this.losses.look(member, raft, writes);
    const isNew = raft.roleName === 'leader' && this.reigns.leads(member, raft);
    this.reigns.commits(member, raft);
    if (apply.length > 0 || install !== undefined) this.sameState(member);
    return isNew;
  }

  private saidWhatIsSafe({ id, disk }: Member, { to, body }: Letter): void {
    const { term, votedFor } = disk.durable;
    const isTrial = (body.kind === 'raft.vote' || body.kind === 'raft.voted') && body.isTrial;
    if (!isTrial && body.term > term) {
      throw new Violation('said before synced', `${id} says ${body.kind} in term ${body.term}; its disk knows ${term}`);
    }
    const isVote = (body.kind === 'raft.voted' && !isTrial && body.granted) || body.kind === 'raft.promised';
    if (isVote && term === body.term && votedFor !== to && votedFor !== id) {
      throw new Violation('said before synced', `${id} gives ${to} the term ${term}; its disk knows ${votedFor}`);
    }
    const { snapshot, entries } = disk.durable;
    const end = entries[entries.length - 1]?.index ?? 0;
    if (body.kind === 'raft.appended' && term === body.term && body.index > Math.max(end, snapshot.index)) {
      throw new Violation('said before synced', `${id} acknowledges ${body.index}; its disk ends at ${end}`);
    }
  }

  /** A log changes by what is written, and by what a new life finds: from the first entry that is new, all is looked at. */
  private logMatches({ id, life }: Member, raft: Raft, writes: readonly Write[]): void {
    const first = writes.find((write) => write.what === 'append')?.entry.index;
    const isNew = !this.lives.has(`${id} ${life}`);
    this.lives.add(`${id} ${life}`);
    if (first === undefined && !isNew) return;
    const from = isNew ? raft.firstIndex : Math.max(raft.firstIndex, first ?? 0);
    let before = from - 1 === raft.snapshot.index ? raft.snapshot.term : raft.entryAt(from - 1)?.term;
    for (let index = from; index <= raft.lastIndex; index++) {
      const entry = raft.entryAt(index);
      if (entry === undefined) throw new Violation('a hole', `${id} has no entry ${index}`);
      if (before !== undefined) {
        const key = `${index} of term ${entry.term}`;
        const is = `${contentOf(entry)} after term ${before}`;
        const known = this.entries.get(key);
        if (known === undefined) {
          this.entries.set(key, is);
          this.lineage.note(entry, before);
        } else if (known !== is) {
          throw new Violation('logs do not match', `entry ${key} is ${is} at ${id} and ${known} elsewhere`);
        }
      }
      before = entry.term;
    }
  }

  private sameState({ id, machine }: Member): void {
    const place = `${machine.position} of term ${machine.term}`;
    const known = this.states.get(place);
    if (known === undefined) this.states.set(place, machine.text);
    else if (known !== machine.text) {
      throw new Violation('states differ', `after entry ${place} ${id} is ${machine.text}, another ${known}`);
    }
  }
}

function contentOf(entry: Entry): string {
  if (entry.what === 'command') return Buffer.from(entry.command).toString();
  return entry.what === 'members' ? JSON.stringify(entry.members) : entry.what;
}
