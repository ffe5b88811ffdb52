/**
 * What a sequential model is: how one object behaves when one thing is done to it at a time. A history is judged by
 * whether its operations, though they overlapped, can be put in an order that such an object would have gone through.
 */
import type { Operation } from '../history';
import { brief, type Identity, same } from '../value';

/** What `step` says where an object in that state could not have answered so. */
export const refused = Symbol('refused');
export type Refused = typeof refused;

/**
 * A sequential object. States are never changed, only followed by others. Operations on different keys are about
 * different objects: linearizability is local (Herlihy & Wing 1990), so each is judged by itself and a model knows one.
 *
 * What an object may do in several ways (a bag that hands out any of its items) is modelled by the set of states that
 * it may be in. Methods rather than function properties, so that models of any state can stand in one catalogue: what
 * makes that sound is that a model is only ever handed states of its own.
 */
export interface Model<State = unknown> {
  readonly name: string;
  /** One line for help: what it models and which operations it knows. */
  readonly summary: string;
  /** Whether it matters who does an operation. */
  readonly byProcess: boolean;
  /** The state at the beginning; `given` is what the user says it was. Throws a `ConfigError` if it cannot be. */
  initial(given: unknown): State;
  /** Why an operation is none of this model's, or `undefined`. */
  problem(operation: Operation): string | undefined;
  /**
   * The state after an operation, or `refused` if an object in this state would not have answered like that. An
   * operation with an unknown outcome may have answered anything.
   */
  step(state: State, operation: Operation): State | Refused;
  /** Whether an operation leaves every state as it is in which it is not refused. */
  isPure(operation: Operation): boolean;
  /** Equal for equal states and only for those. */
  identity(state: State): Identity;
  readonly outlook?: Outlook<State>;
  /**
   * Looks at a whole history before it is searched, and returns what tells states from which no order can explain it,
   * whatever has been explained so far. Missing one costs time, a wrong one costs the truth.
   */
  foresee?(initial: State, operations: readonly Operation[]): Foresight<State>;
  readonly shortcut?: Shortcut<State>;
  /** What an object in this state would have answered to an operation that it refuses; or what it was, if it answers none. */
  instead(state: State, operation: Operation): { readonly output: unknown } | { readonly was: string };
}

/** Tells states from which nothing can explain what is to come. */
export interface Foresight<State> {
  rulesOut(state: State): boolean;
}

/**
 * What later answers tell of the states before them, where a model knows. Without it a search would try every order of
 * ten appends before it looks at the read that shows their order.
 */
export interface Outlook<State> {
  /** The state after an operation that leaves the same one wherever it is not refused; `undefined` for all others. */
  leaves(operation: Operation): State | undefined;
  /** Whether operations that `leaves` knows nothing of may lead from a state to one where a pure one is not refused. */
  canLeadTo(state: State, pure: Operation): boolean;
  /** Whether no state refuses an operation. */
  isBlind(operation: Operation): boolean;
  /**
   * Whether an operation could not have answered as it did, or would have been refused, unless another one right before
   * it, or with operations in between that `leaves` knows nothing of, had happened. May be said too often, never too
   * rarely: what nobody tells of has happened in vain, if at all.
   */
  tellsOf(operation: Operation, other: Operation): boolean;
}

/** An order that explains a history, or that there is none. */
export type Decision = readonly Operation[] | 'inexplicable';

/** A way to judge histories that need not be searched, because something about this object makes them easy. */
export interface Shortcut<State> {
  /** `undefined` for a history that has to be searched. Some hundreds of operations must take no longer than a search that is lucky. */
  decide(initial: State, operations: readonly Operation[]): Decision | undefined;
  /**
   * What an operation may have come back with, in a history that differs only in that: all that is worth a trial, where
   * this is easier to tell than to search for.
   */
  outputsOf?(operation: Operation, initial: State, operations: readonly Operation[]): readonly unknown[];
}

/** A problem if an operation is none of those that a model knows. */
export function unlessKnown(operation: Operation, known: readonly string[], model: string): string | undefined {
  if (known.includes(operation.f)) return undefined;
  return `the model ${model} has no operation '${operation.f}' (it knows ${known.join(', ')})`;
}

/** A problem if an operation lacks the value it is called with, or an acknowledged one that it came back with. */
export function unlessValued(operation: Operation, where: 'input' | 'output'): string | undefined {
  if (where === 'input') return isThere(operation.input) ? undefined : `a ${operation.f} without a value`;
  if (operation.outcome !== 'ok' || operation.output !== undefined) return undefined;
  return `a ${operation.f} that is ok in line ${operation.endLine}, but does not say what it got (nil, if that was nothing)`;
}

/** A problem if what was acknowledged is not what was asked for: then nobody knows which of both was done. */
export function unlessEchoed({ f, input, outcome, output, endLine }: Operation): string | undefined {
  const isSilent = outcome !== 'ok' || output === undefined || output === null;
  if (isSilent || same(input, output)) return undefined;
  return `a ${f} of ${brief(input)} that line ${endLine} acknowledges as ${brief(output)}`;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
