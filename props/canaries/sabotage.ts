/**
 * Breaks one method of the runtime for the time of a trial, and mends it afterwards whatever happens.
 */

/** Runs something in a world that is broken in one place. */
export type Sabotage = <R>(run: () => R) => R;

/**
 * @example
 * const everybodyMayPass = sabotage(Directory.prototype, 'barred', () => () => undefined);
 */
export function sabotage<T extends object, K extends keyof T>(
  owner: T,
  method: K,
  replace: (original: T[K]) => T[K],
): Sabotage {
  return (run) => {
    const original = owner[method];
    owner[method] = replace(original);
    try {
      return run();
    } finally {
      owner[method] = original;
    }
  };
}

/** Nothing of the runtime is broken: what is wrong stands in the tiers that the claim is about. */
export const asItIs: Sabotage = (run) => run();
