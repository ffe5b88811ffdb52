/**
 * All that a kill spares: an append-only log of entries and a few named cells that are replaced as a whole. Everything
 * is buffered until `sync` says that it is safe; what a crash catches before that is lost, and its tail may be torn.
 */

/** The disk of one node, as one life of it sees it. Completions come by a turn of the node's clock. */
export interface Disk {
  /** Buffers an entry and returns its index in the log; the first one ever is 1. */
  append(entry: Uint8Array): number;
  /** Drops the entries from this index on: a log that went another way than its leader's. */
  truncateFrom(index: number): void;
  /** Drops the entries before this index: a snapshot holds what they did. */
  truncateBefore(index: number): void;
  /** Buffers a replacement of a cell (`snapshot`, `vote`): after a crash it is the old bytes or the new ones, whole. */
  put(cell: string, bytes: Uint8Array): void;
  /** Calls back once all that was buffered before survives a crash, or with what went wrong. Many may wait for one. */
  sync(done: (failure: DiskFailure | undefined) => void): void;
  /** Reads everything that a former life left. */
  read(done: (contents: DiskContents, failure: DiskFailure | undefined) => void): void;
}

/** What `read` finds. */
export interface DiskContents {
  /** Index of `entries[0]`; the next append gets `firstIndex + entries.length`. */
  readonly firstIndex: number;
  readonly entries: readonly Uint8Array[];
  readonly cells: ReadonlyMap<string, Uint8Array>;
  /** The log ended in bytes that do not check out: they and what follows them are not among the entries. */
  readonly damage: DiskDamage | undefined;
}

/** A tail that a crash tore and that was cut off, or bits that flipped. */
export interface DiskDamage {
  readonly index: number;
  readonly reason: string;
  /**
   * Intact entries lie behind the damage: not a torn tail but corruption, and the log cannot be trusted past it. Every
   * life is told so until one writes to the log, which gives up what lies there.
   */
  readonly corrupt: boolean;
}

/** Why a disk could not do what it was asked. */
export interface DiskFailure {
  readonly reason: string;
}

/** A disk with nothing on it. */
export const emptyDisk: DiskContents = { firstIndex: 1, entries: [], cells: new Map(), damage: undefined };
