/**
 * How the database's log and its snapshots are written: statements with their parameters, so that running them again in
 * their order gives the same data.
 */

import { Schema, Type } from '../../kernel/schema';
import type { SqlValue } from '../../protocols/sql';
import type { Command } from './sqlite';

/** One transaction. */
export interface Entry {
  /** Which message asked for it: sender, life and number. */
  readonly id: string;
  readonly commands: readonly Command[];
}

const scalar = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const written = new Schema(Type.Tuple([Type.String(), Type.Array(Type.Tuple([Type.String(), Type.Array(scalar)]))]));

export function encodeEntry({ id, commands }: Entry): Uint8Array {
  return Buffer.from(JSON.stringify([id, commands.map(({ statement, parameters }) => [statement, parameters])]));
}

/** Throws an error when the bytes are no entry. */
export function decodeEntry(bytes: Uint8Array): Entry {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!written.accepts(value)) throw new Error(written.problem(value));
  const [id, commands] = value;
  return { id, commands: commands.map(([statement, parameters]: [string, SqlValue[]]) => ({ statement, parameters })) };
}

/** The state after the entry at a position. */
export interface Snapshot {
  readonly position: number;
  readonly database: Uint8Array;
}

const positionBytes = 8;

export function encodeSnapshot({ position, database }: Snapshot): Uint8Array {
  const bytes = Buffer.allocUnsafe(positionBytes + database.length);
  bytes.writeDoubleLE(position);
  bytes.set(database, positionBytes);
  return bytes;
}

export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const position = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getFloat64(0, true);
  return { position, database: bytes.subarray(positionBytes) };
}
