/**
 * What a tier says about the store that it has replicated. The shell around it knows how copies agree, and nothing of what
 * they agree on.
 */
import type { LostWrite } from '../../protocols/replication';

/** Why a copy does not do what it was asked for, whatever it stores. */
export type CopyReason = 'not-primary' | 'starting' | 'stale' | 'disk' | 'limit';

/** What whoever was refused can go on with. */
export interface CopyHints {
  readonly primary?: string;
  readonly position?: number;
}

/** Why nothing can be served, for now or at all. */
export interface Trouble {
  readonly because: Extract<CopyReason, 'starting' | 'disk'>;
  readonly reason: string;
}

/** The state machine of the log: the same entries in the same order make the same contents, and the same outcomes. */
export interface Contents<Outcome> {
  /** What people call the store: `database`. */
  readonly noun: string;
  /** What a new group begins with. Each of its first copies makes it by itself, so it depends on the config alone. */
  founding(): Uint8Array;
  /** Becomes this; nothing of what it was stays. Without bytes it has been told nothing yet. */
  install(data: Uint8Array): void;
  /** A command, decided at a position: in order, each position once. */
  apply(command: Uint8Array, position: number): Outcome;
  /** All of it, as of the last command that it applied. */
  serialize(): Uint8Array;
  /** A hash of all of it: equal contents, equal hashes, however they came to be. */
  digest(): string;
  /**
   * What was asked for by a command that the group decided without, for people and for its recovery; nothing where nobody
   * asked.
   */
  lost(command: Uint8Array): Pick<LostWrite, 'id' | 'statements'> | undefined;
}

/**
 * What is replicated beside the contents, in the same log and the same snapshots: what a shard knows of the map and owns.
 * Its commands are opaque bytes to the shell, and told apart from those of the store by a mark.
 */
export interface Beside<Answer> {
  /** As `Contents.install`, right after it; without bytes nothing was kept beside. */
  install(data: Uint8Array): void;
  /**
   * A command, decided at a position that no command of the store has; it may change the contents as well.
   *
   * @param work hears how many units of the contents it went through.
   */
  apply(command: Uint8Array, position: number, work: (units: number) => void): Answer;
  /** Without bytes there is nothing to keep. */
  serialize(): Uint8Array;
}
