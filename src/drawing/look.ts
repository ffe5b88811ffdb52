/**
 * How text may look where it is going: how wide, and with colour or without. Everything below `render/` is a pure
 * function of data and a look, so that a prompt, a pipe and a test see the same words.
 */
import { stripVTControlCharacters } from 'node:util';
import { createColors } from 'picocolors';

/** What a rendering is made for. */
export interface Look {
  /** No line is wider than this. */
  readonly columns: number;
  /** Whether escape codes may be used; without them nothing of the meaning is lost. */
  readonly colour: boolean;
}

/** What a pipe gets. */
export const plain: Look = { columns: 80, colour: false };

export type Paint = (text: string) => string;

/** Colours by what they mean, so that the same thing looks the same in every rendering. */
export interface Palette {
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  /** Names of nodes, verbs and whatever else can be typed. */
  readonly name: Paint;
  readonly strong: Paint;
  readonly quiet: Paint;
}

export function palette(look: Look): Palette {
  const { green, yellow, red, cyan, bold, dim } = createColors(look.colour);
  return { good: green, warn: yellow, bad: red, name: cyan, strong: bold, quiet: dim };
}

/** How many columns a text takes: escape codes take none, wide characters two. */
export function width(text: string): number {
  if (isNarrow(text)) return text.length;
  const stringWidth: typeof import('string-width')['default'] = require('string-width');
  return stringWidth(text);
}

/** Cuts a text to so many columns; what is missing shows as `…`. Keeps escape codes whole, and closes them. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let used = 0;
  let full = false;
  for (const piece of pieces(text)) {
    if (isEscape(piece)) {
      kept += piece; // also behind the cut: a colour that was opened must be closed
    } else if (!full) {
      full = used + width(piece) > columns - 1;
      kept += full ? '…' : piece;
      used += width(piece);
    }
  }
  return kept;
}

/** A text as exactly so many columns: cut, or filled with blanks on the right. */
export function left(text: string, columns: number): string {
  const fitting = cut(text, columns);
  return fitting + ' '.repeat(columns - width(fitting));
}

/** The same, filled on the left. */
export function right(text: string, columns: number): string {
  const fitting = cut(text, columns);
  return ' '.repeat(columns - width(fitting)) + fitting;
}

/** Puts lines together, none of them wider than the look allows and none with blanks at its end. */
export function page(lines: readonly string[], look: Look): string {
  return lines.map((line) => cut(line.trimEnd(), look.columns)).join('\n');
}

/** Breaks a text at blanks into lines; a word that is wider than a line is left whole, for `page` to cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((found) => found !== '')) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Lines that are too wide go on below. */
export function paragraphs(text: string, look: Look): string[] {
  return text.split('\n').flatMap((line) => wrap(line, look.columns));
}

/** What comes from outside as one line without escape codes: nobody's data colours or moves our text. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ');
}

/** The same for texts of several lines: tabs become two blanks. */
export function manyLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map((line) => oneLine(line.replaceAll('\t', '  ')));
}

/** `1 node`, `2 nodes`, `0 nodes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Latin letters, arrows, box drawings: one column each. The library is asked for the rest, because it takes time to load. */
function isNarrow(text: string): boolean {
  return /^[\x20-\x7e\u00a0-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u259f]*$/.test(text);
}

const escapeCode = '\u001b';

function isEscape(piece: string): boolean {
  return piece.startsWith(escapeCode) && stripVTControlCharacters(piece) === '';
}

/** A text as escape sequences and single characters. */
function* pieces(text: string): Generator<string> {
  let sequence = '';
  for (const character of text) {
    if (character === escapeCode || sequence !== '') {
      sequence += character;
      if (/[a-zA-Z]/.test(character)) {
        yield sequence;
        sequence = '';
      }
    } else {
      yield character;
    }
  }
}
