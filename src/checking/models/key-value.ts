/**
 * A key-value store: `get`, `put`, and `append` to the text that a key holds, initially empty. Each key is an object of
 * its own, so the state is that of one key.
 */
import type { Operation } from '../history';
import { brief, canonical, identityOf, same } from '../value';
import { keyValueOrder } from './key-value-order';
import { type Model, refused, unlessEchoed, unlessKnown, unlessValued } from './model';
import { unlessWritten } from './register';

export const keyValue: Model = {
  name: 'kv',
  summary: 'get, put and append per key, initially ""',
  byProcess: false,

  initial: (given) => (given === undefined ? '' : given),

  problem(operation) {
    const unknown = unlessKnown(operation, ['get', 'put', 'append'], 'kv');
    if (unknown !== undefined) return unknown;
    if (operation.key === undefined) return `a ${operation.f} without a key`;
    if (operation.f === 'get') return unlessValued(operation, 'output');
    return operation.f === 'put' ? unlessWritten(operation) : unlessText(operation);
  },

  step(state, operation) {
    const { f, input, output, outcome } = operation;
    if (f === 'put') return input;
    if (f === 'append') return `${textOf(state)}${textOf(input)}`;
    return outcome === 'unknown' || same(output, state) ? state : refused;
  },

  isPure: ({ f }) => f === 'get',
  identity: identityOf,
  outlook: {
    leaves: ({ f, input }) => (f === 'put' ? input : undefined),
    canLeadTo: (state, { output }) =>
      same(output, state) || (typeof output === 'string' && output.startsWith(textOf(state))),
    isBlind: ({ f }) => f !== 'get',
    // What was put or appended stands in every answer until the next put, and then nowhere.
    tellsOf: ({ f, output }, { input }) =>
      f === 'get' && (same(output, input) || (typeof output === 'string' && output.includes(textOf(input)))),
  },
  shortcut: { decide: keyValueOrder },
  instead: (state) => ({ output: state }),
};

/** Nothing and the empty text are the same to whoever appends. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : canonical(value);
}

function unlessText(operation: Operation): string | undefined {
  const { input } = operation;
  return typeof input === 'string' ? unlessEchoed(operation) : `an append of ${brief(input)}; it must be a text`;
}
