/**
 * What a user got: the status in its colour, how long it took and through whom, then the body as it is meant to be read.
 */

import { type Look, manyLines, oneLine, type Paint, page, palette, plural, wrap } from '../../src/drawing/look';
import { durationOfMs } from '../../src/drawing/numbers';
import type { ClientResponse } from '../../src/protocols/client';

/** What is shown besides the answer itself. */
export interface ResponseOptions {
  /** Whose answer it is; stands first on the way. */
  readonly client?: string;
  /** Whether headers are shown. */
  readonly headers?: boolean;
  /** How much of the body is shown. */
  readonly bodyLinesMax?: number;
}

const bodyLinesMax = 40;

/**
 * @example
 * response({ kind: 'client.response', status: 200, headers: {}, body: '{"id":12}', ms: 43, via: ['lb-1', 'web-2'] }, plain);
 * // 200 OK  43 ms  9 B  lb-1 → web-2
 * // {
 * //   "id": 12
 * // }
 */
export function response(answer: ClientResponse, look: Look, options: ResponseOptions = {}): string {
  const { quiet, name } = palette(look);
  const path = [...(options.client === undefined ? [] : [options.client]), ...answer.via];
  const facts = [durationOfMs(answer.ms), ...(answer.body === '' ? [] : [size(answer.body)])];
  const head = [
    statusText(answer, look),
    ...facts.map(quiet),
    ...(path.length === 0 ? [] : [path.map(name).join(' → ')]),
  ];
  const lines = [head.join('  ')];
  if (answer.problem !== undefined) lines.push(...wrap(oneLine(answer.problem), look.columns));
  if (options.headers === true) {
    // Cookies that are set stand one per line.
    for (const [header, values] of Object.entries(answer.headers))
      for (const value of values.split('\n')) lines.push(quiet(oneLine(`${header}: ${value}`)));
    if (answer.body !== '') lines.push('');
  }
  lines.push(...bounded(body(answer, look), options.bodyLinesMax ?? bodyLinesMax, quiet));
  return page(lines, look);
}

/** `200 OK`, in the colour of its class; without a response, that there was none. */
export function statusText({ status }: { readonly status: number }, look: Look): string {
  const { good, warn, bad, strong } = palette(look);
  if (status === 0) return bad(strong('no response'));
  const { STATUS_CODES }: typeof import('node:http') = require('node:http');
  const text = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  return (status < 300 ? good : status < 500 ? warn : bad)(strong(text));
}

/** JSON is laid out, whatever the server calls it; anything else stays as it came. */
function body({ body: text }: ClientResponse, look: Look): string[] {
  if (text === '') return [];
  if (!/^\s*[{[]/.test(text)) return manyLines(text.trimEnd());
  try {
    const value: unknown = JSON.parse(text);
    return manyLines(JSON.stringify(value, undefined, 2)).map((line) => coloured(line, look));
  } catch {
    return manyLines(text.trimEnd()); // It only looked like JSON.
  }
}

/** One line of laid-out JSON: the name of a member stands out, its value by what it is. */
function coloured(line: string, look: Look): string {
  if (!look.colour) return line;
  const { name, good, warn } = palette(look);
  const found = /^(\s*)("(?:[^"\\]|\\.)*")?(: )?(.*?)(,?)$/.exec(line);
  if (found === null) return line;
  const [, indent = '', first = '', colon = '', rest = '', comma = ''] = found;
  const value = (text: string): string =>
    text.startsWith('"') ? good(text) : /^[\d\-tfn]/.test(text) ? warn(text) : text;
  return colon === '' ? indent + value(first + rest) + comma : indent + name(first) + colon + value(rest) + comma;
}

function bounded(lines: readonly string[], max: number, quiet: Paint): readonly string[] {
  if (lines.length <= max) return lines;
  const shown = Math.max(1, max - 1); // The line that says what is missing takes the place of one.
  return [...lines.slice(0, shown), quiet(`… ${plural(lines.length - shown, 'more line')}`)];
}

function size(text: string): string {
  const bytes: typeof import('bytes') = require('bytes');
  return bytes.format(Buffer.byteLength(text), { unitSeparator: ' ' }) ?? '';
}
