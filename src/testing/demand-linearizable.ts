/**
 * Linearizability as a demand: what cannot be explained is a violation, drawn around the operations that contradict each
 * other.
 */
import type { Operation } from '../checking/history';
import { checkLinearizability, type LinearizabilityOptions } from '../checking/linearizability';
import type { Model } from '../checking/models/model';
import type { Witness } from '../checking/witness';
import { moment } from '../drawing/numbers';
import { Violation } from './claim';

/** Whoever cannot be explained is shown with so many who came before. */
const beforeMax = 2;

/**
 * Throws a `Violation` of this kind if no order explains the history, and one of the kind `unknown` or `unreadable` where
 * that could not be found out.
 *
 * @example
 * demandLinearizable(history(), mutex, 'two holders');
 */
export function demandLinearizable<State>(
  history: readonly Operation[],
  model: Model<State>,
  kind = 'not linearizable',
  options: LinearizabilityOptions = {},
): void {
  const found = checkLinearizability(history, model, options);
  if (found.verdict === 'linearizable') return;
  if (found.verdict === 'unknown') throw new Violation('unknown', found.reason);
  if (found.verdict === 'unreadable') {
    const { line, reason } = found.problem;
    throw new Violation('unreadable', `line ${line} of the history: ${reason}`);
  }
  const about = concerned(history, found.witness.line);
  throw new Violation(kind, textOf(found.witness, about.at(-1)), about);
}

/** When it showed rather than in which line: a history that only just was need not be in a file. */
function textOf({ process, operation, possible, text }: Witness, culprit: Operation | undefined): string {
  if (culprit?.endedAtUs === undefined || possible.length === 0) return text;
  return `${process} was told ${operation} at ${moment(culprit.endedAtUs)}; possible would have been: ${possible.join(' or ')}`;
}

/** The operation that ends in a line, last, and those on the same key that ended right before it. */
function concerned(history: readonly Operation[], line: number): readonly Operation[] {
  const culprit = history.find(({ endLine }) => endLine === line);
  if (culprit === undefined) return [];
  const before = history.filter(({ key, end, outcome }) => {
    return key === culprit.key && end < culprit.end && outcome !== 'fail';
  });
  return [...before.sort((a, b) => a.end - b.end).slice(-beforeMax), culprit];
}
