/**
 * A copy that was away for long may have lost its place to another: nobody sends it anything any more, and nobody tells it.
 * When it hears of no primary for a while it asks the others, and whoever leads a group without it is asked to take it in
 * again, with all that it has: what the group decided otherwise is cut off, and kept for its recovery.
 */

import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import { replicationStanding } from '../../protocols/replication';
import type { GroupMember } from '../group-member/group-member';
import type { CopiesTurn } from './conversation';
import { peersOf } from './joining';

export class Belonging {
  private sinceMs = 0;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly member: GroupMember,
    private readonly orphanMs: () => number,
  ) {}

  /** It takes part from now on. */
  begin(): void {
    this.sinceMs = this.turn.nowMs;
    this.look();
  }

  private look(): void {
    const { turn } = this;
    turn.after(this.orphanMs(), () => this.look());
    if (!this.isOrphan) return;
    for (const peer of peersOf(turn)) this.ask(peer);
  }

  private get isOrphan(): boolean {
    const { raft } = this.member;
    if (raft === undefined || raft.roleName === 'leader' || peersOf(this.turn).length === 0) return false;
    return this.turn.nowMs - Math.max(this.sinceMs, raft.provenAtMs) >= this.orphanMs();
  }

  private ask(peer: NodeId): void {
    const { self } = this.turn.node;
    this.turn.ask(peer, { kind: 'replication.status' }, this.orphanMs(), (answer) => {
      if (isExpired(answer) || !replicationStanding.accepts(answer.body) || !this.isOrphan) return;
      const { role, term, members } = answer.body;
      const leads = role === 'primary' && term >= (this.member.raft?.term ?? 0);
      if (!leads || members.voters.includes(self) || members.learners.includes(self)) return;
      this.turn.node.report.log('info', `${peer} leads a group that does without ${self}: asking to be taken in again`);
      const join = { kind: 'replication.join', life: this.turn.node.incarnation } as const;
      this.turn.ask(peer, join, this.orphanMs(), () => undefined);
    });
  }
}
