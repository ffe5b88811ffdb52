/**
 * From the text of a file to operations, whichever of the notations it is in. A text that holds no operation is no
 * history: an empty file is far more often a mistake than a proof.
 */
import { type Entry, type Operation, pairUp, type Reading, refuse } from './history';
import { fromEdnLines, fromJepsenLog } from './jepsen-log';
import { fromJsonLines } from './json-lines';

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
  const first = /\S.*/.exec(plain)?.[0];
  if (first === undefined) return refuse(1, 'the file is empty');
  const entries = notationOf(first)(plain);
  if (!entries.ok) return entries;
  if (entries.value.length === 0) return refuse(1, 'the file holds no operation');
  const operations = pairUp(entries.value);
  if (!operations.ok) return operations;
  return { ok: true, value: { entries: entries.value, operations: operations.value } };
}

function notationOf(firstLine: string): (text: string) => Reading<Entry[]> {
  if (/^\{\s*(:|$)/.test(firstLine)) return fromEdnLines;
  return /^[{["]/.test(firstLine) ? fromJsonLines : fromJepsenLog;
}
