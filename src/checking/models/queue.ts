/**
 * A first-in-first-out queue: `enqueue` puts a value at the back, `dequeue` takes the one at the front, or gets nil and
 * takes nothing if there is none; empty in the beginning.
 */
import { ConfigError } from '../../kernel/schema';
import type { Operation } from '../history';
import { brief, canonical } from '../value';
import { type Foresight, type Model, refused, unlessEchoed, unlessKnown, unlessValued } from './model';
import { queueOrder } from './queue-order';

/** The values in order, each as one line of JSON: a text is compared, keyed and cut without copying item by item. */
type Lines = string;

export const queue: Model<Lines> = {
  name: 'queue',
  summary: 'enqueue and dequeue, first in, first out, per key; initially empty; a dequeue that found nothing gets nil',
  byProcess: false,

  initial(given) {
    if (given === undefined) return '';
    if (Array.isArray(given)) return given.map(lineOf).join('');
    throw new ConfigError(`a queue begins with a list such as [1,2], not with ${brief(given)}`);
  },

  problem(operation) {
    const unknown = unlessKnown(operation, ['enqueue', 'dequeue'], 'queue');
    if (unknown !== undefined) return unknown;
    if (operation.f === 'dequeue') return unlessValued(operation, 'output');
    return unlessValued(operation, 'input') ?? unlessEchoed(operation);
  },

  step(state, operation) {
    if (operation.f === 'enqueue') return state + lineOf(operation.input);
    if (operation.outcome === 'unknown') return state.slice(frontOf(state).length);
    if (foundNothing(operation)) return state === '' ? state : refused;
    const line = lineOf(operation.output);
    return state.startsWith(line) ? state.slice(line.length) : refused;
  },

  isPure: (operation) => operation.f === 'dequeue' && foundNothing(operation),
  foresee: outOfOrder,
  shortcut: { decide: (initial, operations) => queueOrder(linesOf(initial).map(itemOf), operations), outputsOf },
  identity: (state) => state,
  instead: (state) => ({ output: state === '' ? null : itemOf(frontOf(state)) }),
};

/** Nothing, or what others did not get: of values that nobody saw leave those first that were first to come. */
function outputsOf(dequeue: Operation, initial: Lines, operations: readonly Operation[]): readonly unknown[] {
  if (dequeue.f !== 'dequeue') return [];
  const came = operations.filter(({ f, outcome, call }) => f === 'enqueue' && outcome !== 'fail' && call < dequeue.end);
  const inside = [...linesOf(initial), ...came.map(({ input }) => lineOf(input))];
  for (const { f, outcome, output, call } of operations) {
    const hasTaken = f === 'dequeue' && outcome === 'ok' && output !== null && call !== dequeue.call;
    const place = hasTaken ? inside.indexOf(lineOf(output)) : -1;
    if (place >= 0) inside.splice(place, 1);
  }
  return [null, ...new Set(inside)].map((line) => (line === null ? null : itemOf(line)));
}

/** When a value left the queue: not before `call`, and not after `end`. */
interface Departure {
  readonly call: number;
  readonly end: number;
}

/**
 * Whether values stand in an order in which they cannot leave: one that was dequeued before another was even asked for
 * stands behind it. Without this a search would find out only when they reach the front, and then try everything that
 * was done in between in every order before it changes theirs. Values that came more than once tell nothing.
 */
function outOfOrder(initial: Lines, operations: readonly Operation[]): Foresight<Lines> {
  const arrivals = new Map<string, number>();
  for (const line of linesOf(initial)) arrivals.set(line, (arrivals.get(line) ?? 0) + 1);
  const departures = new Map<string, Departure>();
  const unknown: number[] = [];
  for (const operation of operations) {
    const { f, input, output, outcome, call, end } = operation;
    if (outcome === 'fail' || foundNothing(operation)) continue;
    if (f === 'enqueue') arrivals.set(lineOf(input), (arrivals.get(lineOf(input)) ?? 0) + 1);
    else if (outcome === 'unknown') unknown.push(call);
    else departures.set(lineOf(output), { call, end });
  }
  const rulesOut = (state: Lines): boolean => {
    let latestCall = Number.NEGATIVE_INFINITY;
    let remaining = 0; // How many that never left stand in front, unless somebody took them and nobody knows.
    for (const line of linesOf(state)) {
      if ((arrivals.get(line) ?? 0) > 1) continue;
      const departure = departures.get(line);
      if (departure === undefined) remaining++;
      else {
        const { call, end } = departure;
        if (end < latestCall || unknown.filter((asked) => asked < end).length < remaining) return true;
        latestCall = Math.max(latestCall, call);
      }
    }
    return false;
  };
  return { rulesOut };
}

function linesOf(state: Lines): string[] {
  return state === ''
    ? []
    : state
        .slice(0, -1)
        .split('\n')
        .map((line) => `${line}\n`);
}

function foundNothing({ outcome, output }: Operation): boolean {
  return outcome === 'ok' && output === null;
}

function frontOf(state: Lines): string {
  return state.slice(0, state.indexOf('\n') + 1);
}

function itemOf(line: string): unknown {
  return JSON.parse(line);
}

function lineOf(value: unknown): string {
  return `${canonical(value)}\n`;
}
