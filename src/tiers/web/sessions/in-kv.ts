/**
 * Sessions in a key-value store: on disk, in copies, and over by themselves when nobody has used them for a time.
 */
import type { Plan } from '../plan';
import { type Session, type Sessions, session } from './session';

export class KvSessions implements Sessions {
  constructor(private readonly idleMs: () => number) {}

  find(id: string, then: (session: Session | undefined) => Plan): Plan {
    const key = keyOf(id);
    return {
      kind: 'ask-kv',
      request: { kind: 'kv.get', key },
      respond: (answer) => {
        const item = answer.kind === 'kv.item' ? answer.item : undefined;
        if (item === undefined || !session.accepts(item.value)) return then(undefined);
        const found = then(item.value);
        if ((item.ttlLeftMs ?? 0) > this.idleMs() / 2) return found;
        // Only while it is as it was read: a session that was ended meanwhile must not come back.
        const { value, version: expected } = item;
        const renewal = { kind: 'kv.put', key, value, ttlMs: this.idleMs(), expected } as const;
        return { kind: 'ask-kv', request: renewal, respond: () => found, orElse: () => found };
      },
    };
  }

  begin(begun: Session, then: () => Plan): Plan {
    const request = { kind: 'kv.put', key: keyOf(begun.id), value: begun, ttlMs: this.idleMs() } as const;
    return { kind: 'ask-kv', request, respond: then };
  }

  end(id: string, then: () => Plan): Plan {
    return { kind: 'ask-kv', request: { kind: 'kv.delete', key: keyOf(id) }, respond: then };
  }

  view(): object {
    return { store: 'kv', held: 0 };
  }
}

function keyOf(id: string): string {
  return `session:${id}`;
}
