/**
 * What a device keeps for the sites that it talks to, apart for each user of a crowd: a crowd stands for many devices.
 */
import { cookieHeader, type SetCookie, setCookiesIn } from '../../protocols/cookies';
import type { HttpRequest } from '../../protocols/http';
import type { Ending } from './transport';

/** Jars that one client keeps; then the oldest is forgotten, as a user who has not been back for long. */
const jarsMax = 100_000;
/** Cookies in one jar (RFC 6265 asks for 50 at least). */
const cookiesMax = 50;

interface Kept {
  readonly value: string;
  readonly untilMs: number;
}

type Jar = Map<string, Kept>;

export class Cookies {
  private readonly jars = new Map<string, Jar>();

  constructor(private readonly nowMs: () => number) {}

  /** The request of a user with what is kept for the site, unless the user says otherwise. */
  dress(user: string, host: string, request: HttpRequest): HttpRequest {
    // Most sites set none.
    if (this.jars.size === 0 || request.headers['cookie'] !== undefined) return request;
    const jar = this.jars.get(keyOf(user, host));
    if (jar === undefined) return request;
    const nowMs = this.nowMs();
    for (const [name, { untilMs }] of jar) if (untilMs <= nowMs) jar.delete(name);
    if (jar.size === 0) return request;
    const cookie = cookieHeader(Array.from(jar, ([name, { value }]) => [name, value] as const));
    return { ...request, headers: { ...request.headers, cookie } };
  }

  /** A site answered. */
  hear(user: string, host: string, ending: Ending): void {
    if (ending.kind !== 'http.response' || ending.headers['set-cookie'] === undefined) return;
    const key = keyOf(user, host);
    const jar = this.jars.get(key) ?? this.newJar(key);
    for (const cookie of setCookiesIn(ending.headers)) this.keep(jar, cookie);
  }

  /** How many users of sites something is kept for. */
  get size(): number {
    return this.jars.size;
  }

  private keep(jar: Jar, { name, value, maxAgeS }: SetCookie): void {
    jar.delete(name);
    if (maxAgeS === 0) return;
    jar.set(name, {
      value,
      untilMs: maxAgeS === undefined ? Number.POSITIVE_INFINITY : this.nowMs() + maxAgeS * 1_000,
    });
    if (jar.size > cookiesMax) forgetOldest(jar);
  }

  private newJar(key: string): Jar {
    const jar: Jar = new Map();
    this.jars.set(key, jar);
    if (this.jars.size > jarsMax) forgetOldest(this.jars);
    return jar;
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

function keyOf(user: string, host: string): string {
  return `${host} ${user}`;
}
