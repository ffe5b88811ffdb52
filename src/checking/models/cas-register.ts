/**
 * A register that can also compare and set: `cas [old new]` puts `new` there if `old` is what it holds.
 *
 * A `cas` that failed is left out of account like all that failed: it says that nothing was done, and clients say so for
 * more reasons than a comparison.
 */
import type { Operation } from '../history';
import { brief, identityOf, same } from '../value';
import { type Model, refused, unlessEchoed, unlessKnown, unlessValued } from './model';
import { unlessWritten } from './register';
import { registerOrder } from './register-order';

export const casRegister: Model = {
  name: 'cas-register',
  summary: 'read, write and cas [old new] of one value per key, initially nil',
  byProcess: false,

  initial: (given) => given ?? null,

  problem(operation) {
    const unknown = unlessKnown(operation, ['read', 'write', 'cas'], 'cas-register');
    if (unknown !== undefined) return unknown;
    if (operation.f === 'read') return unlessValued(operation, 'output');
    return operation.f === 'write' ? unlessWritten(operation) : unlessPair(operation);
  },

  step(state, operation) {
    if (operation.f === 'write') return operation.input;
    if (operation.f === 'cas') return same(pairOf(operation)[0], state) ? pairOf(operation)[1] : refused;
    return operation.outcome === 'unknown' || same(operation.output, state) ? state : refused;
  },

  isPure: (operation) => operation.f === 'read' || (operation.f === 'cas' && same(...pairOf(operation))),
  identity: identityOf,
  outlook: {
    leaves: written,
    canLeadTo: (state, pure) => same(pure.f === 'cas' ? pairOf(pure)[0] : pure.output, state),
    isBlind: ({ f }) => f === 'write',
    tellsOf: (operation, other) =>
      operation.f !== 'write' && same(operation.f === 'cas' ? pairOf(operation)[0] : operation.output, written(other)),
  },
  shortcut: {
    // Without a cas it is a register.
    decide: (initial, operations) =>
      operations.some(({ f, outcome }) => f === 'cas' && outcome !== 'fail')
        ? undefined
        : registerOrder(initial, operations),
  },
  instead: (state, { f }) => (f === 'cas' ? { was: `it held ${brief(state)}` } : { output: state }),
};

function written(operation: Operation): unknown {
  return operation.f === 'cas' ? pairOf(operation)[1] : operation.input;
}

function pairOf({ input }: Operation): readonly [unknown, unknown] {
  return Array.isArray(input) ? [input[0], input[1]] : [undefined, undefined];
}

function unlessPair(operation: Operation): string | undefined {
  const { input } = operation;
  const isPair = Array.isArray(input) && input.length === 2;
  return isPair ? unlessEchoed(operation) : `a cas whose value is ${brief(input)}; it must be [old new]`;
}
