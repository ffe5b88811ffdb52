/**
 * A user's device that keeps its own cookies, so that many of them can be played by one client.
 */

import type { ClientResponse } from '../../src/protocols/client';
import { cookieHeader, setCookiesIn } from '../../src/protocols/cookies';
import type { DrivenWorld } from '../../src/testing/driven-world';

export class Device {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly world: DrivenWorld,
    readonly user: number,
    /** How long its user waits. */
    private readonly timeoutMs: number,
  ) {}

  /** The same device once more: whoever has copied its cookies. */
  copy(): Device {
    const copy = new Device(this.world, this.user, this.timeoutMs);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  login(): ClientResponse {
    return this.ask('POST', '/login', { user: this.user, password: 'secret' });
  }

  logout(): ClientResponse {
    return this.ask('POST', '/logout', '');
  }

  me(): ClientResponse {
    return this.ask('GET', '/me');
  }

  private ask(method: string, path: string, body?: unknown): ClientResponse {
    // A header of one's own, be it empty: otherwise the client would send what another device has got.
    const headers = { cookie: cookieHeader(this.cookies) };
    const response = this.world.fetch(method, path, {
      headers,
      timeout: this.timeoutMs,
      ...(body === undefined ? {} : { body }),
    });
    for (const { name, value, maxAgeS } of setCookiesIn(response.headers)) {
      if (maxAgeS === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** The web server that a response comes from. */
export function serverOf({ via }: ClientResponse): string | undefined {
  return via.find((hop) => hop.startsWith('web-'));
}
