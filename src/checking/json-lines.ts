/**
 * Histories as JSON lines, one entry a line: `{"process":"app-1","type":"ok","f":"read","key":"x","value":3,"time":1500}`.
 * `time` is in microseconds. `info` is read as `unknown`, the way Jepsen writes it; fields that are not ours are let pass.
 */
import { type Entry, type EntryType, type Reading, read, refuse } from './history';
import { problemWith } from './value';

const types: Readonly<Record<string, EntryType>> = {
  invoke: 'invoke',
  ok: 'ok',
  fail: 'fail',
  unknown: 'unknown',
  info: 'unknown',
};

/** One line per entry, each ended, so that a file that was cut off shows it. */
export function toJsonLines(entries: Iterable<Entry>): string {
  let text = '';
  for (const { process, type, f, key, value, time } of entries) {
    // An answer of nothing is written out: left away, it could not be told from an answer that got lost.
    text += `${JSON.stringify({ process, type, f, key, value: value === undefined ? null : value, time })}\n`;
  }
  return text;
}

/** Reads entries back; blank lines are let pass. */
export function fromJsonLines(text: string): Reading<Entry[]> {
  const entries: Entry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = readEntry(line, index + 1);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return read(entries);
}

function readEntry(text: string, line: number): Reading<Entry> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return refuse(line, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return refuse(line, 'not a JSON object');
  return entryFrom({ ...parsed }, line);
}

/** An entry from named fields, whatever notation they came in. */
export function entryFrom(fields: Readonly<Record<string, unknown>>, line: number): Reading<Entry> {
  const { process, type, f, key, value, time } = fields;
  if ((typeof process !== 'string' || process === '') && typeof process !== 'number') {
    return refuse(line, process === undefined ? 'no process' : 'process is neither a name nor a number');
  }
  if (type === undefined) return refuse(line, 'no type');
  const known = typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : undefined;
  if (known === undefined) {
    return refuse(line, `type is ${JSON.stringify(type)}; it must be invoke, ok, fail, unknown or info`);
  }
  if (typeof f !== 'string' || f === '') return refuse(line, f === undefined ? 'no f' : 'f is not a name');
  if (time !== undefined && time !== null && typeof time !== 'number') return refuse(line, 'time is not a number');
  const name = key === null ? undefined : typeof key === 'number' ? String(key) : key;
  if (name !== undefined && typeof name !== 'string') return refuse(line, 'key is neither a text nor a number');
  const problem = problemWith(value);
  if (problem !== undefined) return refuse(line, problem);
  return read({ process: String(process), type: known, f, key: name, value, time: time ?? undefined, line });
}
