/**
 * What data nodes and operators say to the observers: those who watch over a replicated store from outside and agree,
 * by a majority of their own, who its primary is. Leases are after Gray & Cheriton, "Leases" (1989).
 */
import { type BodyOf, message, Type } from '../kernel/schema';
import { raftKnownMembers, raftMembers } from './raft';

const term = Type.Integer({ minimum: 0 });
const index = Type.Integer({ minimum: 0 });

/**
 * I am the primary of `term` and want to stay it; this is how far my log goes, how far it is committed, and who belongs
 * to the group (`known`: and where that stands in the log). Answered with `observers.granted` or `observers.refused`.
 */
export const observersRenew = message('observers.renew', {
  term,
  lastIndex: index,
  commitIndex: index,
  members: raftMembers,
  known: Type.Optional(raftKnownMembers),
});
export type ObserversRenew = BodyOf<typeof observersRenew>;

/**
 * Nobody else is made primary for `leaseMs` from when the renewal was *sent*, by any clock that is no further off than
 * the stated bound.
 */
export const observersGranted = message('observers.granted', { term, leaseMs: Type.Number({ exclusiveMinimum: 0 }) });
export type ObserversGranted = BodyOf<typeof observersGranted>;

/** No, and why. `ask` is the observer that decides now, if it is another one. */
export const observersRefused = message('observers.refused', {
  reason: Type.String(),
  ask: Type.Optional(Type.String()),
});
export type ObserversRefused = BodyOf<typeof observersRefused>;

/** Make this node the primary, now. With `force` even if writes that were acknowledged may be lost by it. */
export const observersPromote = message('observers.promote', { to: Type.String(), force: Type.Boolean() });
export type ObserversPromote = BodyOf<typeof observersPromote>;

/** It was done: the node leads in this term. */
export const observersPromoted = message('observers.promoted', { to: Type.String(), term, text: Type.String() });
export type ObserversPromoted = BodyOf<typeof observersPromoted>;

/** Who is the primary, and what is under way? Any observer answers from what it knows. */
export const observersAsk = message('observers.ask', {});
export type ObserversAsk = BodyOf<typeof observersAsk>;

/** What an observer knows. */
export const observersView = message('observers.view', {
  term,
  primary: Type.Optional(Type.String()),
  /** The observer that decides now. */
  decides: Type.Optional(Type.String()),
  /** A promotion that is under way, and what it waits for. */
  underWay: Type.Optional(Type.String()),
  /**
   * What former primaries had and their successors have not, as far as it is known. `isOpen`: it may have gone on behind
   * `to`, which may then be just before `from`: it could acknowledge alone, and has not been heard since.
   */
  missing: Type.Array(
    Type.Object({
      primary: Type.String(),
      term,
      from: index,
      to: index,
      acknowledgedTo: index,
      isOpen: Type.Optional(Type.Boolean()),
    }),
    { maxItems: 100 },
  ),
});
export type ObserversView = BodyOf<typeof observersView>;
