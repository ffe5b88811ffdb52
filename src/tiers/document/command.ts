/**
 * How a write is written in the log: all that its outcome depends on.
 */
import { Schema, type Static, Type } from '../../kernel/schema';

const integerOrNull = Type.Union([Type.Integer(), Type.Null()]);
const place = { collection: Type.String(), id: Type.String(), expected: integerOrNull };

const put = Type.Object({ what: Type.Literal('put'), ...place, text: Type.String() });
/** What comes out of it may take so many bytes: a larger one is refused, on every copy. */
const patch = Type.Object({
  what: Type.Literal('patch'),
  ...place,
  text: Type.String(),
  bytesMax: Type.Integer(),
});
const remove = Type.Object({ what: Type.Literal('delete'), ...place });
const index = Type.Object({
  what: Type.Literal('index'),
  collection: Type.String(),
  path: Type.String(),
  keep: Type.Boolean(),
});

const entry = Type.Object({
  /** Which message asked for it: sender, life and number. */
  id: Type.String(),
  /** The version of the shard map by which it was sent here. */
  map: integerOrNull,
  /** The lost write that this one does once more, by its id. */
  recovers: Type.Union([Type.String(), Type.Null()]),
  change: Type.Union([put, patch, remove, index]),
});
export type DocEntry = Readonly<Static<typeof entry>>;
export type DocChange = DocEntry['change'];

const shape = new Schema(entry);

export function encodeEntry(of: DocEntry): Uint8Array {
  return Buffer.from(JSON.stringify(of));
}

/** Throws an error when the bytes are no entry. */
export function decodeEntry(bytes: Uint8Array): DocEntry {
  const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  if (!shape.accepts(value)) throw new Error(shape.problem(value));
  return value;
}
