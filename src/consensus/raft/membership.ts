/**
 * Who belongs to a group, and how many of them it takes to agree. Two quorums matter (Howard, Malkhi & Spiegelman,
 * "Flexible Paxos", 2016): those that make an entry committed, and those that let somebody lead a later term. Only one of
 * each kind need to share a server, not two of the same kind: with M voters and W copies, M - W + 1 promises do.
 *
 * One thing is changed at a time, and the next only after it is committed. So of all that a log says about members only
 * the newest can be uncommitted, and the one before it is committed for certain.
 *
 * - Elected by majorities, any majority of the old group and any of the new one share a server: it is enough to go by the
 *   newest members (thesis 4.1).
 * - With other quorums old and new ones need not meet: two copies of four, changed to three of four, are followed by
 *   promotions for which two promises are enough, and these two need not be any of the old two. So while the newest members
 *   are not known to be committed, both they and those before them have to agree, to commit (`Agreement`) and to promote
 *   (`judgePromotion`) alike. Whoever goes by the old members alone meets, before anything is committed by the new ones
 *   alone, somebody who knows of the new ones; whoever goes by both misses nothing that was committed by either.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Copies, Members } from '../../protocols/raft';

/** A change by one server, or of how many copies an entry needs. */
export type MembershipChange =
  /** Gets the log without a vote; the first step of every new server. */
  | { readonly add: NodeId; readonly as: 'learner' }
  /** A learner that has caught up gets a vote. */
  | { readonly add: NodeId; readonly as: 'voter' }
  | { readonly remove: NodeId }
  | { readonly copies: Copies };

export class Membership {
  constructor(readonly members: Members) {}

  /** How many voters are more than half of them. */
  get majority(): number {
    return this.majorityOf(this.members.voters.length);
  }

  /** On how many disks an entry has to be. */
  get copies(): number {
    const { copies } = this.members;
    return copies === 'majority' ? this.majority : copies;
  }

  /** How many voters share at least one with whatever voters hold a committed entry. */
  get promises(): number {
    return this.promisesFor(this.members.voters.length, this.copies);
  }

  /** Whether those for whom it is true are a majority of the voters. */
  hasMajority(isFor: (voter: NodeId) => boolean): boolean {
    return this.members.voters.filter(isFor).length >= this.majority;
  }

  /** The greatest value that a majority of the voters has reached; `-Infinity` if there are no voters. */
  reachedByMajority(reached: (voter: NodeId) => number): number {
    return greatest(this.majority, this.members.voters, reached);
  }

  /**
   * The greatest value that as many have reached as have to hold an entry. Where their number is given, the leader is always
   * one of them: what it acknowledges it finds again itself.
   */
  reachedByCopies(leader: NodeId, reached: (voter: NodeId) => number): number {
    const { copies } = this.members;
    if (copies === 'majority') return this.reachedByMajority(reached);
    if (copies === 1) return reached(leader);
    const byOthers = greatest(copies - 1, without(this.members.voters, leader), reached);
    return Math.min(reached(leader), byOthers);
  }

  isVoter(id: NodeId): boolean {
    return this.members.voters.includes(id);
  }

  isLearner(id: NodeId): boolean {
    return this.members.learners.includes(id);
  }

  /** Whether there is nobody else with a vote. */
  isAlone(id: NodeId): boolean {
    return this.members.voters.length === 1 && this.members.voters[0] === id;
  }

  /** Everybody but one. */
  peersOf(id: NodeId): readonly NodeId[] {
    return [...this.members.voters, ...this.members.learners].filter((member) => member !== id);
  }

  /** The group after a change, or in words why there is none. */
  after(change: MembershipChange): Members | string {
    const { voters, learners, copies } = this.members;
    if ('copies' in change) return this.withCopies(change.copies);
    if ('remove' in change) {
      const { remove } = change;
      if (!this.isVoter(remove) && !this.isLearner(remove)) return `${remove} is no member`;
      if (this.isAlone(remove)) return `${remove} is the last voter`;
      const remaining = without(voters, remove);
      if (copies !== 'majority' && copies > remaining.length) {
        return `quorum larger than the cluster: ${copies} copies, but ${remaining.length} voters without ${remove}`;
      }
      return { voters: remaining, learners: without(learners, remove), copies };
    }
    const { add, as } = change;
    if (this.isVoter(add)) return `${add} is a voter already`;
    if (as === 'voter') {
      if (!this.isLearner(add)) return `${add} is no learner yet: add it as one, so that it gets the log first`;
      return { voters: [...voters, add], learners: without(learners, add), copies };
    }
    if (this.isLearner(add)) return `${add} is a learner already`;
    return { voters, learners: [...learners, add], copies };
  }

  private withCopies(copies: Copies): Members | string {
    const { voters } = this.members;
    if (copies !== 'majority' && (!Number.isInteger(copies) || copies < 1)) return `${copies} copies make no sense`;
    if (copies !== 'majority' && copies > voters.length) {
      return `quorum larger than the cluster: ${copies} copies, but ${voters.length} voters`;
    }
    if (copies === this.members.copies) return `copies are ${copies} already`;
    return { ...this.members, copies };
  }

  /** More than half, not half. */
  private majorityOf(voters: number): number {
    return Math.floor(voters / 2) + 1;
  }

  private promisesFor(voters: number, copies: number): number {
    return voters - copies + 1;
  }
}

/** The greatest value that so many of them have reached; nobody is asked for what none has to reach. */
function greatest(count: number, ids: readonly NodeId[], reached: (id: NodeId) => number): number {
  if (count === 0) return Number.POSITIVE_INFINITY;
  const [first] = ids;
  if (first !== undefined && ids.length === 1 && count === 1) return reached(first);
  const values = ids.map(reached).sort((a, b) => b - a);
  return values[count - 1] ?? Number.NEGATIVE_INFINITY;
}

function without(ids: readonly NodeId[], id: NodeId): NodeId[] {
  return ids.filter((other) => other !== id);
}
