/**
 * What went wrong, in one line for people: what, where and what to do next. A place in what was typed is shown with a
 * caret under it.
 */
import { type Look, manyLines, oneLine, page, palette, width } from '../../src/drawing/look';

/** A place in a text that was typed. Both count from 1, as people and compilers do. */
export interface Spot {
  /** The line in a script; absent at the prompt. */
  readonly line?: number;
  readonly column: number;
}

/** `error: there is no node web-9; did you mean web-1?` */
export function errorLine(message: string, look: Look): string {
  const { bad, strong } = palette(look);
  const [first = '', ...rest] = manyLines(message);
  return page([`${bad(strong('error:'))} ${first}`, ...rest.map((line) => `  ${line}`)], look);
}

/**
 * The same with the line that it happened in and a caret under the column. A long line is shown around the place.
 *
 * @example
 * errorAt("a value is missing after ':'", 'post /users {"name": }', { column: 22 }, plain);
 * // error: a value is missing after ':' (column 22)
 * //   post /users {"name": }
 * //                        ^
 */
export function errorAt(message: string, source: string, spot: Spot, look: Look): string {
  const { bad } = palette(look);
  const where = spot.line === undefined ? `column ${spot.column}` : `line ${spot.line}, column ${spot.column}`;
  const { text, before } = around(source, spot.column, look.columns - 4);
  return [
    errorLine(`${message} (${where})`, look),
    page([`  ${text}`, `  ${' '.repeat(before)}${bad('^')}`], look),
  ].join('\n');
}

/** The candidates that a misspelt word may have meant, nearest first; none if nothing is near. */
export function nearest(word: string, candidates: Iterable<string>, max = 3): string[] {
  const { distance }: typeof import('fastest-levenshtein') = require('fastest-levenshtein');
  const wanted = word.toLowerCase();
  const limit = Math.max(1, Math.floor(Math.max(wanted.length, 3) / 3) + 1);
  return [...new Set(candidates)]
    .map((candidate, at) => {
      const known = candidate.toLowerCase();
      const begun = wanted.length > 1 && known !== wanted && known.startsWith(wanted);
      const swapped = known !== wanted && sorted(known) === sorted(wanted); // `wbe-1`: one slip, though two letters differ
      return { candidate, at, far: begun ? 0.5 : swapped ? 1 : distance(wanted, known) };
    })
    .filter(({ candidate, far }) => far <= limit && far < candidate.length)
    .sort((a, b) => a.far - b.far || a.at - b.at)
    .slice(0, max)
    .map(({ candidate }) => candidate);
}

/** `; did you mean web-1 or web-2?`, to be put behind a message; nothing if nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found.length === 0 ? '' : `; did you mean ${eitherOf(found)}?`;
}

/** What is wrong in a text that should be JSON and where, or `undefined` if nothing is. */
export function jsonMistake(text: string): { readonly message: string; readonly column: number } | undefined {
  const { parse, printParseErrorCode }: typeof import('jsonc-parser') = require('jsonc-parser');
  const mistakes: import('jsonc-parser').ParseError[] = [];
  parse(text, mistakes, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = mistakes;
  if (first === undefined) return undefined;
  const code = printParseErrorCode(first.error);
  return { message: `this is not JSON: ${jsonWords[code] ?? code}`, column: first.offset + 1 };
}

const jsonWords: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that is not true, false or null; texts need double quotes',
  InvalidNumberFormat: 'a number that cannot be read',
  PropertyNameExpected: 'a name in double quotes is missing here',
  ValueExpected: 'a value is missing here',
  ColonExpected: "a ':' is missing here",
  CommaExpected: "a ',' is missing here",
  CloseBraceExpected: "a '}' is missing here",
  CloseBracketExpected: "a ']' is missing here",
  EndOfFileExpected: 'it should have ended here',
  InvalidCommentToken: 'comments are not allowed',
  UnexpectedEndOfString: 'a text without its closing quote',
  UnexpectedEndOfNumber: 'a number that ends too early',
  InvalidUnicode: 'a \\u without four hexadecimal digits',
  InvalidEscapeCharacter: "a '\\' before a character that needs none",
  InvalidCharacter: 'a character that must be escaped',
};

/** The piece of a line around a column, and how many columns of it stand before the place. */
function around(source: string, column: number, columns: number): { text: string; before: number } {
  const line = oneLine(source);
  const at = Math.max(0, Math.min(column - 1, line.length));
  if (width(line) <= columns) return { text: line, before: width(line.slice(0, at)) };
  const start = Math.max(0, Math.min(at - Math.floor(columns / 2), line.length - columns + 1));
  const text = `${start === 0 ? '' : '…'}${line.slice(start === 0 ? 0 : start + 1)}`;
  return { text, before: width(line.slice(start, at)) };
}

function sorted(word: string): string {
  return [...word].sort().join('');
}

function eitherOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
