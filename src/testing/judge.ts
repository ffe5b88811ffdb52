/**
 * Puts a claim on trial: draws cases from a pinned seed, tries each, and shrinks what refutes it to something that a
 * person can paste. A case in which nothing happened proves nothing; too many of them and the claim falls as well.
 */
import fc from 'fast-check';
import { type Claim, type Refutation, Violation } from './claim';
import { keepPicture } from './pictures';
import { report } from './report';

export { type Claim, type Effort, type Finding, type Refutation, type Shown, Violation } from './claim';

/** How a trial went. */
export interface Judgement<T> {
  readonly claim: Claim<T>;
  /** Cases tried until the first refutation, that one included, or all of them. */
  readonly runs: number;
  /** Why cases proved nothing, and how many there were of each. */
  readonly vacuous: ReadonlyMap<string, number>;
  readonly refuted: Refutation<T> | undefined;
}

/** Above this share of cases that prove nothing, neither do the others. */
export const vacuousMax = 0.2;

export interface JudgeOptions {
  /** Goes straight to one case: the `path` of a refutation. */
  readonly path?: string;
  /** By default what refutes is shrunk; whoever only wants to know whether there is anything can do without. */
  readonly shrink?: boolean;
}

/** Tries a claim; never throws because of what it finds. */
export function judge<T>(claim: Claim<T>, { path, shrink = true }: JudgeOptions = {}): Judgement<T> {
  const vacuous = new Map<string, number>();
  let found: { readonly kind: string; readonly first: T } | undefined;
  const property = fc.property(claim.draw, (drawn) => {
    try {
      const nothing = claim.attempt(drawn);
      if (nothing !== undefined && found === undefined) vacuous.set(nothing, (vacuous.get(nothing) ?? 0) + 1);
    } catch (failure) {
      const kind = kindOf(failure);
      found ??= { kind, first: drawn };
      if (kind === found.kind) throw failure;
    }
  });
  const where = path === undefined ? {} : { path };
  const details = fc.check(property, { seed: claim.seed, numRuns: claim.runs, endOnFailure: !shrink, ...where });
  const shrunk = details.counterexample?.[0];
  if (found === undefined || shrunk === undefined) return { claim, runs: details.numRuns, vacuous, refuted: undefined };
  const refuted = {
    ...found,
    message: details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance),
    seed: details.seed,
    path: details.counterexamplePath ?? '',
    shrunk,
    shrinks: details.numShrinks,
  };
  return { claim, runs: details.numRuns, vacuous, refuted };
}

/**
 * Tries a claim and throws if it does not hold or too few cases prove anything.
 *
 * @returns the judgement, for those who want to count.
 */
export function demand<T>(claim: Claim<T>): Judgement<T> {
  const judgement = judge(claim);
  if (judgement.refuted !== undefined) throw new Error(report(claim, judgement.refuted, keepPicture));
  const empty = vacuousRuns(judgement);
  if (empty > claim.runs * vacuousMax) {
    const reasons = [...judgement.vacuous].map(([reason, count]) => `${count} × ${reason}`).join(', ');
    throw new Error(`${claim.name}: ${empty} of ${claim.runs} cases prove nothing: ${reasons}`);
  }
  return judgement;
}

export function vacuousRuns<T>({ vacuous }: Judgement<T>): number {
  return [...vacuous.values()].reduce((sum, count) => sum + count, 0);
}

function kindOf(failure: unknown): string {
  if (failure instanceof Violation) return failure.kind;
  return failure instanceof Error ? `${failure.name}` : 'thrown';
}
