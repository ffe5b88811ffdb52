/**
 * What databases tell of their logs: rows that were changed are dropped, as if whoever changed them had said so, and how far
 * in each log it has heard is remembered, so that the next primary can go on from there.
 */
import type { CacheHeard, CacheInvalidate, LogPlace } from '../../protocols/invalidation';
import { samePlace } from '../../protocols/invalidation';
import type { CacheStore } from './store';

interface Known {
  readonly office: number;
  readonly upTo: LogPlace | undefined;
}

/** Logs that are known apart; a site has one for each shard. What is forgotten is told from the beginning. */
const logsMax = 1_000;

export class Hearing {
  private readonly logs = new Map<string, Known>();

  constructor(private readonly store: CacheStore) {}

  hear(body: CacheInvalidate): CacheHeard {
    const { log = '', office, from, upTo } = body;
    const known = this.logs.get(log) ?? { office: 0, upTo: undefined };
    // Whoever was deposed and does not know it may tell of writes that were decided against.
    if (office < known.office) return this.answer(body, known, 0);
    const dropped = from === undefined ? this.dropAll(body) : this.drop(body);
    const isNext = from === undefined || (known.upTo !== undefined && samePlace(from, known.upTo));
    const next = { office, upTo: isNext ? upTo : known.upTo };
    if (!this.logs.has(log) && this.logs.size >= logsMax) this.logs.clear();
    this.logs.set(log, next);
    return this.answer(body, next, dropped);
  }

  private drop({ log, epoch, changed }: CacheInvalidate): number {
    const whose = { ...(log === undefined ? {} : { log }), ...(epoch === undefined ? {} : { epoch }) };
    let dropped = 0;
    for (const [version, keys] of changed) {
      for (const key of keys) {
        const answer = this.store.answer({ kind: 'cache.delete', key, version, ...whose });
        if (answer.kind === 'cache.deleted' && answer.dropped) dropped++;
      }
    }
    return dropped;
  }

  private dropAll({ log, upTo }: CacheInvalidate): number {
    return this.store.dropRows(log, upTo.position);
  }

  private answer({ log }: CacheInvalidate, { office, upTo }: Known, dropped: number): CacheHeard {
    const heard = { kind: 'cache.heard', office, dropped } as const;
    return { ...heard, ...(log === undefined ? {} : { log }), ...(upTo === undefined ? {} : { upTo }) };
  }
}
