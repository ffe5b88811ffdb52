/**
 * Histories as Jepsen writes them, in two notations: its log, `INFO  jepsen.util - 3<tab>:ok<tab>:read<tab>nil`, and one
 * EDN map a line, `{:process 3, :type :ok, :f :read, :value nil}`. `:info` means that the outcome is unknown; what such
 * a completion carries (`:timed-out`) says why, so the value is that of the call. What the nemesis does is let pass.
 */
import { EdnError, readEdn } from './edn';
import { type Entry, type Reading, read, refuse } from './history';
import { entryFrom } from './json-lines';
import { quote } from './value';

const logLine = /^INFO\s+jepsen\.util\s+-\s+(\S+)\s+:([\w-]+)\s+:([\w-]+)\s+(\S.*)$/;
const otherLogLine = /^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+(?!jepsen\.util\s)\S+\s+-\s/;

/** Whether a line is one of a log, of a history or of something else. */
export function isLogLine(line: string): boolean {
  return /^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s/.test(line);
}

/** Reads a Jepsen log of a history. Lines of other loggers are let pass. */
export function fromJepsenLog(text: string): Reading<Entry[]> {
  const entries: Entry[] = [];
  const seen: string[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, content] of lines.entries()) {
    if (content.trim() === '' || otherLogLine.test(content)) continue;
    const line = index + 1;
    const found = logLine.exec(content.trimEnd());
    if (found === null) {
      return refuse(line, `not a line of a Jepsen log (INFO jepsen.util - process :type :f value): ${quote(content)}`);
    }
    const [, process = '', type = '', f = '', written = ''] = found;
    if (process === ':nemesis') continue;
    // A file that was cut off in the middle of 12 ends in 1, which is a value as well.
    const longer =
      index === lines.length - 1 ? seen.find((other) => other !== written && other.startsWith(written)) : undefined;
    if (longer !== undefined) return refuse(line, `the last line does not end: it may have said ${longer}`);
    seen.push(written);
    const value = attempt(written, line, content.trimEnd().length - written.length);
    if (!value.ok) return value;
    const entry = entryFrom({ process, type, f, value: value.value }, line);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return read(entries);
}

/** Reads a history of one EDN map a line. */
export function fromEdnLines(text: string): Reading<Entry[]> {
  const entries: Entry[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    const map = attempt(content, line);
    if (!map.ok) return map;
    if (typeof map.value !== 'object' || map.value === null || Array.isArray(map.value)) {
      return refuse(line, 'not an EDN map');
    }
    const fields: Readonly<Record<string, unknown>> = { ...map.value };
    if (fields['process'] === ':nemesis') continue;
    const { type, f } = fields;
    const entry = entryFrom({ ...fields, type: bare(type), f: bare(f) }, line);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return read(entries);
}

/** @param columnsBefore how much of the line stands before the text */
function attempt(text: string, line: number, columnsBefore = 0): Reading<unknown> {
  try {
    return read(readEdn(text, columnsBefore));
  } catch (error) {
    if (error instanceof EdnError) return refuse(line, `not EDN: ${error.message}`);
    throw error;
  }
}

function bare(keyword: unknown): unknown {
  return typeof keyword === 'string' ? keyword.replace(/^:/, '') : keyword;
}
