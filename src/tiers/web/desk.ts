/**
 * What a server lets its routes know, and nothing else: they decide, it acts.
 */
import type { LoginLimit } from './sessions/login-limit';
import type { Sessions } from './sessions/session';
import type { SessionConfig } from './sessions/settings';

export interface Desk {
  /** Who answers, for `via`. */
  readonly self: string;
  readonly settings: RouteSettings;
  readonly sessions: Sessions;
  readonly logins: LoginLimit;
  newSessionId(user: number): string;
  newSalt(): string;
  /** A whole number from 0 up to below this one, by chance. */
  draw(below: number): number;
  /** What it believes the time of day is, in milliseconds since 1970. */
  wallNowMs(): number;
}

export interface RouteSettings extends SessionConfig {
  readonly feed: 'join' | 'table';
}
