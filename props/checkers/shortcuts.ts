/**
 * Claim: a history that a model judges without a search is judged as a search would judge it, the line that shows a
 * violation included. They are larger than any that the definition could be tried on, and small enough to be searched.
 */
import fc from 'fast-check';
import { type Entry, type Operation, pairUp } from '../../src/checking/history';
import { toJsonLines } from '../../src/checking/json-lines';
import { checkLinearizability, type Linearizability } from '../../src/checking/linearizability';
import type { Model } from '../../src/checking/models/model';
import { queue } from '../../src/checking/models/queue';
import { sampleHistory } from '../../src/checking/sample';
import { seeded } from '../../src/kernel/random';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { type Change, changed, changes } from './drawn-history';

interface Case {
  readonly seed: number;
  /** Of the history, those up to there; what is open then stays so. */
  readonly entries: number;
  readonly processes: number;
  readonly unknownShare: number;
  readonly changes: readonly { readonly change: Change; readonly place: number }[];
}

/** What is searched, whatever the model knows. */
const searched: Model<string> = { ...queue, shortcut: undefined };
const operationsMax = 24;
/** Where a search takes longer nobody knows better. */
const stepsMax = 20_000;

export const shortcuts: Claim<Case> = {
  name: 'what is judged without a search is judged as by a search',
  seed: 1,
  runs: 1_500,
  draw: fc.record({
    seed: fc.nat({ max: 1_000_000 }),
    entries: fc.integer({ min: 6, max: 2 * operationsMax }),
    processes: fc.integer({ min: 2, max: 6 }),
    unknownShare: fc.constantFrom(0, 0.05, 0.2),
    changes: fc.array(fc.record({ change: fc.constantFrom(...changes), place: fc.nat({ max: 60 }) }), { maxLength: 4 }),
  }),
  attempt,
  show: (drawn) => ({ lines: toJsonLines(entriesOf(drawn)).trimEnd().split('\n') }),
};

function entriesOf({ seed, entries, changes, ...options }: Case): readonly Entry[] {
  const shape = { model: 'queue', operations: operationsMax, failShare: 0.05, ...options } as const;
  const sound = sampleHistory(seeded(seed), shape).slice(0, entries);
  return changes.reduce((some, { change, place }) => changed(some, change, place, seed + place), sound);
}

function attempt(drawn: Case): Finding {
  const paired = pairUp(entriesOf(drawn));
  if (!paired.ok) throw new Violation('unreadable', paired.problem.reason);
  const operations = paired.value;
  const [shown, known] = [judged(operations, queue), judged(operations, searched)];
  if (shown.verdict === 'unknown') throw new Violation('searched', 'a value came once, and yet it was searched for');
  if (known.verdict === 'unknown') return 'the search gave up';
  if (shown.verdict !== known.verdict) {
    throw new Violation(`${shown.verdict} instead of ${known.verdict}`, `a search says ${known.verdict}`);
  }
  if (shown.verdict !== 'violation' || known.verdict !== 'violation' || !known.witness.isShortest) return undefined;
  if (shown.witness.line !== known.witness.line) {
    throw new Violation('another line', `without a search: ${shown.witness.text}, with one: ${known.witness.text}`);
  }
  const missing = known.witness.possible.filter((answer) => !shown.witness.possible.includes(answer));
  if (missing.length > 0) throw new Violation('fewer alternatives', `${missing.join(', ')} would have been possible`);
  return undefined;
}

function judged(operations: readonly Operation[], model: Model<string>): Linearizability {
  return checkLinearizability(operations, model, { budget: { stepsMax } });
}
