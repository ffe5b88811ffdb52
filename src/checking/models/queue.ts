/**
 * A first-in-first-out queue: `enqueue` puts a value at the back, `dequeue` takes the one at the front, or gets nil and
 * takes nothing if there is none; empty in the beginning.
 */
import { ConfigError } from '../../kernel/schema';
import type { Operation } from '../history';
import { brief, canonical } from '../value';
import { type Model, refused, unlessEchoed, unlessKnown, unlessValued } from './model';

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
  identity: (state) => state,
  instead: (state) => ({ output: state === '' ? null : JSON.parse(frontOf(state)) }),
};

function foundNothing({ outcome, output }: Operation): boolean {
  return outcome === 'ok' && output === null;
}

function frontOf(state: Lines): string {
  return state.slice(0, state.indexOf('\n') + 1);
}

function lineOf(value: unknown): string {
  return `${canonical(value)}\n`;
}
