/**
 * How fresh the data of a response must be: what the user asks for in a header, or what the site promises everybody.
 * A session is a number that the user's device carries along: the log position of the newest data that it has seen.
 */
import { Type } from '../../kernel/schema';
import { type HttpRequest, positionHeader } from '../../protocols/http';
import type { Freshness } from '../../protocols/sql';

/** `session`: at least as new as everything that this device has read or written (read-your-writes, monotonic reads). */
export const readsSetting = Type.Union([
  Type.Literal('newest'),
  Type.Literal('any'),
  Type.Literal('session'),
  Type.Object({ withinMs: Type.Number({ minimum: 0 }) }),
]);
export type Reads = 'newest' | 'any' | 'session' | { readonly withinMs: number };

export const freshnessHeader = 'x-freshness';

/** What is wrong with how a request says what it wants. */
export interface Unclear {
  readonly problem: string;
}

export function freshnessOf({ headers }: HttpRequest, otherwise: Reads): Freshness | Unclear {
  const given = headers[freshnessHeader];
  const wanted = given === undefined ? otherwise : parse(given);
  if (wanted === undefined) {
    const problem = `${freshnessHeader}: expected newest, any, session or a time such as 500ms, got ${given?.slice(0, 40)}`;
    return { problem };
  }
  if (wanted !== 'session') return wanted;
  const position = Number(headers[positionHeader] ?? 0);
  if (Number.isSafeInteger(position) && position >= 0) return { position };
  return { problem: `${positionHeader}: expected a whole number` };
}

function parse(text: string): Reads | undefined {
  if (text === 'newest' || text === 'any' || text === 'session') return text;
  const [, digits] = /^(\d{1,9}) ?ms$/.exec(text) ?? [];
  return digits === undefined ? undefined : { withinMs: Number(digits) };
}
