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

/** A method that its class keeps to itself, as a canary sees it. */
type Hidden = (this: object, ...given: readonly unknown[]) => unknown;

/** The same for a method that is private: what breaks in practice rarely has a public name. */
export function sabotageHidden(owner: object, method: string, replace: (original: Hidden) => Hidden): Sabotage {
  const original: unknown = Reflect.get(owner, method);
  if (typeof original !== 'function') throw new Error(`there is no method ${method} to break`);
  return (run) => {
    Reflect.set(
      owner,
      method,
      replace(function (...given) {
        return Reflect.apply(original, this, given);
      }),
    );
    try {
      return run();
    } finally {
      Reflect.set(owner, method, original);
    }
  };
}
