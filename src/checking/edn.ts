/**
 * The part of EDN (https://github.com/edn-format/edn) that histories are written in: nil, booleans, numbers, strings,
 * keywords, lists, vectors and maps. Lists and vectors become arrays; maps become objects whose names are the keys
 * without their colon; a keyword as a value keeps its colon, so that `:x` and `"x"` stay two values. Sets, characters,
 * symbols, tags, comments and ratios are refused.
 */

/** What could not be read, and at which column, from 1. */
export class EdnError extends Error {
  override name = 'EdnError';
}

const depthMax = 64;
const closers = { '[': ']', '(': ')', '{': '}' } as const;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

/**
 * Reads one value, and nothing after it.
 *
 * @param columnsBefore how much of the line stands before the text, so that a mistake is told by its column in the line
 * @throws EdnError in one line
 * @example
 * readEdn('{:f :cas, :value [1 2]}'); // { f: ':cas', value: [1, 2] }
 */
export function readEdn(text: string, columnsBefore = 0): unknown {
  const reader = new Reader(text, columnsBefore);
  const value = reader.value(0);
  reader.finish();
  return value;
}

class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly columnsBefore: number,
  ) {}

  value(depth: number): unknown {
    this.skipSpace();
    if (depth > depthMax) throw this.error(`nested more than ${depthMax} deep`);
    const next = this.text[this.at];
    if (next === undefined) throw this.error('it ends where a value should stand');
    if (next === '"') return this.string();
    if (next === '[' || next === '(') return this.items(closers[next], depth);
    if (next === '{') return this.map(depth);
    return this.atom();
  }

  finish(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.error(`'${this.text.slice(this.at, this.at + 20)}' after the value`);
  }

  /** A comma is white space in EDN. */
  private skipSpace(): void {
    while (/[\s,]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private items(closer: string, depth: number): unknown[] {
    this.at++;
    const items: unknown[] = [];
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] === undefined) throw this.error(`it ends before its '${closer}'`);
      if (this.text[this.at] === closer) {
        this.at++;
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  private map(depth: number): Readonly<Record<string, unknown>> {
    const start = this.at;
    const items = this.items(closers['{'], depth);
    const fields = new Map<string, unknown>();
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (i + 1 === items.length) throw this.error('a key of the map has no value', start);
      if (typeof key !== 'string') throw this.error('a key of the map is neither a keyword nor a string', start);
      const name = key.replace(/^:/, '');
      if (fields.has(name)) throw this.error(`the map has ${key} twice`, start);
      fields.set(name, items[i + 1]);
    }
    return Object.fromEntries(fields);
  }

  private string(): string {
    const start = this.at++;
    let value = '';
    for (;;) {
      const next = this.text[this.at++];
      if (next === undefined) throw this.error('the string does not end', start);
      if (next === '"') return value;
      value += next === '\\' ? this.escaped() : next;
    }
  }

  private escaped(): string {
    const code = /^u([0-9a-fA-F]{4})/.exec(this.text.slice(this.at, this.at + 5))?.[1];
    if (code !== undefined) {
      this.at += 5;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const plain = escapes[this.text[this.at] ?? ''];
    if (plain === undefined) throw this.error('an escape that EDN does not know');
    this.at++;
    return plain;
  }

  private atom(): unknown {
    const start = this.at;
    while (/[^\s,"[\](){}]/.test(this.text[this.at] ?? '')) this.at++;
    const word = this.text.slice(start, this.at);
    if (word === 'nil') return null;
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (/^:[^:/#@;^`~\\][^:#@;^`~\\]*$/.test(word)) return word;
    if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?[NM]?$/.test(word)) return this.number(word, start);
    throw this.error(word === '' ? `'${this.text[start]}' does not belong here` : `'${word}' is not a value`, start);
  }

  private number(word: string, start: number): number {
    const value = Number(word.replace(/[NM]$/, ''));
    // Rounded, two different values could pass for one.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw this.error(`${word} is too large`, start);
    return value;
  }

  private error(what: string, at = this.at): EdnError {
    return new EdnError(`${what} (column ${this.columnsBefore + at + 1})`);
  }
}
