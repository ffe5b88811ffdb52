/**
 * What a planner is told of the shards at the moment, and what it answers: whom to ask what, and how the answers become one.
 */
import type { ShardKey } from '../../protocols/shard-map';
import type { SqlParameter, SqlValue } from '../../protocols/sql';

/** Where a row, or what is under a key, belongs. */
export interface Place {
  readonly table: string;
  readonly key: ShardKey;
  /** Where the table has a column by which a split key spreads further, and the statement names it; `null` for a row that has none. */
  readonly part?: ShardKey | null;
}

/** The shards as of one version of their map. */
export interface Context {
  /** All of them, by name. */
  readonly shards: readonly string[];
  /** Whether there is a key whose rows are spread over several shards. */
  readonly hasSplitKeys: boolean;
  /** Which shards may have rows of a place: one, unless the key is split and the place does not say which part. */
  shardsOf(place: Place): readonly string[];
  /** The id of the next new row of a table; nothing where there are none in stock at the moment. */
  newId?(table: string): number | undefined;
  /** Rows that may be moved from shards for one statement. */
  readonly rowsMax?: number;
}

export const rowsMaxUnlessSaid = 50_000;

export interface Asked {
  readonly statement: string;
  readonly parameters: readonly SqlParameter[];
}

/** A statement as it is sent: its ids are decided. */
export interface Sent {
  readonly statement: string;
  readonly parameters: readonly SqlValue[];
}

/** One shard does it, as it was asked, but for new ids. */
export interface Whole {
  readonly kind: 'whole';
  readonly shard: string;
  readonly statements: readonly Sent[];
  /** What it touches, where it says so. */
  readonly places: readonly Place[];
  readonly writes: boolean;
}

/** New ids are needed first, at least so many of each table: get them, then plan again. */
export interface NeedsIds {
  readonly kind: 'needs-ids';
  readonly tables: Readonly<Record<string, number>>;
}

/** The same question to several shards. */
export interface Request extends Sent {
  /** What it is about, for people: the name of a table, or `rows`, `groups`. */
  readonly label: string;
  readonly shards: readonly string[];
}

/** What one shard answered. */
export interface Part {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

export interface Merged {
  readonly kind: 'merged';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  readonly rowsMoved: number;
}
