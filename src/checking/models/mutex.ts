/**
 * A lock: `acquire` takes it if it is free, `release` gives it back. Only its holder may release it: a lock that others
 * can open protects nothing.
 */
import { ConfigError } from '../../kernel/schema';
import type { Operation } from '../history';
import { brief } from '../value';
import { type Model, refused, unlessKnown } from './model';

/** Who holds it. */
type Holder = string | null;

export const mutex: Model<Holder> = {
  name: 'mutex',
  summary: 'acquire and release of one lock per key, by its holder only; initially free',
  byProcess: true,

  initial(given) {
    if (given === undefined || given === null) return null;
    if (typeof given === 'string' || typeof given === 'number') return String(given);
    throw new ConfigError(`a mutex begins free or held by a process, not with ${brief(given)}`);
  },

  problem: (operation) => unlessKnown(operation, ['acquire', 'release'], 'mutex'),

  step(holder, { f, process }: Operation) {
    if (f === 'acquire') return holder === null ? process : refused;
    return holder === process ? null : refused;
  },

  isPure: () => false,
  identity: (holder) => holder,
  instead: (holder) => ({ was: holder === null ? 'it was free' : `process ${holder} held it` }),
};
