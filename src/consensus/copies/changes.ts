/**
 * How many copies a write needs, changed while the group runs: whoever asked hears that it is so once it is decided.
 */

import type { Envelope } from '../../kernel/envelope';
import type { ReplicationRefused, ReplicationSet } from '../../protocols/replication';
import type { GroupMember } from '../group-member/group-member';
import type { CopiesTurn } from './conversation';
import { copiesOf, modeOf } from './founding';

interface Waiting {
  readonly mail: Envelope;
  readonly index: number;
  readonly term: number;
  readonly mode: string;
}

export class Changes {
  private waiting: Waiting[] = [];

  constructor(
    private readonly turn: CopiesTurn,
    private readonly member: GroupMember,
  ) {}

  /** For the primary. */
  set(mail: Envelope, { mode, replicas = 1 }: ReplicationSet): void {
    const copies = copiesOf({ mode, replicas });
    const name = modeOf(copies);
    if (copies === this.member.members.copies)
      return this.turn.reply(mail, { kind: 'replication.changed', mode: name });
    const taken = this.member.changeMembers({ copies });
    if (!taken.ok) {
      const because = taken.because === 'change' ? 'impossible' : 'busy';
      return this.turn.reply(mail, { kind: 'replication.refused', because, reason: taken.reason });
    }
    this.waiting.push({ mail, mode: name, ...taken });
    this.act();
  }

  /** Tells who waits how it came out. */
  act(): void {
    const { raft } = this.member;
    if (this.waiting.length === 0 || raft === undefined) return;
    const { term, commitIndex } = raft;
    const isOver = (one: Waiting): boolean => one.index <= commitIndex || one.term !== term;
    const over = this.waiting.filter(isOver);
    if (over.length === 0) return;
    this.waiting = this.waiting.filter((one) => !isOver(one));
    for (const one of over) {
      if (one.term === term) this.turn.reply(one.mail, { kind: 'replication.changed', mode: one.mode });
      else this.turn.reply(one.mail, lostOffice);
    }
  }
}

const lostOffice: ReplicationRefused = {
  kind: 'replication.refused',
  because: 'busy',
  reason: 'the primary lost its office before it was decided: look whether it is so, and try again',
};
