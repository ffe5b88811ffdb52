/**
 * What a line came to: text for people or a JSON value for programs, and whether it went well.
 */
import { inspect, types } from 'node:util';
import { type Look, palette, wrap } from '../../src/drawing/look';
import { Refusal } from '../../src/world/quantities';
import type { Shown } from './command';
import { Cancelled, Mistake } from './mistake';

export interface Reply {
  /** What to show; nothing to show is an empty text. */
  readonly text: string;
  /** What the line gave, as plain data; `undefined` if nothing. */
  readonly value: unknown;
  readonly ok: boolean;
  /** What went wrong, in one line without colour. */
  readonly problem?: string;
  /** The line is the beginning of something; what is missing. */
  readonly incomplete?: string;
  readonly cancelled?: true;
  readonly exit?: true;
  /** What the process is to end with where no prompt is shown. */
  readonly exitCode?: number;
  readonly clear?: true;
  readonly live?: Shown['live'];
}

/** The reply to an empty line or a comment. */
export const nothing: Reply = { text: '', value: undefined, ok: true };

/** The reply of a verb. */
export function shown(result: Shown, look: Look, json: boolean): Reply {
  const { value, lines, exit, exitCode, clear, live } = result;
  return {
    text: json ? ((exit ?? clear ?? false) ? '' : inJson(value, lines)) : result.text(look),
    value,
    ok: true,
    ...(exit === undefined ? {} : { exit }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(clear === undefined ? {} : { clear }),
    ...(live === undefined || json ? {} : { live }),
  };
}

/** The reply of a line of several verbs: all texts, and otherwise what the last one said. */
export function together(replies: readonly Reply[]): Reply {
  const last = replies.at(-1) ?? nothing;
  const texts = replies.map(({ text }) => text).filter((text) => text !== '');
  return { ...last, text: texts.join('\n') };
}

/** The reply of a line of TypeScript. A line that gives nothing shows nothing. */
export function valued(value: unknown, look: Look, json: boolean): Reply {
  if (value === undefined) return nothing;
  const text = json
    ? toJson(value)
    : inspect(value, { colors: look.colour, breakLength: look.columns, depth: 4, maxArrayLength: 50 });
  return { text, value, ok: true };
}

/** The reply to what could not be done. */
export function failed(failure: unknown, line: string, look: Look): Reply {
  const problem = problemOf(failure, line);
  const { bad, strong } = palette(look);
  const text =
    failure instanceof Refusal
      ? wrap(`error: ${problem}`, look.columns)
          .join('\n')
          .replace(/^error:/, bad(strong('error:')))
      : wrap(problem, look.columns).map(bad).join('\n');
  const cancelled = failure instanceof Cancelled;
  return { text, value: undefined, ok: false, problem, ...(cancelled ? { cancelled } : {}) };
}

/** `what is wrong (column 12)`, or `TypeError: message` for what TypeScript threw: one line, no stack. */
export function problemOf(failure: unknown, line: string): string {
  if (failure instanceof Mistake && failure.at !== undefined)
    return `${failure.message} (${placeOf(line, failure.at)})`;
  if (failure instanceof Refusal) return failure.message;
  if (!types.isNativeError(failure)) {
    return `Error: thrown ${inspect(failure, { depth: 1, breakLength: Number.POSITIVE_INFINITY })}`;
  }
  return `${failure.name}: ${failure.message.split('\n')[0] ?? ''}`;
}

function placeOf(line: string, at: number): string {
  const before = line.slice(0, at).split('\n');
  const column = `column ${(before.at(-1)?.length ?? 0) + 1}`;
  return before.length === 1 ? column : `line ${before.length}, ${column}`;
}

function inJson(value: unknown, lines: true | undefined): string {
  return lines === true && Array.isArray(value) ? value.map(toJson).join('\n') : toJson(value);
}

/** One line; what JSON does not know becomes a text or is left out. */
function toJson(value: unknown): string {
  const within: unknown[] = [];
  function plain(this: unknown, _key: string, field: unknown): unknown {
    if (typeof field === 'bigint') return String(field);
    if (typeof field !== 'object' || field === null) return field;
    while (within.length > 0 && within.at(-1) !== this) within.pop();
    if (within.includes(field)) return undefined; // A circle has no end.
    // Those of TypeScript lines are of another realm, which instanceof does not know.
    const known = types.isMap(field) ? Object.fromEntries(field) : types.isSet(field) ? [...field] : field;
    within.push(field, known);
    return known;
  }
  return JSON.stringify(value, plain) ?? 'null';
}
