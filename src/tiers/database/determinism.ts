/**
 * Replaces those SQL functions that would give another result when the log is read again, on another copy or in another
 * run. Done by overriding them inside SQLite, which no spelling, nesting, default value or trigger gets around.
 */
import type { Database } from 'better-sqlite3';
import { Refusal } from './refusal';

/** Functions of chance, of the time of day, and of what this connection happened to do before. */
const never: Readonly<Record<string, string>> = {
  random: 'draws by chance',
  randomblob: 'draws by chance',
  current_date: 'reads the clock',
  current_time: 'reads the clock',
  current_timestamp: 'reads the clock',
  changes: 'depends on the statement before it; the answer carries the number of changes',
  total_changes: 'depends on the statements before it; the answer carries the number of changes',
  last_insert_rowid: 'depends on the statement before it; the answer carries the last id',
};

/** Date functions are fine on a given time; the place of the first time among their arguments. */
const dates: Readonly<Record<string, number>> = {
  date: 0,
  time: 0,
  datetime: 0,
  julianday: 0,
  unixepoch: 0,
  strftime: 1,
  timediff: 0,
};
/** Whether a call as SQLite writes it, `random(-1)`, may give another result another time. */
export function mayVary(call: string): boolean {
  const name = call.slice(0, call.indexOf('('));
  return Object.hasOwn(never, name) || Object.hasOwn(dates, name);
}

const clockWords = /^\s*(now|subsec|subsecond)\s*$/i;
const zoneWords = /^\s*(localtime|utc)\s*$/i;

/**
 * @param logPosition what `log_position()` returns: the position of the entry that is being applied.
 * @param plain opens a connection with the functions as they were, for those calls that are fine.
 */
export function makeDeterministic(database: Database, logPosition: () => number, plain: () => Database): void {
  for (const [name, why] of Object.entries(never)) {
    database.function(name, { varargs: true }, () => {
      throw new Refusal('not-deterministic', `${name} ${why}, so the log would not give the same data again`);
    });
  }
  for (const [name, firstTime] of Object.entries(dates)) {
    database.function(name, { varargs: true, deterministic: true }, (...given: unknown[]) => {
      checkDate(name, given, firstTime);
      const marks = given.map(() => '?').join(', ');
      return plain().prepare(`SELECT ${name}(${marks})`).pluck().get(given);
    });
  }
  database.function('log_position', logPosition);
}

function checkDate(name: string, given: readonly unknown[], firstTime: number): void {
  const times = given.slice(firstTime);
  const readsClock = times.length === 0 || times.some((time) => typeof time === 'string' && clockWords.test(time));
  if (readsClock && name !== 'timediff') {
    throw new Refusal('not-deterministic', `${name} reads the clock here; hand the time over as a parameter`);
  }
  if (times.some((time) => typeof time === 'string' && (zoneWords.test(time) || clockWords.test(time)))) {
    throw new Refusal('not-deterministic', `${name} depends on the clock or the time zone of the machine here`);
  }
}
