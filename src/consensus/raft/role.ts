/**
 * What follower, candidate and leader have in common, and how a server goes from one to another.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftMessage } from '../../protocols/raft';

export type RoleName = 'follower' | 'candidate' | 'leader';

/** One way of being a server. Every message that it is given is of its own term. */
export interface Role {
  readonly name: RoleName;
  /** Who leads, as far as it knows. */
  readonly leader: NodeId | undefined;
  /** When it wants to be told the time again. */
  readonly wakeAtMs: number;
  /** It is so late now. */
  tick(): void;
  receive(from: NodeId, message: RaftMessage): void;
  /** More of what was written is on disk. */
  synced(): void;
  /** The last thing in a turn: what is better said once than for every input. */
  flush(): void;
}

/** How a role ends. */
export interface Transitions {
  /** Follows, in this term or a later one. */
  follow(term: number, leader?: NodeId): void;
  /** Asks whether it would be elected, or stands for election. */
  stand(how: Stand): void;
  /** @param isForced whether it was appointed although others may hold what was committed. */
  lead(isForced: boolean): void;
}

/**
 * `trial`: asks first and bumps no term (pre-vote). `transfer`: the leader asked it to. `appointment`: observers did, in this
 * term; `forced`: whatever is lost by it.
 */
export type Stand = 'trial' | 'election' | 'transfer' | 'appointment' | 'forced';
