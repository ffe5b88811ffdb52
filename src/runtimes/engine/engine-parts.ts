/**
 * What an engine is handed; runtimes differ in nothing else.
 */
import type { TrueClock } from '../../kernel/clock';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { EventSink } from '../../kernel/events';
import type { NetworkModel } from '../../kernel/network';
import type { Random } from '../../kernel/random';
import type { Job } from '../../kernel/tier';
import type { BoxSpec } from '../../kernel/topology';
import type { Desk } from './desk';
import type { Place } from './directory';
import type { DiskDrive } from './drive';
import type { RestartPolicy } from './restart-policy';

export interface EngineParts {
  readonly clock: TrueClock;
  readonly random: Random;
  readonly secret: (node: NodeId, incarnation: number) => Random;
  readonly events: EventSink;
  readonly network: NetworkModel;
  readonly restarts: RestartPolicy;
  /** The time of day at true time 0, in milliseconds since 1970. */
  readonly epochMs: number;
  /** The number of the host that this engine is. */
  readonly hostOf: (box: BoxSpec) => number;
  readonly drive: (node: NodeId) => DiskDrive;
  /** Computes a job and charges for it; calls back outside of any turn. */
  readonly job: (job: Job, desk: Desk, then: (result: unknown, failure: string | undefined) => void) => void;
  /** Hands an envelope to the engine that carries the place; false if this one does. */
  readonly remote: (mail: Mail, to: Place) => boolean;
  readonly bytesOf: (mail: Mail) => number;
  /** Sees every envelope as it arrives, for tests: freezes it, or sends it through the codec. */
  readonly transit: ((mail: Mail) => Mail) | undefined;
}
