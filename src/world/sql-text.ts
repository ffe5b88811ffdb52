/**
 * SQL as people type it: several statements in one text, which are one transaction. Nothing here understands SQL beyond
 * where a statement ends; the database is the judge of the rest.
 */

import { isNewId, type SqlParameter } from '../protocols/sql';

/** Quoted text, quoted names, comments: what is inside them means nothing outside. */
const opaque = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const word = /[A-Za-z_]\w*/y;

/**
 * The statements of a text, without the semicolons between them and without what says nothing.
 *
 * @example
 * statementsOf("DELETE FROM users WHERE id = 1; SELECT ';'"); // two
 */
export function statementsOf(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (const at of ends(text)) {
    found.push(text.slice(start, at).trim());
    start = at + 1;
  }
  found.push(text.slice(start).trim());
  return found.filter((statement) => bare(statement) !== '');
}

/** Whether a statement only reads, as far as its words tell. The database finds out by itself; this says what it costs. */
export function onlyReads(statement: string): boolean {
  const words = bare(statement).toUpperCase();
  if (/^(SELECT|VALUES|EXPLAIN)\b/.test(words)) return true;
  return /^WITH\b/.test(words) && !/\b(INSERT|UPDATE|DELETE|REPLACE)\s/.test(words);
}

/** What stands outside of quotes and comments, one line. */
function bare(text: string): string {
  let left = '';
  for (let at = 0; at < text.length; ) {
    const hidden = matchAt(opaque, text, at);
    left += hidden === '' ? text.charAt(at) : isComment(hidden) ? ' ' : '"';
    at += Math.max(1, hidden.length);
  }
  return left.trim();
}

/** Where statements end. A trigger has statements of its own inside, each with its semicolon, between BEGIN and END. */
function* ends(text: string): Generator<number> {
  let words: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const hidden = matchAt(opaque, text, at);
    const name = hidden === '' ? matchAt(word, text, at).toUpperCase() : '';
    if (name !== '') {
      words.push(name);
      const isTrigger = words[0] === 'CREATE' && words.slice(1, 3).includes('TRIGGER');
      if (isTrigger && (name === 'BEGIN' || name === 'CASE')) depth++;
      else if (isTrigger && name === 'END') depth--;
    } else if (hidden === '' && text.charAt(at) === ';' && depth <= 0) {
      yield at;
      words = [];
      depth = 0;
    }
    at += Math.max(1, hidden.length, name.length);
  }
}

function isComment(text: string): boolean {
  return text.startsWith('--') || text.startsWith('/*');
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * A statement with its parameters where the `?` stand, in one line: to be read, and good to be typed.
 *
 * @example
 * inPlace('UPDATE users SET city = ? WHERE id = ?', ["L'Aquila", 12]); // UPDATE users SET city = 'L''Aquila' WHERE id = 12
 */
export function inPlace(statement: string, parameters: readonly SqlParameter[]): string {
  let text = '';
  let next = 0;
  for (let at = 0; at < statement.length; ) {
    const hidden = matchAt(opaque, statement, at);
    const character = statement.charAt(at);
    const isBlank = isComment(hidden) || /\s/.test(character);
    if (isBlank) text += text.endsWith(' ') ? '' : ' ';
    else if (character === '?' && next < parameters.length) text += literal(parameters[next++] ?? null);
    else text += hidden === '' ? character : hidden;
    at += Math.max(1, hidden.length);
  }
  return text.trim();
}

/** An id that is not given yet is no SQL: nobody shall run by mistake what would mean something else. */
function literal(value: SqlParameter): string {
  if (isNewId(value)) return `<new id of ${value.newId}>`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');
}
