/**
 * Claim: on every small history the checker answers what the definition says. Where there is a violation, its witness is
 * the shortest history that shows it, and what it calls possible is just what is.
 */
import { cutAfter, type Operation, pairUp } from '../../src/checking/history';
import { checkLinearizability } from '../../src/checking/linearizability';
import { modelNamed } from '../../src/checking/models/catalogue';
import type { SampledModel } from '../../src/checking/sampled-models';
import { brief } from '../../src/checking/value';
import type { Witness } from '../../src/checking/witness';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { explainable } from './brute-force';
import { aHistory, type DrawnHistory, printed } from './drawn-history';

export const verdicts: Claim<DrawnHistory> = {
  name: 'linearizable is what the definition says it is',
  seed: 1,
  runs: 6_000,
  draw: aHistory,
  attempt,
  show: (drawn) => ({ lines: printed(drawn) }),
};

function attempt({ model: name, entries }: DrawnHistory): Finding {
  const model = modelNamed(name);
  const paired = pairUp(entries);
  if (model === undefined || !paired.ok) throw new Violation('unreadable', `what was drawn is no history of a ${name}`);
  const operations = paired.value;
  if (!operations.some(({ outcome }) => outcome === 'ok')) return 'nothing was answered';
  const expected = explainable(operations, name) ? 'linearizable' : 'violation';
  const found = checkLinearizability(operations, model);
  if (found.verdict !== expected) {
    throw new Violation(
      `${found.verdict} instead of ${expected}`,
      `it is ${expected}, the checker says ${found.verdict}`,
    );
  }
  if (found.verdict === 'violation') demandGood(found.witness, operations, name);
  if (found.verdict === 'linearizable') for (const order of found.orders.values()) demandOrder(order, operations, name);
  return undefined;
}

function demandGood(witness: Witness, operations: readonly Operation[], model: SampledModel): void {
  const last = witness.line - 1;
  if (!witness.isShortest) throw new Violation('not shortest', 'seven operations, and the witness may not be shortest');
  if (explainable(cutAfter(operations, last), model)) {
    throw new Violation('no witness', `the history up to line ${witness.line} can be explained`);
  }
  if (!explainable(cutAfter(operations, last - 1), model)) {
    throw new Violation('not shortest', `the history before line ${witness.line} cannot be explained either`);
  }
  const cut = cutAfter(operations, last);
  const culprit = cut.find(({ end }) => end === last);
  if (culprit?.outcome !== 'ok' || !/^(read|get|dequeue)$/.test(culprit.f)) return;
  const could = answersOf(model).filter((output) => {
    return explainable(
      cut.map((operation) => (operation === culprit ? { ...operation, output } : operation)),
      model,
    );
  });
  const said = witness.possible.filter((text) => answersOf(model).some((output) => brief(output) === text));
  const right = could.map(brief).sort();
  const isCutOff = witness.possible.length === 20;
  if (isCutOff ? !said.every((text) => right.includes(text)) : JSON.stringify(said) !== JSON.stringify(right)) {
    throw new Violation(
      'wrong alternatives',
      `possible were ${right.join(' or ')}, the witness says ${said.join(' or ')}`,
    );
  }
}

/** An order is checked by going through it alone, one operation after the other. */
export function demandOrder(order: readonly Operation[], operations: readonly Operation[], model: SampledModel): void {
  const inTurn = order.map((operation, at) => ({ ...operation, call: 2 * at, end: 2 * at + 1 }));
  if (!explainable(inTurn, model)) throw new Violation('wrong order', 'the order that it gives explains nothing');
  const isOutOfTime = order.some((operation, at) => order.slice(at + 1).some(({ end }) => end < operation.call));
  if (isOutOfTime) throw new Violation('wrong order', 'its order puts something before what had ended before it began');
  const keys = new Set(order.map(({ key }) => key));
  const answered = operations.filter(({ outcome, key }) => outcome === 'ok' && keys.has(key));
  if (!answered.every((operation) => order.includes(operation))) {
    throw new Violation('wrong order', 'its order leaves out what was answered');
  }
}

function answersOf(model: SampledModel): unknown[] {
  if (model === 'kv') return ['', 'a', 'b', 'ab', 'ba', '0.', '1.', '0.1.'];
  return model === 'counter' ? [-1, 0, 1, 2, 3] : [null, 0, 1, 2, 3];
}
