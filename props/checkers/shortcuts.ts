/**
 * Claim: what a search leaves out, because a model knows better, changes no verdict: all is judged as by a search that
 * knows nothing and tries everything, the line that shows a violation included. The histories are larger than any that
 * the definition could be tried on, and small enough for such a search.
 */
import fc from 'fast-check';
import { type Entry, type Operation, pairUp } from '../../src/checking/history';
import { checkLinearizability, type Linearizability } from '../../src/checking/linearizability';
import { modelNamed } from '../../src/checking/models/catalogue';
import type { Model } from '../../src/checking/models/model';
import { sampleHistory } from '../../src/checking/sample';
import type { SampledModel } from '../../src/checking/sampled-models';
import { seeded } from '../../src/kernel/random';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { type Change, changed, changes, printed } from './drawn-history';
import { demandOrder } from './verdicts';

interface Case {
  readonly model: SampledModel;
  readonly seed: number;
  /** Of the history, those up to there; what is open then stays so. */
  readonly entries: number;
  readonly processes: number;
  /** How many different ones are written where they need not be unique: so few that they repeat, or so many that they do not. */
  readonly values: number;
  readonly unknownShare: number;
  readonly changes: readonly { readonly change: Change; readonly place: number }[];
}

const operationsMax = 24;
/** Where the other search takes longer nobody knows better. */
const stepsMax = 20_000;

/** The claim about some models. */
export function shortcutsOf(...models: readonly SampledModel[]): Claim<Case> {
  return {
    name: 'what a search leaves out changes no verdict',
    seed: 1,
    runs: 1_500,
    draw: fc.record({
      model: fc.constantFrom(...models),
      seed: fc.nat({ max: 1_000_000 }),
      entries: fc.integer({ min: 6, max: 2 * operationsMax }),
      processes: fc.integer({ min: 2, max: 6 }),
      values: fc.constantFrom(3, 1_000),
      unknownShare: fc.constantFrom(0, 0.05, 0.2),
      changes: fc.array(fc.record({ change: fc.constantFrom(...changes), place: fc.nat({ max: 60 }) }), {
        maxLength: 4,
      }),
    }),
    attempt,
    show: (drawn) => ({ lines: printed({ model: drawn.model, entries: entriesOf(drawn) }) }),
  };
}

export const shortcuts = shortcutsOf('register', 'cas-register', 'kv', 'queue', 'queue', 'counter', 'mutex');

function entriesOf({ seed, entries, changes, ...options }: Case): readonly Entry[] {
  const shape = { operations: operationsMax, failShare: 0.05, ...options };
  const sound = sampleHistory(seeded(seed), shape).slice(0, entries);
  return changes.reduce((some, { change, place }) => changed(some, change, place, seed + place), sound);
}

/** A model of which nobody knows more than what it does. */
function unknowing({ foresee, outlook, shortcut, ...model }: Model): Model {
  return { ...model, byProcess: true, isPure: () => false };
}

function attempt(drawn: Case): Finding {
  const paired = pairUp(entriesOf(drawn));
  const model = modelNamed(drawn.model);
  if (!paired.ok || model === undefined) throw new Violation('unreadable', 'what was drawn is no history');
  const operations = paired.value;
  const [shown, plain] = [judged(operations, model), judged(operations, unknowing(model))];
  if (plain.verdict === 'unknown') return 'the other search gave up';
  if (shown.verdict !== plain.verdict) {
    throw new Violation(
      `${shown.verdict} instead of ${plain.verdict}`,
      `a search that tries all says ${plain.verdict}`,
    );
  }
  if (shown.verdict === 'linearizable') {
    for (const order of shown.orders.values()) demandOrder(order, operations, drawn.model);
  }
  if (shown.verdict !== 'violation' || plain.verdict !== 'violation' || !plain.witness.isShortest) return undefined;
  if (shown.witness.line !== plain.witness.line) {
    throw new Violation('another line', `${shown.witness.text}; a search that tries all: ${plain.witness.text}`);
  }
  // Elsewhere they are searched for as long as that does not take long.
  if (model.shortcut?.outputsOf === undefined) return undefined;
  const missing = plain.witness.possible.filter((answer) => !shown.witness.possible.includes(answer));
  if (missing.length > 0) throw new Violation('fewer alternatives', `${missing.join(', ')} would have been possible`);
  return undefined;
}

function judged(operations: readonly Operation[], model: Model): Linearizability {
  return checkLinearizability(operations, model, { budget: { stepsMax } });
}
