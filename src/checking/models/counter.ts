/** A counter: `add` changes it by a number, which may be negative; `read` gets the sum so far; 0 in the beginning. */
import { ConfigError } from '../../kernel/schema';
import type { Operation } from '../history';
import { brief } from '../value';
import { type Model, refused, unlessEchoed, unlessKnown, unlessValued } from './model';

export const counter: Model<number> = {
  name: 'counter',
  summary: 'add n and read of one sum per key, initially 0',
  byProcess: false,

  initial(given) {
    if (given === undefined) return 0;
    if (typeof given === 'number') return given;
    throw new ConfigError(`a counter begins with a number, not with ${brief(given)}`);
  },

  problem(operation) {
    const unknown = unlessKnown(operation, ['add', 'read'], 'counter');
    if (unknown !== undefined) return unknown;
    return operation.f === 'read' ? unlessValued(operation, 'output') : unlessNumber(operation);
  },

  step(state, { f, input, output, outcome }) {
    if (f === 'add') return typeof input === 'number' ? state + input : refused;
    return outcome === 'unknown' || output === state ? state : refused;
  },

  isPure: ({ f, input }) => f === 'read' || input === 0,
  identity: (state) => state,
  instead: (state) => ({ output: state }),
};

function unlessNumber(operation: Operation): string | undefined {
  const { input } = operation;
  return Number.isSafeInteger(input) ? unlessEchoed(operation) : `an add of ${brief(input)}; it must be a whole number`;
}
