/**
 * How a transaction is written in the log: statements with their parameters, and all that its outcome depends on besides,
 * so that every copy that runs them in their order holds the same data.
 */

import { Schema, Type } from '../../kernel/schema';
import { type SqlParameter, sqlParameter } from '../../protocols/sql';
import type { Command } from './sqlite';

/** One transaction. */
export interface Entry {
  /** Which message asked for it: sender, life and number. */
  readonly id: string;
  readonly commands: readonly Command[];
  /** How many rows its answer may carry: a longer one undoes it, on every copy. */
  readonly rowsMax: number;
  /** The lost write that this one does once more, by its id. */
  readonly recovers: string | undefined;
  /** The version of the shard map by which this database was chosen for it. */
  readonly map?: number | undefined;
}

const statements = Type.Array(Type.Tuple([Type.String(), Type.Array(sqlParameter)]));
const recovered = Type.Union([Type.String(), Type.Null()]);
const written = new Schema(
  Type.Union([
    Type.Tuple([Type.String(), statements, Type.Number(), recovered]),
    Type.Tuple([Type.String(), statements, Type.Number(), recovered, Type.Number()]),
  ]),
);

export function encodeEntry({ id, commands, rowsMax, recovers, map }: Entry): Uint8Array {
  const texts = commands.map(({ statement, parameters }) => [statement, parameters]);
  const entry = [id, texts, rowsMax, recovers ?? null];
  return Buffer.from(JSON.stringify(map === undefined ? entry : [...entry, map]));
}

/** Throws an error when the bytes are no entry. */
export function decodeEntry(bytes: Uint8Array): Entry {
  const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  if (!written.accepts(value)) throw new Error(written.problem(value));
  const [id, texts, rowsMax, recovers, map] = value;
  const commands = texts.map(([statement, parameters]: [string, SqlParameter[]]) => ({ statement, parameters }));
  return { id, commands, rowsMax, recovers: recovers ?? undefined, map };
}
