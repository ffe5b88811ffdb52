/**
 * Cookies (RFC 6265): what a site asks a device to remember, and what the device tells it with every request from then on.
 * As a header has one text here, several cookies that are set stand one per line.
 */

/** A name and a value that a device keeps for a site. */
export interface SetCookie {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  /** Anything but blanks, quotes, commas, semicolons and backslashes. */
  readonly value: string;
  /** For how long, in seconds; 0 forgets it. Without a word: until the device ends. */
  readonly maxAgeS?: number;
}

type Headers = Readonly<Record<string, string>>;

const namePattern = /^[\w-]+$/;
const valuePattern = /^[!#-+\--:<-[\]-~]*$/;

/** The value of a cookie in the headers of a request. */
export function cookieIn(headers: Headers, name: string): string | undefined {
  const all = headers['cookie'];
  if (all === undefined) return undefined;
  for (const pair of all.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** The `cookie` header of a request, from names and values. */
export function cookieHeader(cookies: Iterable<readonly [name: string, value: string]>): string {
  return Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
}

/** The headers of a response that sets a cookie, besides those that it sets already. Throws a `RangeError` for what is none. */
export function withSetCookie(headers: Headers, cookie: SetCookie): Record<string, string> {
  const { name, value, maxAgeS } = cookie;
  if (!namePattern.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name of a cookie`);
  if (!valuePattern.test(value)) throw new RangeError(`${JSON.stringify(value)} is no value of a cookie`);
  const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;
  const line = `${name}=${value}${age}; Path=/; HttpOnly; SameSite=Lax`;
  const before = headers['set-cookie'];
  return { ...headers, 'set-cookie': before === undefined ? line : `${before}\n${line}` };
}

/** The cookies that a response sets, in their order. What cannot be read is no cookie. */
export function setCookiesIn(headers: Headers): readonly SetCookie[] {
  const lines = headers['set-cookie']?.split('\n') ?? [];
  return lines.flatMap((line): SetCookie[] => {
    const [pair = '', ...attributes] = line.split(';');
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).trim();
    const value = pair.slice(equals + 1).trim();
    if (!namePattern.test(name) || !valuePattern.test(value)) return [];
    const age = attributes.map((text) => /^\s*max-age\s*=\s*(-?\d{1,12})\s*$/i.exec(text)?.[1]).find(Boolean);
    return [{ name, value, ...(age === undefined ? {} : { maxAgeS: Math.max(0, Number(age)) }) }];
  });
}
