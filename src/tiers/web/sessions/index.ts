/**
 * Sessions where the settings want them, also when those change: what is kept elsewhere stays there.
 */
import type { Plan } from '../plan';
import { CacheSessions } from './in-cache';
import { KvSessions } from './in-kv';
import { SqlSessions } from './in-sql';
import { MemorySessions } from './memory';
import type { Session, Sessions } from './session';
import type { SessionConfig } from './settings';

export interface Clocks {
  nowMs(): number;
  wallNowMs(): number;
}

export class ChosenSessions implements Sessions {
  private readonly stores: Readonly<Record<'memory' | 'cache' | 'sql' | 'kv', Sessions>>;

  constructor(
    private readonly settings: () => SessionConfig,
    { nowMs, wallNowMs }: Clocks,
  ) {
    const idleMs = (): number => settings().sessionIdleMs;
    this.stores = {
      memory: new MemorySessions(settings, nowMs),
      cache: new CacheSessions(idleMs),
      sql: new SqlSessions(idleMs, wallNowMs),
      kv: new KvSessions(idleMs),
    };
  }

  find(id: string, then: (session: Session | undefined) => Plan): Plan {
    return this.chosen().find(id, then);
  }

  begin(session: Session, then: () => Plan): Plan {
    return this.chosen().begin(session, then);
  }

  /** Also where sessions were before: those must not come back when the settings do. */
  end(id: string, then: () => Plan): Plan {
    return this.stores.memory.end(id, () => this.chosen().end(id, then));
  }

  view(): object {
    return this.chosen().view();
  }

  private chosen(): Sessions {
    const { sessions } = this.settings();
    return this.stores[sessions === 'memory' ? 'memory' : sessions.store];
  }
}
