/**
 * What runs actors: one interface, a simulated and a threaded implementation, one conformance suite. Operations answer
 * through a callback so that neither world bends to the other: virtual time runs until it is called, threads await it.
 */
import type { Observable } from 'rxjs';
import type { Address, Body, Envelope, NodeId } from './envelope';
import type { WorldEvent } from './events';
import type { Operation, Outcome } from './operations';
import type { FaultKind, FaultSpec } from './rule';
import type { AnyTier, JobTable } from './tier';
import type { BoxSpec, NodeSpec, Topology, Zone } from './topology';

/** What a runtime knows of the product: it knows no tier or fault by name. */
export interface Catalogue {
  readonly tiers: ReadonlyMap<string, AnyTier>;
  readonly faults: ReadonlyMap<string, FaultKind>;
  readonly jobs: JobTable;
}

/** How much is told: nothing per message, or everything. */
export type Detail = 'acts' | 'full';

/** A way in and out for what is not a node: prompts, gateways, dashboards. */
export interface Door {
  readonly id: NodeId;
  readonly inbox: Observable<Envelope>;
  say<B extends Body>(to: Address, body: B): void;
  /** Calls back with the answer, or `undefined` when none came within the budget. */
  ask<B extends Body>(to: Address, body: B, budgetMs: number, then: (answer: Envelope | undefined) => void): void;
  close(): void;
}

/** A running data centre. */
export interface Runtime {
  /** True microseconds since the world began. */
  readonly nowUs: number;
  readonly topology: Topology;
  readonly events: Observable<WorldEvent>;
  /** Does one thing to the machinery; `then` hears once it is in force everywhere. */
  perform(operation: Operation, then: (outcome: Outcome) => void): void;
  /**
   * Goes from what runs to another topology, step by step. Who stays is told what is said anew of its config, or finds
   * it in its next life; refused where somebody did not hear of it. Throws a `TopologyError` before anything is changed.
   */
  apply(topology: Topology, then: (outcome: Outcome) => void): void;
  attach(id: NodeId, zone: Zone): Door;
  /** Hears what a node, box or host is doing right now. */
  inspect(then: (census: Census) => void): void;
  /** The newest events in full detail, oldest first; bounded, and none where the detail is not `full`. */
  recall(then: (events: readonly WorldEvent[]) => void): void;
  /** A node's own view of its state, as its behaviour exposes it. */
  view(node: NodeId, then: (view: unknown) => void): void;
}

/** Who is there and how they are. */
export interface Census {
  readonly nodes: readonly NodeStatus[];
  readonly boxes: readonly BoxStatus[];
  readonly hosts: readonly HostStatus[];
  readonly faults: readonly FaultStatus[];
}

export interface NodeStatus {
  readonly spec: NodeSpec;
  readonly state: 'running' | 'paused' | 'dead' | 'restarting';
  readonly incarnation: number;
  /** True time since when it has been in this state. */
  readonly sinceUs: number;
  /** Why it is dead or restarting. */
  readonly reason: string;
  /** Why it runs but cannot serve yet; absent once it can. */
  readonly unready?: string;
  readonly configVersion: number;
  readonly host: number;
  /** Messages in service and waiting. */
  readonly mailbox: number;
  readonly counters: Counters;
}

/** Totals of a node since its spawn, over all its lives. */
export interface Counters {
  readonly received: number;
  readonly handled: number;
  readonly sent: number;
  /** Ended before they were handled, for whatever reason. */
  readonly dropped: number;
  /** Turned away because the mailbox was full. */
  readonly overflowed: number;
  readonly malformed: number;
  /** CPU time that its messages used, in microseconds. */
  readonly busyUs: number;
}

export interface BoxStatus {
  readonly spec: BoxSpec;
  readonly up: boolean;
  readonly host: number;
  readonly busyCpus: number;
  readonly waiting: number;
}

export interface HostStatus {
  readonly id: number;
  readonly up: boolean;
  readonly boxes: readonly string[];
  /** Which thread of the process it is at present, where hosts are threads. */
  readonly thread?: number;
  /** What it has said to hosts that do not keep up and could not hand over yet; bounded, then mail is dropped. */
  readonly backlogBytes?: number;
}

export interface FaultStatus {
  readonly id: number;
  readonly spec: FaultSpec;
  readonly text: string;
  /** How many envelopes or boxes it has touched. */
  readonly hits: number;
}
