/**
 * What `check linearizable <files...> --model NAME [--initial VALUE]` does, but for the files: from the text of each to a
 * verdict. A text that could not be read gets none, only its problem.
 */
import { ConfigError } from '../kernel/schema';
import { type Problem, read } from './history';
import { checkLinearizability, type LinearizabilityOptions } from './linearizability';
import { modelNamed, models } from './models/catalogue';
import { readHistory } from './read-history';
import { textOf } from './text';
import type { Witness } from './witness';

/** One line of the answer, or one JSON object. */
export interface CheckedFile {
  readonly file: string;
  readonly verdict: 'linearizable' | 'violation' | 'unknown' | 'unreadable';
  readonly operations: number;
  readonly ms: number;
  readonly witness?: Witness;
  /** Why it is unknown. */
  readonly reason?: string;
  /** Why and where it is unreadable. */
  readonly problem?: Problem;
}

export interface FileCheck {
  /** A model by name: register, cas-register, kv, queue, counter or mutex. */
  readonly model: string;
  /** What each object held in the beginning, as typed: JSON if it is, else a text. */
  readonly initial?: string | undefined;
  readonly budget?: LinearizabilityOptions['budget'];
  /** A clock in milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Makes ready to check files.
 *
 * @throws ConfigError if there is no such model, or it cannot begin with that value
 * @example
 * const check = fileChecker({ model: 'cas-register', nowMs: () => performance.now() });
 * check('etcd.log', readFileSync('etcd.log')).verdict;
 */
export function fileChecker(how: FileCheck): (file: string, content: string | Uint8Array) => CheckedFile {
  const model = modelNamed(how.model);
  if (model === undefined) {
    throw new ConfigError(`no model '${how.model}' (there are ${models.map(({ name }) => name).join(', ')})`);
  }
  const initial = how.initial === undefined ? undefined : typedValue(how.initial);
  model.initial(initial);
  const options: LinearizabilityOptions = {
    ...(initial === undefined ? {} : { initial }),
    ...(how.budget === undefined ? {} : { budget: how.budget }),
  };

  return (file, content) => {
    const startMs = how.nowMs();
    const text = typeof content === 'string' ? read(content) : textOf(content);
    const history = text.ok ? readHistory(text.value) : text;
    if (!history.ok)
      return { file, verdict: 'unreadable', operations: 0, ms: how.nowMs() - startMs, problem: history.problem };
    const { operations } = history.value;
    const result = checkLinearizability(operations, model, options);
    const checked = { file, verdict: result.verdict, operations: operations.length, ms: how.nowMs() - startMs };
    if (result.verdict === 'violation') return { ...checked, witness: result.witness };
    if (result.verdict === 'unknown') return { ...checked, reason: result.reason };
    return result.verdict === 'unreadable' ? { ...checked, problem: result.problem } : checked;
  };
}

/**
 * 3 if a file could not be read, else 1 if any is a violation, else 2 if any is unknown, else 0.
 */
export function exitCodeOf(checked: readonly CheckedFile[]): 0 | 1 | 2 | 3 {
  const has = (verdict: CheckedFile['verdict']): boolean => checked.some((one) => one.verdict === verdict);
  return has('unreadable') ? 3 : has('violation') ? 1 : has('unknown') ? 2 : 0;
}

function typedValue(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed === 'nil' ? null : typed;
  }
}
