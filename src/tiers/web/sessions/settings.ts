/**
 * What can be set about who is logged in, and where that is kept.
 */
import { Type } from '../../../kernel/schema';
import { passwordCost } from '../../../protocols/password';

const shared = ['cache', 'sql', 'kv'] as const;
export type SharedStore = (typeof shared)[number];

/** As long as a cache server counts seconds, and not days since 1970. */
const idleMaxMs = 30 * 24 * 3_600_000;

export const sessionSettings = {
  /** Where sessions are kept: in the memory of the server that began them, or in a store that all servers ask. */
  sessions: Type.Union([
    Type.Literal('memory'),
    Type.Object({ store: Type.Union(shared.map((name) => Type.Literal(name))), pool: Type.Optional(Type.String()) }),
  ]),
  /** A session that was not used for so long is over. */
  sessionIdleMs: Type.Integer({ minimum: 1_000, maximum: idleMaxMs }),
  /** Sessions in the memory of one server; the one that was not used for longest makes room. */
  sessionsMax: Type.Integer({ minimum: 1 }),
  /** Who may change users and what is theirs: whoever asks, or who is logged in as that user. */
  writes: Type.Union([Type.Literal('anybody'), Type.Literal('owner')]),
  /** Attempts to log in as one user, per server and minute; the next one gets a 429. */
  loginsPerMinute: Type.Integer({ minimum: 1 }),
  /** What the hashing of a password costs, as scrypt counts. */
  passwordCost,
  /** The password of users that a new site has from the beginning, until it is hashed. */
  initialPassword: Type.String({ minLength: 1 }),
} as const;

export const sessionDefaults = {
  sessions: 'memory',
  sessionIdleMs: 1_800_000,
  sessionsMax: 10_000,
  writes: 'anybody',
  loginsPerMinute: 5,
  passwordCost: 16_384,
  initialPassword: 'secret',
} as const;

export interface SessionConfig {
  readonly sessions: 'memory' | { readonly store: SharedStore; readonly pool?: string };
  readonly sessionIdleMs: number;
  readonly sessionsMax: number;
  readonly writes: 'anybody' | 'owner';
  readonly loginsPerMinute: number;
  readonly passwordCost: number;
  readonly initialPassword: string;
}

/** Pools of other servers that hold sessions; a database is asked anyhow. */
export function sessionPool({ sessions }: Pick<SessionConfig, 'sessions'>): string | undefined {
  if (sessions === 'memory' || sessions.store === 'sql') return undefined;
  return sessions.pool ?? sessions.store;
}
