/**
 * What clients saw: entries (invoke, ok, fail, unknown) in the order in which they were recorded, and the operations
 * that they add up to, each an interval from its call to its end. A history that contradicts itself is refused with line
 * and reason: a checker that guessed what was meant would answer for another history than the one it was given.
 */
import type { OperationEvent } from '../kernel/events';

/** `unknown`: it may or may not have happened, at any time after its call. Jepsen calls it `info`. */
export type EntryType = 'invoke' | 'ok' | 'fail' | 'unknown';

/** One line of a history. */
export interface Entry {
  /** Who; a process does one thing at a time, and nothing more once an outcome is unknown to it. */
  readonly process: string;
  readonly type: EntryType;
  /** What is done: `read`, `write`, `cas`, `enqueue` ... */
  readonly f: string;
  /** The object that it is done to, where there are several. */
  readonly key?: string | undefined;
  readonly value?: unknown;
  /** Microseconds on one clock, virtual or monotonic. */
  readonly time?: number | undefined;
  /** Where it stands in its file, from 1. */
  readonly line: number;
}

/** A call and how it ended. `call` and `end` are places in the order of entries. */
export interface Operation {
  readonly process: string;
  readonly f: string;
  readonly key: string | undefined;
  /** The value it was called with. */
  readonly input: unknown;
  /** The value it came back with; only where the outcome is `ok`. */
  readonly output: unknown;
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly call: number;
  /** Infinity where nobody knows whether it has happened yet. */
  readonly end: number;
  readonly calledAtUs: number | undefined;
  readonly endedAtUs: number | undefined;
  readonly line: number;
  readonly endLine: number | undefined;
}

/** Why a text is not a history, and where; line 0 stands for the whole. */
export interface Problem {
  readonly line: number;
  readonly reason: string;
}

/** A history, or why it is none. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function refuse(line: number, reason: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { line, reason } };
}

/**
 * Pairs entries to operations, in the order of their calls. A call that nobody saw end has an unknown outcome.
 *
 * @example
 * pairUp([
 *   { process: 'app-1', type: 'invoke', f: 'write', value: 7, line: 1 },
 *   { process: 'app-1', type: 'ok', f: 'write', value: 7, line: 2 },
 * ]); // { ok: true, value: [{ f: 'write', input: 7, outcome: 'ok', call: 0, end: 1, ... }] }
 */
export function pairUp(entries: readonly Entry[]): Reading<Operation[]> {
  const operations: Operation[] = [];
  /** What each process is doing, and where that stands among the operations. */
  const open = new Map<string, { readonly call: Operation; readonly place: number }>();
  /** Who was left in the dark, and by which entry. */
  const gone = new Map<string, Entry>();
  let latest: Entry | undefined;

  for (const [position, entry] of entries.entries()) {
    const { process, type, f, line } = entry;
    if (entry.time !== undefined) {
      if (latest?.time !== undefined && entry.time < latest.time) {
        return refuse(line, `time ${entry.time} is before the ${latest.time} of line ${latest.line}`);
      }
      latest = entry;
    }
    const lost = gone.get(process);
    if (lost !== undefined) {
      return refuse(line, `process ${process} goes on after its outcome became unknown in line ${lost.line}`);
    }
    const doing = open.get(process);
    if (type === 'invoke') {
      if (doing !== undefined) {
        return refuse(
          line,
          `process ${process} calls ${f} while its ${doing.call.f} of line ${doing.call.line} is open`,
        );
      }
      const call = begun(entry, position);
      open.set(process, { call, place: operations.length });
      operations.push(call);
      continue;
    }
    if (doing === undefined) return refuse(line, `process ${process} ends a ${f} (${type}) that it never called`);
    const { call, place } = doing;
    if (call.f !== f) return refuse(line, `process ${process} ends a ${f}, but called ${call.f} in line ${call.line}`);
    if (entry.key !== undefined && entry.key !== call.key) {
      const called = call.key === undefined ? 'without a key' : `with key ${call.key}`;
      return refuse(line, `process ${process} ends its ${f} with key ${entry.key}, but called it ${called}`);
    }
    open.delete(process);
    if (type === 'unknown') gone.set(process, entry);
    operations[place] = ended(call, entry, position);
  }
  return read(operations);
}

/** The history of a world: its operation events, in the order in which they happened. */
export function entriesOf(events: Iterable<OperationEvent>): Entry[] {
  const entries: Entry[] = [];
  for (const { atUs, operation } of events) {
    const { process, phase, f, key, value } = operation;
    entries.push({ process, type: phase, f, key, value, time: atUs, line: entries.length + 1 });
  }
  return entries;
}

/**
 * The history as it stood after the entry at `last`: later calls are not yet made, and what ends later is still open,
 * so nobody knows yet how.
 */
export function cutAfter(operations: readonly Operation[], last: number): Operation[] {
  const before = operations.filter(({ call }) => call <= last);
  return before.map((operation) => (operation.end <= last ? operation : { ...operation, ...stillOpen }));
}

/** An operation in one line: `write 7`, `read -> 3`, `get users/12 -> unknown`. */
export function inWords(operation: Operation, brief: (value: unknown) => string): string {
  const { f, key, input, output, outcome } = operation;
  const asked = input === undefined || input === null ? '' : ` ${brief(input)}`;
  const showsOutput = outcome === 'ok' && output !== undefined && brief(output) !== brief(input);
  const answer =
    showsOutput || (outcome === 'ok' && asked === '' && output !== undefined) ? ` -> ${brief(output)}` : '';
  return `${f}${key === undefined ? '' : ` ${key}`}${asked}${outcome === 'ok' ? answer : ` -> ${outcome}`}`;
}

const stillOpen = {
  output: undefined,
  outcome: 'unknown',
  end: Number.POSITIVE_INFINITY,
  endedAtUs: undefined,
  endLine: undefined,
} as const;

/** All of one shape, each field spelled out: what a spread has made is slow to add to, and slow to read ever after. */
function begun({ process, f, key, value, time, line }: Entry, position: number): Operation {
  return {
    process,
    f,
    key,
    input: value,
    output: undefined,
    outcome: 'unknown',
    call: position,
    end: Number.POSITIVE_INFINITY,
    calledAtUs: time,
    endedAtUs: undefined,
    line,
    endLine: undefined,
  };
}

/** An unknown outcome never ends: what was asked for may still happen after the client has given up. */
function ended(operation: Operation, by: Entry, position: number): Operation {
  if (by.type !== 'ok' && by.type !== 'fail') return operation;
  const { process, f, key, input, call, calledAtUs, line } = operation;
  return {
    process,
    f,
    key,
    input,
    output: by.type === 'ok' ? by.value : undefined,
    outcome: by.type,
    call,
    end: position,
    calledAtUs,
    endedAtUs: by.time,
    line,
    endLine: by.line,
  };
}
