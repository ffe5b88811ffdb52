/**
 * A server that wants to lead. It first asks whether it would be elected (pre-vote, thesis 9.6), so that one that was cut
 * off comes back without disturbing anybody; only with a majority behind it, it enters a new term (section 5.2). Who was
 * appointed needs nobody's vote but its own.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftMessage, RaftVote } from '../../protocols/raft';
import type { Role, Stand, Transitions } from './role';
import type { Server } from './server';

export class Candidate implements Role {
  readonly name = 'candidate';
  readonly leader = undefined;
  readonly wakeAtMs: number;
  private readonly votes = new Set<NodeId>();

  constructor(
    private readonly server: Server,
    private readonly to: Transitions,
    private readonly how: Stand,
  ) {
    this.wakeAtMs = server.drawElectionMs();
  }

  private get isTrial(): boolean {
    return this.how === 'trial';
  }

  private get isAppointed(): boolean {
    return this.how === 'appointment' || this.how === 'forced';
  }

  /** Asks everybody for a vote, itself first. */
  begin(): void {
    const { server, isTrial } = this;
    if (this.isAppointed) return server.giveVote(server.id);
    if (!isTrial) server.enter(server.term + 1, server.id);
    const term = isTrial ? server.term + 1 : server.term;
    const { lastIndex, lastTerm, membership } = server.log;
    const isTransfer = this.how === 'transfer';
    const vote: RaftVote = { kind: 'raft.vote', term, lastIndex, lastTerm, isTrial, isTransfer };
    for (const voter of membership.members.voters) if (voter !== server.id) server.outbox.say(voter, vote);
    this.count(server.id);
  }

  tick(): void {
    if (this.server.nowMs >= this.wakeAtMs) this.to.stand('trial');
  }

  receive(from: NodeId, message: RaftMessage): void {
    if (message.kind === 'raft.voted' && message.isTrial === this.isTrial && message.granted) this.count(from);
  }

  /** Its own vote counts once it is on disk: or it might lead the same term twice, with two logs. */
  synced(): void {
    this.count(this.server.id);
  }

  flush(): void {}

  private count(voter: NodeId): void {
    const { server, isTrial, votes } = this;
    votes.add(voter);
    if (!isTrial && !server.outbox.isTermDurable) return;
    const isElected = server.log.membership.hasMajority((member) => votes.has(member));
    if (!isElected && !this.isAppointed) return;
    if (isTrial) this.to.stand('election');
    else this.to.lead(this.how === 'forced');
  }
}
