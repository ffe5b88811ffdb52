/**
 * A canary is a part that is broken on purpose. A claim that does not notice proves nothing about the parts that are not.
 */
import { type Claim, type JudgeOptions, judge } from '../../src/testing/judge';
import type { Sabotage } from './sabotage';

export interface Canary {
  /** What is wrong with it: `acknowledges before it has synced`. */
  readonly name: string;
  /** The claim that has to notice. */
  readonly claim: string;
  /** What the claim may say is wrong; noticed as anything else, it is the canary that is not what it is meant to be. */
  readonly kinds: readonly string[];
  run(options?: JudgeOptions): Caught | undefined;
}

/** How a canary was noticed. */
export interface Caught {
  /** Cases that were tried until one showed it. */
  readonly runs: number;
  /** What the claim said was wrong. */
  readonly kind: string;
  readonly shrinks: number;
  /** The case after shrinking, as lines. */
  readonly lines: readonly string[];
}

/** Whether a canary is noticed as what it is. */
export function isMeant(kind: string, kinds: readonly string[]): boolean {
  return kinds.includes(kind);
}

/** Where among the cases of a claim a canary is released: behind so many of them. */
interface Begun {
  readonly after?: number;
}

/**
 * The same claim on other cases: those of a seed, searched for, among which something that is seldom noticed is noticed
 * soon. Should the cases change, it takes longer, and is noticed all the same.
 *
 * @param after so many of the cases of this seed are left out.
 */
export function soon<T>(claim: Claim<T>, seed: number, after?: number): Claim<T> & Begun {
  return { ...claim, seed, ...(after === undefined ? {} : { after }) };
}

/** A claim tried on a broken part. */
export function canary<T>(
  name: string,
  claim: Claim<T> & Begun,
  sabotage: Sabotage,
  ...kinds: readonly string[]
): Canary {
  const from = claim.after === undefined ? {} : { path: String(claim.after) };
  const run = (options: JudgeOptions = {}): Caught | undefined => {
    const { runs, refuted } = sabotage(() => judge(claim, { ...options, ...from }));
    if (refuted === undefined) return undefined;
    return { runs, kind: refuted.kind, shrinks: refuted.shrinks, lines: claim.show(refuted.shrunk).lines };
  };
  return { name, claim: claim.name, kinds, run };
}
