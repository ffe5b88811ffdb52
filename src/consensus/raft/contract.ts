/**
 * What goes into a server of a Raft group and what comes out of it, for whoever runs it.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Random } from '../../kernel/random';
import type { Entry } from '../../protocols/raft';
import type { Letter, Write } from './outbox';
import type { Snapshot } from './raft-log';
import type { Persisted } from './recover';
import type { RaftSettings } from './settings';

/** Who says who leads: the voters among themselves, or observers outside of the group. */
export type Succession = 'elected' | 'appointed';

/** Who a server is, and how its group is led. */
export interface Identity {
  readonly id: NodeId;
  readonly succession: Succession;
  /** Whether there are observers who give out terms and leases. */
  readonly isObserved: boolean;
}

export interface RaftOptions {
  readonly id: NodeId;
  readonly settings?: Partial<RaftSettings>;
  /** A source of chance of its own: two servers with the same one may stand for election at the same time for ever. */
  readonly random: Random;
  readonly persisted: Persisted;
  readonly nowMs: number;
  /**
   * `elected`, the default, is Raft. `appointed`: nobody stands for election; observers collect promises (`raft.promise`),
   * choose by them (`judgePromotion`) and appoint (`raft.appoint`). All servers of a group have to be told the same.
   */
  readonly succession?: Succession;
  /**
   * Whether observers watch over the group: then its terms are theirs to give, even to a server that is alone, and what
   * needs but one copy is committed only while they lend a lease (`holdLease`). `false` if not given.
   */
  readonly observed?: boolean;
}

/** What is to be done now. */
export interface Todo {
  /** To be buffered in this order. */
  readonly writes: readonly Write[];
  /** To be handed to `synced` once these writes survive a crash. */
  readonly written: number;
  /** To be sent, at once: what has to wait for the disk is not among them yet. */
  readonly letters: readonly Letter[];
  /** The state machine becomes this, before anything else is applied. */
  readonly install: Snapshot | undefined;
  /** Committed, in order. A `command` is for the state machine, everything else only moves its position. */
  readonly apply: readonly Entry[];
  /** To be answered after `apply`. */
  readonly reads: readonly ReadOutcome[];
}

/** A read that was asked for, and how it came out. */
export interface ReadOutcome {
  readonly id: number;
  /** What has been applied up to here may be read; `undefined`: leadership was lost, ask whoever leads now. */
  readonly index: number | undefined;
}

/**
 * A proposal was taken, which promises nothing yet: it is done when an entry of this index and term is applied. If one of
 * another term is applied at this index, it was not done; if neither is known, neither is the outcome.
 */
export type Taken = { readonly ok: true; readonly index: number; readonly term: number } | Refused;

export interface Refused {
  readonly ok: false;
  readonly because: Refusal;
  readonly reason: string;
}

/** `not-leader` and `transferring`: ask the leader, if one is known; `full`: try later; `change`: it cannot be changed so. */
export type Refusal = 'not-leader' | 'transferring' | 'full' | 'change';
