/**
 * Histories as JSON lines, one entry a line: `{"process":"app-1","type":"ok","f":"read","key":"x","value":3,"time":1500}`.
 * `time` is in microseconds. `info` is read as `unknown`, the way Jepsen writes it; fields that are not ours are let pass.
 */
import { type Entry, type EntryType, type Reading, read, refuse } from './history';
import { depthMax, problemWith } from './value';

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
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const entry = readEntry(line, index + 1, index === lines.length - 1);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return read(entries);
}

/** @param isUnended whether nothing ends the line but the end of the file */
function readEntry(text: string, line: number, isUnended: boolean): Reading<Entry> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const cut = isUnended ? 'the last line does not end, the file may have been cut off there; ' : '';
    return refuse(line, `${cut}not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refuse(line, 'not a JSON object; a history is one object per line');
  }
  const twice = namedTwice(text, parsed);
  if (twice !== undefined) return refuse(line, `${twice} stands there twice: which one is meant?`);
  return entryFrom({ ...parsed }, line);
}

/** A name that an object has twice. JSON takes the last; who wrote it may have meant the first. */
function namedTwice(text: string, parsed: object): string | undefined {
  // Nearly always there are as many names as were read.
  if ((text.match(/"\s*:/g)?.length ?? 0) === namesIn(parsed)) return undefined;
  const open: Set<string>[] = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (name !== undefined) {
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}

/** None that can be counted where it is nested deeper than is read. */
function namesIn(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > depthMax) return Number.NaN;
  const parts = Object.values(value);
  const own = Array.isArray(value) ? 0 : parts.length;
  return parts.reduce<number>((sum, part) => sum + namesIn(part, depth + 1), own);
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
