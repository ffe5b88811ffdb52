/** A register: `read` gets what the last `write` put there; nil in the beginning. */
import type { Operation } from '../history';
import { identityOf, same } from '../value';
import { type Model, refused, unlessEchoed, unlessKnown, unlessValued } from './model';
import { registerOrder } from './register-order';

export const register: Model = {
  name: 'register',
  summary: 'read and write of one value per key, initially nil',
  byProcess: false,

  initial: (given) => given ?? null,

  problem: (operation) =>
    unlessKnown(operation, ['read', 'write'], 'register') ??
    (operation.f === 'read' ? unlessValued(operation, 'output') : unlessWritten(operation)),

  step(state, operation) {
    if (operation.f === 'write') return operation.input;
    return operation.outcome === 'unknown' || same(operation.output, state) ? state : refused;
  },

  isPure: ({ f }) => f === 'read',
  identity: identityOf,
  outlook: {
    leaves: ({ f, input }) => (f === 'write' ? input : undefined),
    canLeadTo: (state, read) => same(read.output, state),
    isBlind: ({ f }) => f === 'write',
    tellsOf: (read, write) => read.f === 'read' && same(read.output, write.input),
  },
  shortcut: { decide: registerOrder },
  instead: (state) => ({ output: state }),
};

/** Writing nil is writing: it is how some stores delete. Writing nothing said is not. */
export function unlessWritten(operation: Operation): string | undefined {
  return operation.input === undefined ? `a ${operation.f} without a value` : unlessEchoed(operation);
}
