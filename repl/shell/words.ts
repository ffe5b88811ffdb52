/**
 * A line as words, each with its place. Blanks separate; quotes keep blanks; braces and brackets keep what is between
 * them, so that JSON and globs such as `{lb,web}-1` need no quotes. `|` and `->` are words of their own.
 */
import { Mistake } from './mistake';

/** One word of a line, or one argument of a call. */
export interface Word {
  /** A text from a line; whatever it was from a call. */
  readonly value: unknown;
  /** As it was typed, quotes and all. */
  readonly raw: string;
  /** Where it stands in the line, from 0; absent in a call. */
  readonly at?: number;
}

const signs = ['|', '->'] as const;
const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Splits a line from a place on. Throws a `Mistake` for a quote that never ends. */
export function splitWords(line: string, from = 0): Word[] {
  const words: Word[] = [];
  let at = from;
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) {
      at++;
      continue;
    }
    const sign = signs.find((candidate) => line.startsWith(candidate, at));
    const word = sign === undefined ? readWord(line, at) : { value: sign, raw: sign, at };
    words.push(word);
    at += word.raw.length;
  }
  return words;
}

function readWord(line: string, start: number): Word {
  const open: string[] = [];
  let value = '';
  let at = start;
  for (; at < line.length; at++) {
    const character = line.charAt(at);
    const ended = open.length === 0 && (/\s/.test(character) || (at > start && isSign(line, at)));
    if (ended) break;
    if (character === '"' || (character === "'" && open.length === 0)) {
      const end = closingQuote(line, at);
      value += open.length === 0 ? line.slice(at + 1, end) : line.slice(at, end + 1);
      at = end;
      continue;
    }
    const closer = closers[character];
    if (closer !== undefined) open.push(closer);
    else if (character === open.at(-1)) open.pop();
    value += character;
  }
  return { value, raw: line.slice(start, at), at: start };
}

function isSign(line: string, at: number): boolean {
  return signs.some((sign) => line.startsWith(sign, at));
}

function closingQuote(line: string, at: number): number {
  const end = endOfQuote(line, at);
  if (end === undefined) throw new Mistake(`a quote is opened here and never closed`, at);
  return end;
}

/** Where a quote that is opened at a place is closed, if it is. */
export function endOfQuote(line: string, at: number): number | undefined {
  const quote = line.charAt(at);
  for (let end = at + 1; end < line.length; end++) {
    if (line.charAt(end) === '\\' && quote === '"') end++;
    else if (line.charAt(end) === quote) return end;
  }
  return undefined;
}
