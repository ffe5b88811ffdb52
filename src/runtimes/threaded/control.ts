/**
 * What the main thread and its hosts say to each other about the world itself, over one port per host. Mail between
 * nodes never comes this way.
 */
import type { MessagePort } from 'node:worker_threads';
import type { NodeId } from '../../kernel/envelope';
import type { WorldEvent } from '../../kernel/events';
import type { NetworkModel } from '../../kernel/network';
import type { BoxSize, Operation, Outcome } from '../../kernel/operations';
import type { FaultSpec } from '../../kernel/rule';
import type { BoxStatus, Detail, NodeStatus } from '../../kernel/runtime';
import type { Job, Members } from '../../kernel/tier';
import type { BoxSpec, NodeSpec, Topology } from '../../kernel/topology';
import type { Former } from '../engine/former';
import type { RestartPolicy } from '../engine/restart-policy';
import type { Member } from './mesh';

/** What a host has to know before anything else; the task that makes a thread a host carries it. */
export interface HostTask {
  readonly host: number;
  /** Which thread in the place of this host; node tasks for an earlier one are void. */
  readonly generation: number;
  readonly hosts: number;
  readonly control: MessagePort;
  readonly flags: SharedArrayBuffer;
  /** Modules that make up the catalogue, since functions do not cross threads. */
  readonly modules: readonly string[];
  readonly originNs: bigint;
  readonly epochMs: number;
  readonly seed: string;
  readonly detail: Detail;
  readonly network: NetworkModel;
  readonly restarts: RestartPolicy;
  /** Where the disks of the nodes lie. */
  readonly disks: string;
  readonly keepMax: number;
}

/** One node, as a long-lived task: its promise is the node's exit. */
export interface NodeTask {
  readonly host: number;
  readonly generation: number;
  readonly spec: NodeSpec;
  readonly box: BoxSpec;
  readonly members: Members;
  readonly former: Former | undefined;
  /** Lives so far and whether it is alive, shared with the main thread: known even when the host is gone. */
  readonly pulse: SharedArrayBuffer;
}

/** How a node's task ended. */
export type NodeExit = { readonly node: NodeId; readonly why: 'retired' | 'void' };

/** A slow computation, for the pool of jobs. */
export interface JobTask {
  readonly modules: readonly string[];
  readonly job: Job;
}

/** What a host can be asked, and what it answers. */
export interface HostVerbs {
  link: {
    ask: {
      readonly peer: Member;
      readonly out: SharedArrayBuffer;
      readonly in: SharedArrayBuffer;
      readonly bell: MessagePort;
    };
    answer: null;
  };
  unlink: { ask: { readonly peer: Member }; answer: null };
  topology: {
    ask: { readonly topology: Topology; readonly placement: Readonly<Record<string, number>> };
    answer: null;
  };
  /** Starts these nodes in one turn once their tasks are here, so that no neighbour finds another one missing. */
  begin: { ask: { readonly nodes: readonly NodeId[] }; answer: null };
  retire: { ask: { readonly node: NodeId }; answer: null };
  perform: { ask: { readonly operation: Operation }; answer: Outcome };
  resize: { ask: { readonly box: string; readonly size: BoxSize }; answer: null };
  faults: { ask: { readonly faults: readonly { readonly id: number; readonly spec: FaultSpec }[] }; answer: null };
  inspect: { ask: Record<never, never>; answer: HostCensus };
  view: { ask: { readonly node: NodeId }; answer: unknown };
  recall: { ask: Record<never, never>; answer: readonly WorldEvent[] };
  follow: { ask: { readonly full: boolean }; answer: null };
  close: { ask: Record<never, never>; answer: null };
}

export type HostVerb = keyof HostVerbs;

export interface HostCensus {
  readonly host: number;
  readonly backlogBytes: number;
  readonly nodes: readonly NodeStatus[];
  readonly boxes: readonly BoxStatus[];
  /** Hits by number of the fault. */
  readonly hits: Readonly<Record<number, number>>;
}

/** To a host. `heard` gives back the credit of a batch of events; `jobDone` answers a `job`. */
export type ToHost =
  | { readonly [V in HostVerb]: { readonly verb: V; readonly id: number; readonly ask: HostVerbs[V]['ask'] } }[HostVerb]
  | { readonly verb: 'heard' }
  | { readonly verb: 'jobDone'; readonly job: number; readonly result: unknown; readonly failure: string | undefined };

/** From a host. */
export type FromHost =
  | { readonly say: 'ready' }
  | { readonly say: 'answer'; readonly id: number; readonly value: unknown; readonly failure: string | undefined }
  | { readonly say: 'events'; readonly events: readonly WorldEvent[] }
  | { readonly say: 'job'; readonly id: number; readonly job: Job }
  | { readonly say: 'config'; readonly node: NodeId; readonly config: unknown; readonly version: number };
