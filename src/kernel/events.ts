/**
 * Everything that happens in a world, as plain data. Order is per node and causal; it is global only in simulation.
 */
import type { Address, Cause, Envelope, NodeId } from './envelope';

interface Stamp {
  /** True time in microseconds since the world began. */
  readonly atUs: number;
  /** Which node, box or host it happened to. */
  readonly node: NodeId;
}

/** A life began or ended, or a box or a host did. */
export interface LifeEvent extends Stamp {
  readonly type: 'life';
  readonly incarnation: number;
  readonly phase: LifePhase;
  readonly reason: string;
}
export type LifePhase =
  | 'spawned'
  | 'started'
  | 'ready'
  | 'killed'
  | 'crashed'
  | 'restarting'
  | 'gave-up'
  | 'paused'
  | 'resumed'
  | 'retired'
  | 'resized'
  | 'box-up'
  | 'box-down'
  | 'host-up'
  | 'host-down';

/** A message left a node. Full detail only. */
export interface SentEvent extends Stamp {
  readonly type: 'sent';
  readonly envelope: Envelope;
}

/** A message arrived at a node, before it was served. Full detail only. */
export interface DeliveredEvent extends Stamp {
  readonly type: 'delivered';
  readonly envelope: Envelope;
}

/** A message had its service time and the step ran. Full detail only. */
export interface HandledEvent extends Stamp {
  readonly type: 'handled';
  readonly envelope: Envelope;
}

/** A message ended before it was handled, and why. */
export interface DroppedEvent extends Stamp {
  readonly type: 'dropped';
  readonly envelope: Envelope;
  readonly reason: string;
}

export interface LogEvent extends Stamp {
  readonly type: 'log';
  readonly level: LogLevel;
  readonly text: string;
}
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface GaugeEvent extends Stamp {
  readonly type: 'gauge';
  readonly name: string;
  readonly value: number;
}

/** A step of a client's operation, for histories and their checkers. */
export interface OperationEvent extends Stamp {
  readonly type: 'operation';
  readonly operation: Operation;
}
export interface Operation {
  /** Who did it; a process does one thing at a time. */
  readonly process: string;
  /** `unknown`: it may or may not have happened, now or later. */
  readonly phase: 'invoke' | 'ok' | 'fail' | 'unknown';
  /** What was done: `read`, `write`, `cas` ... */
  readonly f: string;
  readonly key?: string;
  readonly value?: unknown;
}

/** Something was done without being asked for: a fail-over, an ejection, a scale-out. */
export interface ActEvent extends Stamp {
  readonly type: 'act';
  readonly act: string;
  readonly reason: string;
}

/** A fault began, ended or matched nothing. */
export interface FaultEvent extends Stamp {
  readonly type: 'fault';
  readonly phase: 'added' | 'removed' | 'idle';
  readonly fault: string;
}

/** A change of config or of membership was applied or refused. */
export interface ConfigEvent extends Stamp {
  readonly type: 'config';
  readonly phase: 'applied' | 'refused';
  readonly version: number;
  readonly text: string;
}

export type WorldEvent =
  | LifeEvent
  | SentEvent
  | DeliveredEvent
  | HandledEvent
  | DroppedEvent
  | LogEvent
  | GaugeEvent
  | OperationEvent
  | ActEvent
  | FaultEvent
  | ConfigEvent;

/** Where the kernel puts events. `full` is asked before an event per message is made, so that tracing costs only when on. */
export interface EventSink {
  readonly full: boolean;
  emit(event: WorldEvent): void;
}

/** Names a message in traces: sender, life and number. */
export function messageKey(of: Cause | { from: Address; incarnation: number; id: number }): string {
  return `${of.from}#${of.incarnation}.${of.id}`;
}
