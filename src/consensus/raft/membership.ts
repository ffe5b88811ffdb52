/**
 * Who belongs to a group, and what counts as a majority of it. One server is added or removed at a time: then any
 * majority of the old group and any of the new one share a server, and no joint configuration is needed (thesis 4.1).
 */
import type { NodeId } from '../../kernel/envelope';
import type { Members } from '../../protocols/raft';

/** A change by one server. */
export type MembershipChange =
  /** Gets the log without a vote; the first step of every new server. */
  | { readonly add: NodeId; readonly as: 'learner' }
  /** A learner that has caught up gets a vote. */
  | { readonly add: NodeId; readonly as: 'voter' }
  | { readonly remove: NodeId };

export class Membership {
  constructor(readonly members: Members) {}

  /** How many voters are more than half of them. */
  get majority(): number {
    return this.majorityOf(this.members.voters.length);
  }

  /** Whether those for whom it is true are a majority of the voters. */
  hasMajority(isFor: (voter: NodeId) => boolean): boolean {
    return this.members.voters.filter(isFor).length >= this.majority;
  }

  /** The greatest value that a majority of the voters has reached; `-Infinity` if there are no voters. */
  reachedByMajority(reached: (voter: NodeId) => number): number {
    const values = this.members.voters.map(reached).sort((a, b) => b - a);
    return values[this.majority - 1] ?? Number.NEGATIVE_INFINITY;
  }

  isVoter(id: NodeId): boolean {
    return this.members.voters.includes(id);
  }

  isLearner(id: NodeId): boolean {
    return this.members.learners.includes(id);
  }

  /** Everybody but one. */
  peersOf(id: NodeId): readonly NodeId[] {
    return [...this.members.voters, ...this.members.learners].filter((member) => member !== id);
  }

  /** The group after a change, or in words why there is none. */
  after(change: MembershipChange): Members | string {
    const { voters, learners } = this.members;
    if ('remove' in change) {
      const { remove } = change;
      if (!this.isVoter(remove) && !this.isLearner(remove)) return `${remove} is no member`;
      if (voters.length === 1 && this.isVoter(remove)) return `${remove} is the last voter`;
      return { voters: without(voters, remove), learners: without(learners, remove) };
    }
    const { add, as } = change;
    if (this.isVoter(add)) return `${add} is a voter already`;
    if (as === 'voter') {
      if (!this.isLearner(add)) return `${add} is no learner yet: add it as one, so that it gets the log first`;
      return { voters: [...voters, add], learners: without(learners, add) };
    }
    if (this.isLearner(add)) return `${add} is a learner already`;
    return { voters, learners: [...learners, add] };
  }

  /** More than half, not half. */
  private majorityOf(voters: number): number {
    return Math.floor(voters / 2) + 1;
  }
}

function without(ids: readonly NodeId[], id: NodeId): NodeId[] {
  return ids.filter((other) => other !== id);
}
