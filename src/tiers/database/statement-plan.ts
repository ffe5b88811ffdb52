/**
 * What SQLite says of a statement before it runs: its plan, and the program that it makes of it.
 */
import type { Database } from 'better-sqlite3';
import { mayVary } from './determinism';

/** Whether it may call what gives another result another time, itself or by defaults and triggers. */
export function callsWhatVaries(database: Database, text: string): boolean {
  try {
    const steps = database.prepare(`EXPLAIN ${text}`).raw(true).all(nullsFor(text));
    return steps.some((step) => Array.isArray(step) && isCall(step[1]) && mayVary(String(step[5])));
  } catch {
    return true; // Numbered placeholders: only a run will tell.
  }
}

/** Whether every table of the outermost query is looked up by its integer primary key: then there is one row at most. */
export function isSingle(database: Database, text: string): boolean {
  // A list of keys is looked up like a single one, by its plan.
  if (!/^\s*SELECT\b/i.test(text) || /\bIN\b/i.test(withoutQuotes(text))) return false;
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`).raw(true).all(nullsFor(text));
  const outermost = plan.flatMap((row) => (isPlanRow(row) && row[1] === 0 ? [row[3]] : []));
  const tables = outermost.filter((what) => !what.includes('SUBQUERY'));
  return tables.length > 0 && tables.every((what) => /^SEARCH \S+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/.test(what));
}

function isCall(operation: unknown): boolean {
  return operation === 'Function' || operation === 'PureFunc';
}

type PlanRow = [id: number, parent: number, unused: number, what: string];

function isPlanRow(row: unknown): row is PlanRow {
  return Array.isArray(row) && typeof row[1] === 'number' && typeof row[3] === 'string';
}

/** One for each placeholder outside of quotes and comments. */
function nullsFor(text: string): null[] {
  return Array.from({ length: withoutQuotes(text).split('?').length - 1 }, () => null);
}

function withoutQuotes(text: string): string {
  return text.replace(/'[^']*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\//g, '');
}
