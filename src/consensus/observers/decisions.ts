/**
 * What the observers of a store agree on, as the state machine of their own Raft log: which term it is, who runs the
 * promotion of that term, and who became its primary. A term is opened once, by one observer; only that one may
 * appoint, and only once: so no term ever has two primaries, however many observers believe that they decide.
 */
import type { TSchema } from '@sinclair/typebox';
import { Schema, type Static, Type } from '../../kernel/schema';

const term = Type.Integer({ minimum: 1 });
const index = Type.Integer({ minimum: 0 });

/** What a former primary is known to have had and its successor has not. */
const gap = Type.Object({
  primary: Type.String(),
  term,
  from: index,
  to: index,
  acknowledgedTo: index,
  isOpen: Type.Optional(Type.Boolean()),
});
export type Gap = Readonly<Static<typeof gap>>;

const decision = Type.Union([
  /** Nobody leads any more: a promotion begins. */
  Type.Object({ what: Type.Literal('open'), term, by: Type.String(), reason: Type.String() }),
  /** It ends: this one leads. */
  Type.Object({
    what: Type.Literal('appoint'),
    term,
    by: Type.String(),
    primary: Type.String(),
    lost: Type.Array(gap, { maxItems: 1 }),
    isForced: Type.Optional(Type.Boolean()),
  }),
]);
export type Decision = Readonly<Static<typeof decision>>;

const standing = Type.Object({
  term: index,
  openedBy: Type.Optional(Type.String()),
  reason: Type.String(),
  primary: Type.Optional(Type.String()),
  /** It was appointed although others hold committed writes that it lacks. */
  isForced: Type.Optional(Type.Boolean()),
  /** The primary before: who may still hold a lease while there is none. */
  former: Type.Optional(Type.String()),
  gaps: Type.Array(gap),
});
/** Where the decisions have led to. `openedBy` runs the promotion until there is a `primary`. */
export type Standing = Readonly<Static<typeof standing>>;

/** Gaps that are remembered; the oldest go first. */
const gapsMax = 100;

export const undecided: Standing = { term: 0, reason: 'a new store', gaps: [] };

/** Where a decision leads to; one that came too late changes nothing. */
export function decide(now: Standing, next: Decision): Standing {
  const { term, by } = next;
  if (next.what === 'open') {
    if (term <= now.term) return now;
    const former = now.primary ?? now.former;
    const opened = { term, openedBy: by, reason: next.reason, gaps: now.gaps };
    return former === undefined ? opened : { ...opened, former };
  }
  const isItsTurn = term === now.term && by === now.openedBy && now.primary === undefined;
  if (!isItsTurn) return now;
  const led = { ...now, primary: next.primary, gaps: [...now.gaps, ...next.lost].slice(-gapsMax) };
  return next.isForced === true ? { ...led, isForced: true } : led;
}

const decisionSchema = new Schema(decision);
const standingSchema = new Schema(standing);

export function encodeDecision(given: Decision): Uint8Array {
  return Buffer.from(JSON.stringify(given));
}

/** Throws an error when the bytes are no decision. */
export function decodeDecision(bytes: Uint8Array): Decision {
  return parsed(bytes, decisionSchema);
}

export function encodeStanding(given: Standing): Uint8Array {
  return Buffer.from(JSON.stringify(given));
}

/** No bytes at all stand for a group that has decided nothing yet. */
export function decodeStanding(bytes: Uint8Array): Standing {
  return bytes.length === 0 ? undecided : parsed(bytes, standingSchema);
}

function parsed<S extends TSchema>(bytes: Uint8Array, schema: Schema<S>): Static<S> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!schema.accepts(value)) throw new Error(schema.problem(value));
  return value;
}
