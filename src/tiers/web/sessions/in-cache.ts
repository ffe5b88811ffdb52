/**
 * Sessions on the cache servers: each on the one that has its key. They live as long as that server does, and as it has room.
 */
import type { CacheRequest } from '../../../protocols/cache';
import type { CacheAnswer } from '../conversation';
import type { Plan } from '../plan';
import { type Session, type Sessions, session } from './session';

export class CacheSessions implements Sessions {
  constructor(private readonly idleMs: () => number) {}

  find(id: string, then: (session: Session | undefined) => Plan): Plan {
    const key = keyOf(id);
    return ask({ kind: 'cache.get', key }, (answer) => {
      const found = answer.kind === 'cache.value' ? parsed(answer.value) : undefined;
      if (found === undefined) return then(undefined);
      return ask({ kind: 'cache.touch', key, seconds: this.seconds() }, () => then(found));
    });
  }

  begin(begun: Session, then: () => Plan): Plan {
    const value = JSON.stringify(begun);
    const set = { kind: 'cache.set', key: keyOf(begun.id), value, seconds: this.seconds() } as const;
    return ask(set, (answer, refuse) =>
      answer.kind === 'cache.failure' ? refuse(503, `no room for a session: ${answer.reason}`) : then(),
    );
  }

  end(id: string, then: () => Plan): Plan {
    return ask({ kind: 'cache.delete', key: keyOf(id) }, then);
  }

  view(): object {
    return { store: 'cache', held: 0 };
  }

  private seconds(): number {
    return this.idleMs() / 1_000;
  }
}

const sessionPrefix = 'session:';

function keyOf(id: string): string {
  return `${sessionPrefix}${id}`;
}

type Request = CacheRequest & { readonly key: string };

function ask(
  request: Request,
  respond: (answer: CacheAnswer, refuse: (status: number, reason: string) => Plan) => Plan,
): Plan {
  return { kind: 'ask-cache', request, respond };
}

/** Anybody may write to a cache: what is there under a key of ours need not be ours. */
function parsed(text: string): Session | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return session.accepts(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
