/**
 * How a write is written in the log: all that its outcome depends on, the time included.
 */
import { Schema, type Static, Type } from '../../kernel/schema';

const integerOrNull = Type.Union([Type.Integer(), Type.Null()]);
const textOrNull = Type.Union([Type.String(), Type.Null()]);

const put = Type.Object({
  what: Type.Literal('put'),
  key: Type.String(),
  text: Type.String(),
  ttlMs: integerOrNull,
  expected: integerOrNull,
});
const remove = Type.Object({
  what: Type.Literal('delete'),
  key: Type.String(),
  expected: integerOrNull,
});
/** Takes out what is over: so many items at most. */
const sweep = Type.Object({ what: Type.Literal('sweep'), itemsMax: Type.Integer({ minimum: 1 }) });

const entry = Type.Object({
  /** Which message asked for it: sender, life and number. */
  id: Type.String(),
  /** The time of day when it was proposed, by the primary's clock. */
  atMs: Type.Integer(),
  /** The version of the shard map by which it was sent here. */
  map: integerOrNull,
  /** The lost write that this one does once more, by its id. */
  recovers: textOrNull,
  change: Type.Union([put, remove, sweep]),
});
export type KvEntry = Readonly<Static<typeof entry>>;
export type KvChange = KvEntry['change'];

const shape = new Schema(entry);

export function encodeEntry(of: KvEntry): Uint8Array {
  return Buffer.from(JSON.stringify(of));
}

/** Throws an error when the bytes are no entry. */
export function decodeEntry(bytes: Uint8Array): KvEntry {
  const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  if (!shape.accepts(value)) throw new Error(shape.problem(value));
  return value;
}
