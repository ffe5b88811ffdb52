/**
 * A session: who a device has logged in as. The device has the id, in a cookie; the site has the rest.
 */
import type { Random } from '../../../kernel/random';
import { Schema, type Static, Type } from '../../../kernel/schema';
import { cookieIn, type SetCookie } from '../../../protocols/cookies';
import { escapeHtml, type HttpRequest } from '../../../protocols/http';
import type { Plan } from '../plan';

export const session = new Schema(
  Type.Object({
    id: Type.String(),
    user: Type.Integer(),
    name: Type.String(),
    /** The picture of the user, as SVG. */
    image: Type.String(),
  }),
);
export type Session = Readonly<Static<(typeof session)['type']>>;

/**
 * Where sessions are kept. Each of these is a plan: what is to be done first, and then what follows. A session that nobody
 * has used for a time is over.
 */
export interface Sessions {
  find(id: string, then: (session: Session | undefined) => Plan): Plan;
  begin(session: Session, then: () => Plan): Plan;
  /** Whoever comes with this id from now on is nobody. */
  end(id: string, then: () => Plan): Plan;
  /** What there is to see. */
  view(): object;
}

const cookieName = 'session';
const idBits = 128;
const saltBits = 128;

/** Chance behind the user, by whom a store that is split knows where to look. */
export function newSessionId(user: number, secret: Random): string {
  return `${user}-${drawn(idBits, secret)}`;
}

/** What is mixed into a password before it is hashed. */
export function newSalt(secret: Random): string {
  return drawn(saltBits, secret);
}

/** So many bits in hexadecimal digits, 16 at a time. */
function drawn(bits: number, secret: Random): string {
  let text = '';
  for (let left = bits; left > 0; left -= 16)
    text += secret
      .int(2 ** 16)
      .toString(16)
      .padStart(4, '0');
  return text;
}

/** The id that a device shows, if it is one. */
export function sessionIdOf(request: HttpRequest): string | undefined {
  const given = cookieIn(request.headers, cookieName);
  return given !== undefined && /^[1-9]\d{0,14}-[0-9a-f]{32}$/.test(given) ? given : undefined;
}

export function userOfSession(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/** For as long as the device lives: when the session is over is for the site to say. */
export function sessionCookie(id: string): SetCookie {
  return { name: cookieName, value: id };
}

/** Takes it back. */
export const noSessionCookie: SetCookie = { name: cookieName, value: '', maxAgeS: 0 };

const side = 64;

/** A round picture with the user's initials. */
export function imageOf(user: number, name: string): string {
  const initials = name
    .split(' ')
    .map(([first = '']) => first)
    .join('');
  const hue = (user * 47) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><circle cx="32" cy="32" r="32" fill="hsl(${hue},60%,45%)"/><text x="32" y="40" text-anchor="middle" fill="#fff">${escapeHtml(initials)}</text></svg>`;
}
