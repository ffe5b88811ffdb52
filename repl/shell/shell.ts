/**
 * What a verb can reach while it runs: the world, the session around it, and a signal that says when to stop.
 */
import type { AnyTier } from '../../src/kernel/tier';
import type { Stage } from '../../src/stages/stage';
import type { Mode } from '../../src/world/operator';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import type { Standpoint } from '../../src/world/token';
import type { World } from '../../src/world/world';
import type { CommandHelp } from '../render/help';
import type { Stood } from './stood';

/** A world of either mode: whatever its verbs give back is awaited. */
export type AnyWorld = World<Mode>;

/** A running world and how it is ended. */
export interface Opened {
  readonly world: AnyWorld;
  /** The same world, where time is virtual and can be moved. */
  readonly virtual: SimulatedWorld | undefined;
  readonly stage: Stage;
  readonly seed: string | number;
  /** The numbers of the hosts that carry the site. */
  readonly hosts: readonly string[];
  /** What went wrong where it was opened. */
  readonly stood?: Stood;
  /** What somebody should know before anything is done with it. */
  readonly warning?: string;
  /** Whether no second world can be open beside it, since it holds the folder with the disks. */
  readonly alone: boolean;
  close(): Promise<void>;
}

/** What a fresh world is made from; what is absent stays as it was. */
export interface Wanted {
  readonly stage?: string;
  readonly seed?: string | number;
  /** A place in a history to stand in; says all the rest as well. */
  readonly standpoint?: Standpoint;
}

export interface Shell {
  readonly world: AnyWorld;
  readonly virtual: SimulatedWorld | undefined;
  readonly stage: Stage;
  readonly seed: string | number;
  /** What went wrong where the session was opened. */
  readonly stood: Stood | undefined;
  readonly stages: readonly Stage[];
  /** Every tier that there is, by kind. */
  readonly tiers: ReadonlyMap<string, AnyTier>;
  /** What `help` tells of each verb. */
  readonly pages: readonly CommandHelp[];
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What has been done so far that somebody would have to type again, oldest first. */
  readonly journal: readonly JournalEntry[];
  /** Ends this world and starts another; gives back what a verb can reach then. */
  fresh(wanted: Wanted): Promise<Shell>;
  /** Stands in another simulated world of the same stage from now on. */
  enter(world: SimulatedWorld): Shell;
  /** Does a verb line in a world that nobody stands in, and gives back its value. Throws a `Mistake`. */
  elsewhere(world: SimulatedWorld, line: string): Promise<unknown>;
  /** The worlds that were left for a fork of theirs, the newest last. */
  readonly left: SimulatedWorld[];
  /** An expression of TypeScript, and where it stands in its line, as a function of nothing. */
  condition(source: string, at: number): Promise<() => unknown>;
  /** Says how far something has come, where somebody can see it; an empty text when it is over. */
  progress(text: string): void;
  /** Waits in real time; ends early with an `AbortError` when the signal says so. */
  sleep(ms: number): Promise<void>;
}

export interface JournalEntry {
  readonly atUs: number;
  readonly line: string;
}
