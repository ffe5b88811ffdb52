/**
 * From the text of a file to operations, whichever of the notations it is in. A text that holds no operation is no
 * history: an empty file is far more often a mistake than a proof.
 */
import { type Entry, type Operation, pairUp, type Reading, refuse } from './history';
import { fromEdnLines, fromJepsenLog, isLogLine } from './jepsen-log';
import { fromJsonLines } from './json-lines';
import { quote } from './value';

export interface History {
  readonly entries: readonly Entry[];
  readonly operations: readonly Operation[];
}

/**
 * Reads JSON lines, a Jepsen log, or EDN maps.
 *
 * @example
 * readHistory('{"process":1,"type":"invoke","f":"read"}\n'); // one operation with an unknown outcome
 */
export function readHistory(text: string): Reading<History> {
  const plain = text.replace(/^\uFEFF/, '');
  const first = /\S.*/.exec(plain);
  if (first === null) return refuse(1, 'the file is empty');
  const line = plain.slice(0, first.index).split('\n').length;
  if (/^[{[]\s*$/.test(first[0])) return refuse(line, 'a history is one object per line, and not spread over several');
  const notation = notationOf(first[0]);
  if (notation === undefined) {
    return refuse(line, `neither a JSON object, nor a line of a Jepsen log, nor an EDN map: ${quote(first[0])}`);
  }
  const entries = notation(plain);
  if (!entries.ok) return entries;
  if (entries.value.length === 0) return refuse(1, 'the file holds no operation');
  const operations = pairUp(entries.value);
  if (!operations.ok) return operations;
  return { ok: true, value: { entries: entries.value, operations: operations.value } };
}

/** By the first line that is not blank. */
function notationOf(line: string): ((text: string) => Reading<Entry[]>) | undefined {
  if (/^\{\s*:/.test(line)) return fromEdnLines;
  if (/^[{["]/.test(line)) return fromJsonLines;
  return isLogLine(line) ? fromJepsenLog : undefined;
}
