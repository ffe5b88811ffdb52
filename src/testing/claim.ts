/**
 * What a claim is: something that is said to hold in every case that can be drawn, how one case is tried, and how a case
 * that refutes it is shown to people.
 */
import type fc from 'fast-check';
import type { Concern } from '../drawing/diagram/cone';
import type { SpaceTime } from '../drawing/diagram/space-time';

/** Something that is said to hold in every case that can be drawn. */
export interface Claim<T> {
  /** In words: `no acknowledged write is lost`. */
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  readonly draw: fc.Arbitrary<T>;
  /** Tries one case; throws a `Violation` if the claim does not hold in it. */
  attempt(drawn: T): Finding;
  show(drawn: T): Shown;
}

/** A case for people. */
export interface Shown {
  /** What was drawn, as commands that can be typed at the prompt where there are such. */
  readonly lines: readonly string[];
  /** The accidents among it, where there is more to it than they. */
  readonly accidents?: readonly string[];
  /** A command that opens the prompt standing in this case. */
  readonly command?: string;
  /** Who told whom what and when where it went wrong; with so many messages at most. */
  readonly picture?: (flightsMax?: number) => SpaceTime;
}

/** Where chance begins and how many cases are tried. */
export interface Effort {
  readonly seed: number;
  readonly runs: number;
}

/** What trying a case showed when the claim held: why it proves nothing, or `undefined` when it does. */
export type Finding = string | undefined;

/**
 * The claim does not hold. The kind tells failures with different reasons apart, so that shrinking a lost write never
 * ends in a time-out.
 */
export class Violation extends Error {
  override name = 'Violation';

  constructor(
    readonly kind: string,
    message: string,
    /** The operations concerned, the one that shows it last: the failure is drawn around them. */
    readonly about: readonly Concern[] = [],
  ) {
    super(message);
  }
}

/** A case in which the claim does not hold, as small as shrinking could make it. */
export interface Refutation<T> {
  readonly kind: string;
  readonly message: string;
  readonly seed: number;
  /** Leads fast-check straight to the case. */
  readonly path: string;
  readonly first: T;
  readonly shrunk: T;
  readonly shrinks: number;
}
