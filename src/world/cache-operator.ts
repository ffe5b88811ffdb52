/**
 * What is said to the cache servers by hand: to the one that has a key, to one by name, or to all of them.
 */
import type { NodeId } from '../kernel/envelope';
import { poolOf } from '../kernel/topology';
import {
  type CacheAnswer,
  type CacheRequest,
  type CacheStanding,
  cacheAnswers,
  cacheFlushed,
  cacheStanding,
} from '../protocols/cache';
import { CacheRing } from '../protocols/cache-ring';
import { type CacheRoom, fillOf, roomAmong } from './cache-room';
import { LookingOperator } from './looking-operator';
import type { Heard, Mode, Now } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';

export const cacheKind = 'cache';
export const cacheBudgetMs = 2_000;

/** What is said about one key. */
export type KeyRequest = Extract<CacheRequest, { readonly key: string }>;

export interface CacheOptions {
  /** Which server is asked; by default the one that has the key. */
  readonly at?: NodeId;
  readonly timeout?: Duration;
}

/** What a server answered. */
export type CacheSaid = { readonly by: NodeId } & CacheAnswer;

/** How much a server dropped, and how much of it stays since the database does not have it yet. */
export interface CacheEmptied {
  readonly entries: number;
  readonly kept?: number;
}

/** What one of several servers answered, or why it did not. */
export type OfServer<T> = { readonly node: NodeId } & (T | { readonly reason: string });

export abstract class CacheOperator<M extends Mode> extends LookingOperator<M> {
  /**
   * Says something about a key to the server that has it.
   *
   * @throws Refusal if nobody answers
   * @example
   * world.cache({ kind: 'cache.set', key: 'users:12', value: '{}', seconds: 60 }).kind; // 'cache.stored'
   */
  cache(request: KeyRequest, { at, timeout = cacheBudgetMs }: CacheOptions = {}): Now<M, CacheSaid> {
    const by = at ?? this.cacheServerOf(request.key);
    return this.chain(this.inquire(by, request, durationMs(timeout)), (heard) => {
      if ('reason' in heard) throw new Refusal(heard.reason);
      const answer = cacheAnswers.find((message) => message.accepts(heard.answer));
      if (answer?.accepts(heard.answer) !== true)
        throw new Refusal(`${by} gave an unexpected answer: ${heard.answer.kind}`);
      return this.known({ by, ...heard.answer });
    });
  }

  /** Drops everything, on all servers or on one; what the database does not have yet is brought there first, or kept. */
  cacheFlush({ at, timeout = cacheBudgetMs }: CacheOptions = {}): Now<M, readonly OfServer<CacheEmptied>[]> {
    return this.ofServers(this.cacheServers(at), { kind: 'cache.flush' }, durationMs(timeout), ({ answer }) => {
      if (!cacheFlushed.accepts(answer)) return undefined;
      const { entries, kept } = answer;
      return kept === undefined ? { entries } : { entries, kept };
    });
  }

  /** What the servers counted since they began, and what they hold. */
  cacheStats({ at, timeout = cacheBudgetMs }: CacheOptions = {}): Now<M, readonly OfServer<CacheStats>[]> {
    return this.ofServers(this.cacheServers(at), { kind: 'cache.ask' }, durationMs(timeout), ({ answer }) =>
      cacheStanding.accepts(answer) ? statsOf(answer) : undefined,
    );
  }

  /**
   * How full the servers are, and whether those that are left have room for the keys of so many as they are set to have to
   * `spare`, but of one at least. Servers that do not answer count as dead.
   */
  cacheRoom(): Now<M, CacheRoom> {
    return this.chain(this.cacheStats(), (all) => {
      const homes = new Set(this.topology.nodes.filter((node) => poolOf(node) === cacheKind).map(({ id }) => id));
      const there = all.flatMap((one) => ('reason' in one ? [] : [one]));
      const sharing = there.filter(({ node }) => homes.has(node));
      const deaths = Math.max(1, ...sharing.map(({ spare }) => spare));
      return this.known({ now: there.map(fillOf), after: roomAmong(sharing, deaths) });
    });
  }

  private cacheServers(at?: NodeId): readonly NodeId[] {
    if (at !== undefined) return [at];
    const servers = this.topology.nodes.filter(({ kind }) => kind === cacheKind).map(({ id }) => id);
    if (servers.length === 0) throw new Refusal('there is no cache server here; spawn cache orders one');
    return servers;
  }

  private cacheServerOf(key: string): NodeId {
    const servers = this.cacheServers();
    const homes = this.topology.nodes.filter((node) => node.kind === cacheKind && poolOf(node) === cacheKind);
    return new CacheRing(homes.length === 0 ? servers : homes.map(({ id }) => id)).serverOf(key) ?? '';
  }

  private ofServers<T>(
    [node, ...others]: readonly NodeId[],
    body: CacheRequest,
    budgetMs: number,
    read: (heard: Extract<Heard, { readonly answer: unknown }>) => T | undefined,
    found: readonly OfServer<T>[] = [],
  ): Now<M, readonly OfServer<T>[]> {
    if (node === undefined) return this.known(found);
    return this.chain(this.inquire(node, body, budgetMs), (heard) => {
      const told = 'reason' in heard ? undefined : read(heard);
      const reason = 'reason' in heard ? heard.reason : `${node} gave an unexpected answer: ${heard.answer.kind}`;
      const one: OfServer<T> = told === undefined ? { node, reason } : { node, ...told };
      return this.ofServers(others, body, budgetMs, read, [...found, one]);
    });
  }
}

export type CacheStats = Omit<CacheStanding, 'kind'> & {
  /** Of all that was asked for, what was there; undefined before anything was. */
  readonly hitRatio?: number;
};

function statsOf({ kind: _kind, ...standing }: CacheStanding): CacheStats {
  const asked = standing.hits + standing.misses;
  return asked === 0 ? standing : { ...standing, hitRatio: standing.hits / asked };
}
