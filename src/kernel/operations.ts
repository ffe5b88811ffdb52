/**
 * All that can be done to a world, as plain data: what a prompt's verb becomes, what a command log holds, what a shrunk
 * counterexample prints. `tell` goes through a door as mail; the rest is done to the machinery itself.
 */
import type { Address, Body, NodeId } from './envelope';
import type { FaultSpec } from './rule';
import type { BoxSpec, NodeSpec, Topology } from './topology';

/**
 * What only the machinery can do. The cloud asks for the first group by mail; chaos and tests ask for the second.
 * `withdraw` takes a node out of its pool, so that nobody sends it new requests; `retire` then ends it.
 */
export type Operation =
  | { readonly verb: 'spawn'; readonly node: NodeSpec; readonly box?: BoxSpec }
  | { readonly verb: 'withdraw'; readonly node: NodeId }
  | { readonly verb: 'retire'; readonly node: NodeId }
  | { readonly verb: 'restart'; readonly node: NodeId }
  | { readonly verb: 'resize'; readonly box: string; readonly size: BoxSize }
  | { readonly verb: 'configure'; readonly node: NodeId; readonly config: unknown }
  | { readonly verb: 'kill'; readonly node: NodeId; readonly stay?: boolean }
  | { readonly verb: 'pause'; readonly node: NodeId }
  | { readonly verb: 'resume'; readonly node: NodeId }
  | { readonly verb: 'kill-box'; readonly box: string; readonly stay?: boolean }
  | { readonly verb: 'restart-box'; readonly box: string }
  | { readonly verb: 'kill-host'; readonly host: number; readonly stay?: boolean }
  | { readonly verb: 'restart-host'; readonly host: number }
  | { readonly verb: 'add-fault'; readonly fault: FaultSpec }
  | { readonly verb: 'remove-fault'; readonly fault: number }
  | { readonly verb: 'heal-all' };

/** What of a box can be changed while it runs. */
export interface BoxSize {
  readonly cpus?: number;
  readonly memoryMb?: number;
  readonly diskMb?: number;
}

/** One entry of a command log. */
export type Command =
  | Operation
  | { readonly verb: 'tell'; readonly to: Address; readonly body: Body; readonly budgetMs: number }
  | { readonly verb: 'apply'; readonly topology: Topology };

/** How an operation ended. A refusal changed nothing. */
export type Outcome =
  | {
      readonly ok: true;
      readonly text: string;
      /** The number of a fault that was added. */
      readonly fault?: number;
      /** Faults that were taken back and had struck nothing, where that is known at once. */
      readonly idle?: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

export function done(text: string): Outcome {
  return { ok: true, text };
}

export function refuse(reason: string): Outcome {
  return { ok: false, reason };
}

const verbs: Readonly<Record<Operation['verb'], true>> = {
  spawn: true,
  withdraw: true,
  retire: true,
  restart: true,
  resize: true,
  configure: true,
  kill: true,
  pause: true,
  resume: true,
  'kill-box': true,
  'restart-box': true,
  'kill-host': true,
  'restart-host': true,
  'add-fault': true,
  'remove-fault': true,
  'heal-all': true,
};

/** Whether data that came by mail is an operation; what it names is checked where it is carried out. */
export function isOperation(value: { readonly verb: string }): value is Operation {
  return Object.hasOwn(verbs, value.verb);
}
