/**
 * A disk from the machine's side: it outlives the lives that write to it, and knows what a crash does to them.
 */
import type { Disk } from '../../kernel/disk';
import type { BoxConditions } from '../../kernel/rule';

/** How a drive tells a life that something is done: as a turn of that life. */
export type Complete = (work: () => void) => void;

/** The disk of one node. In memory in simulation, files on threads. */
export interface DiskDrive {
  /** The view of a new life. What a former one left unsynced is gone by now. */
  open(complete: Complete): Disk;
  /** The life is over: what it had not synced is lost, or torn where conditions say so. */
  crash(conditions: BoxConditions): void;
  /** Slow disks, failing disks, full disks. */
  setConditions(conditions: BoxConditions, diskMb: number): void;
  /** The node is retired: its disk goes with it. */
  discard(): void;
}
