/**
 * How the network misbehaves: small rules that each judge one envelope in flight. Delays of several rules add up; the
 * first rule that does anything else decides.
 */
import type { NodeId } from './envelope';
import type { Random } from './random';

/** One envelope about to cross one link. */
export interface Flight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly kind: string;
  readonly datagram: boolean;
  readonly bytes: () => number;
  readonly nowUs: number;
}

/** What a rule says. `undefined`: it has nothing to say. */
export type Verdict =
  | { readonly delayUs: number }
  | { readonly lose: string }
  | { readonly cut: string }
  | { readonly hold: true }
  | { readonly copies: number; readonly spreadUs: number }
  | { readonly scatterUs: number };

/**
 * All links from a node of one sort to a node of another. Told as two ends rather than as pairs, so that ten thousand
 * nodes can be asked whether a fault has anything to strike.
 */
export interface Reach {
  from(node: NodeId): boolean;
  to(node: NodeId): boolean;
}

/** Whether a rule has anything to do with a link. */
export function touches(rule: LinkRule, from: NodeId, to: NodeId): boolean {
  return rule.reach.some((reach) => reach.from(from) && reach.to(to));
}

/**
 * A rule on links. `lose` on a stream shows as delay (it is sent again) and in the end as a reset; `cut` silences both
 * what is sent and what is in flight; `copies` and `scatterUs` (reordering) touch only datagrams.
 */
export interface LinkRule {
  /** Judges once more on arrival: a partition silences what is in flight as well. */
  readonly cuts?: boolean;
  /** The links that the rule is about; each of them is asked for once. */
  readonly reach: readonly Reach[];
  judge(flight: Flight, random: Random): Verdict | undefined;
}

/** What a fault does to the conditions of a box and its disk; several add up. */
export interface BoxConditions {
  readonly skewMs: number;
  /** How much too fast the clock runs: 0.01 gains a second in a hundred. */
  readonly drift: number;
  readonly diskDelayMs: number;
  readonly diskFails: string | undefined;
  /** A crash writes part of what was not synced, and may cut the last piece in two. */
  readonly tornWrites: boolean;
}

export const fairConditions: BoxConditions = {
  skewMs: 0,
  drift: 0,
  diskDelayMs: 0,
  diskFails: undefined,
  tornWrites: false,
};

/** A fault as plain data: its kind, what it strikes and how hard. The module of its kind knows the rest. */
export interface FaultSpec {
  readonly kind: string;
}

/** A fault in force. */
export interface Fault {
  readonly link?: LinkRule;
  /** Which nodes' boxes it changes and how. */
  readonly box?: { strikes(node: NodeId): boolean; bend(conditions: BoxConditions): BoxConditions };
}

/** One kind of fault: how it reads, and what it does. */
export interface FaultKind<Spec extends FaultSpec = FaultSpec> {
  readonly kind: string;
  /** Throws a `ConfigError` when the data is not a fault of this kind. */
  parse(spec: unknown): Spec;
  /** In words, for `faults` and the log: `partition web-1 | db-1`. */
  describe(spec: Spec): string;
  make(spec: Spec): Fault;
}
