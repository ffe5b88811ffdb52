/**
 * Why a history is not linearizable, so that a person sees it: the first end after which no order explains it, and what
 * could have been answered there instead.
 */
import { explain } from './explain';
import { cutAfter, inWords, type Operation } from './history';
import { type Model, refused, type Shortcut } from './models/model';
import { type Budget, search } from './search';
import { brief } from './value';

export interface Witness {
  /** The history up to this line, in which the operation below ends, is not linearizable. */
  readonly line: number;
  /** Whether no shorter one is; not so only where the budget was too small to tell. */
  readonly isShortest: boolean;
  readonly key?: string;
  readonly process: string;
  /** What cannot be explained, such as `read -> 3`. */
  readonly operation: string;
  /** What could have been instead, over all orders that explain the rest; at most 20. Nothing where it is said to have failed. */
  readonly possible: readonly string[];
  /** The end of one order that explains what ended before. */
  readonly explained: readonly string[];
  /** What else on that key was under way at that moment, or has an unknown outcome. */
  readonly open: readonly string[];
  readonly text: string;
}

const possibleMax = 20;
const perhapsMax = 50;
/** What the search for further alternatives may cost: they are a help, not a proof. */
const perhapsStepsMax = 20_000;
const explainedMax = 12;

/**
 * Writes a witness.
 *
 * @param operations those on one object
 * @param last the place at which the operation ends that cannot be explained
 */
export function witness<State>(
  model: Model<State>,
  initial: State,
  operations: readonly Operation[],
  last: number,
  isShortest: boolean,
  budget: Budget,
): Witness {
  const known = cutAfter(operations, last);
  const culprit = known.find(({ end }) => end === last);
  if (culprit === undefined) throw new RangeError(`nothing ends at ${last}`);
  const { possible, order } = alternatives(model, initial, known, culprit, budget);
  const found = culprit.outcome === 'fail' ? explain(model, initial, known, budget) : undefined;
  const missed = found?.verdict === 'violation' ? found.blocked : undefined;
  const words = (operation: Operation): string => inWords(operation, brief);
  const whose = (operation: Operation): string => `${operation.process}: ${words(operation)}`;
  const { key, process, endLine, line } = culprit;
  const explained = new Set(order.map(({ call }) => call));
  const seen = {
    line: endLine ?? line,
    isShortest,
    ...(key === undefined ? {} : { key }),
    process,
    operation: words(culprit),
    possible,
    explained: order.slice(-explainedMax).map(whose),
    open: known.filter(({ outcome, call }) => outcome === 'unknown' && !explained.has(call)).map(whose),
  };
  return { ...seen, text: inOneLine(seen, missed && `${whose(missed)} in line ${missed.endLine}`) };
}

/**
 * What the culprit could have answered. Where all else is explained, what the object would have said is possible for
 * sure. It may as well have had its moment before others; so what it would have said on the way there is put to the
 * test, each by a search of its own.
 */
function alternatives<State>(
  model: Model<State>,
  initial: State,
  operations: readonly Operation[],
  culprit: Operation,
  budget: Budget,
): { possible: string[]; order: readonly Operation[] } {
  if (culprit.outcome === 'fail') return { possible: [], order: [] };
  const { shortcut } = model;
  const outputs = shortcut?.outputsOf?.(culprit, initial, operations);
  if (shortcut !== undefined && outputs !== undefined && shortcut.decide(initial, operations) !== undefined) {
    return byTrial(shortcut, initial, operations, culprit, outputs);
  }
  const possible = new Set<string>();
  const perhaps = new Map<string, unknown>();
  const before = explain(model, initial, cutAfter(operations, culprit.end - 1), budget);
  const order = before.verdict === 'linearizable' ? before.order : [];
  const note = (state: State): void => {
    const reply = model.instead(state, culprit);
    if (possible.size < possibleMax) possible.add('was' in reply ? reply.was : brief(reply.output));
  };
  if (before.verdict === 'linearizable' && !order.some(({ call }) => call === culprit.call)) {
    note(stateAfter(model, initial, order));
  }
  const stepsMax = Math.min(budget.stepsMax, 2 * before.steps + perhapsStepsMax);
  let { steps } = search(model, initial, operations, { ...budget, stepsMax }, (state, next) => {
    if (next === culprit) return note(state);
    if (next.end < culprit.call) return;
    const reply = model.instead(state, culprit);
    if ('output' in reply && perhaps.size < perhapsMax) perhaps.set(brief(reply.output), reply.output);
  });
  const trialsMax = Math.min(budget.stepsMax, steps + perhapsStepsMax);
  for (const [text, output] of perhaps) {
    if (possible.has(text) || possible.size === possibleMax || steps >= trialsMax) continue;
    const other = operations.map((operation) => (operation === culprit ? { ...culprit, output } : operation));
    const found = explain(model, initial, other, { ...budget, stepsMax: trialsMax - steps });
    // Laying a history out takes about as long as going through it.
    steps += found.steps + operations.length;
    if (found.verdict === 'linearizable') possible.add(text);
  }
  return { possible: [...possible].sort(), order };
}

function stateAfter<State>(model: Model<State>, initial: State, order: readonly Operation[]): State {
  let state = initial;
  for (const operation of order) {
    const next = model.step(state, operation);
    if (next !== refused) state = next;
  }
  return state;
}

/** The same where models judge without a search: there each answer that is worth a trial gets one. */
function byTrial<State>(
  shortcut: Shortcut<State>,
  initial: State,
  operations: readonly Operation[],
  culprit: Operation,
  outputs: readonly unknown[],
): { possible: string[]; order: readonly Operation[] } {
  const isExplained = (output: unknown): boolean => {
    const other = operations.map((operation) => (operation === culprit ? { ...culprit, output } : operation));
    return shortcut.decide(initial, other) !== 'inexplicable';
  };
  const possible: string[] = [];
  for (const output of outputs.slice(0, perhapsMax)) {
    if (possible.length < possibleMax && isExplained(output)) possible.push(brief(output));
  }
  const before = shortcut.decide(initial, cutAfter(operations, culprit.end - 1));
  const order = typeof before === 'object' ? before.filter(({ call }) => call !== culprit.call) : [];
  return { possible: possible.sort(), order };
}

/** @param missed what needed the operation, where that is said to have failed */
function inOneLine(seen: Omit<Witness, 'text'>, missed: string | undefined): string {
  const { line, process, operation, possible, isShortest } = seen;
  const length = isShortest ? `lines 1 to ${line}` : `lines 1 to ${line} (or fewer)`;
  return `process ${process} ${operation} in line ${line}; ${instead(possible, missed)}; ${length} cannot be explained`;
}

function instead(possible: readonly string[], missed: string | undefined): string {
  if (possible.length > 0) return `possible: ${inList(possible)}`;
  if (missed !== undefined) return `without it nothing explains ${missed}`;
  return 'no order explains what came before it, or none was found in time';
}

function inList(possible: readonly string[]): string {
  const shown = possible.slice(0, 4).join(' or ');
  return possible.length > 4 ? `${shown} or ${possible.length - 4} more` : shown;
}
