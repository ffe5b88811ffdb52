/**
 * How the site uses its cache: which strategy, for how long, whose key, and how that goes.
 */
import type { NodeId } from '../kernel/envelope';
import type { Command } from '../kernel/operations';
import type { NodeStatus } from '../kernel/runtime';
import { Schema, Type } from '../kernel/schema';
import { type NodeSpec, poolOf } from '../kernel/topology';
import { CacheRing } from '../protocols/cache-ring';
import {
  type AgreedRingStanding,
  type CachingStanding,
  isCacheTold,
  ringShown,
  type StrategyCounts,
  type StrategyName,
  strategyNames,
} from '../protocols/strategy';
import { BehindOperator } from './behind-operator';
import { cacheKind } from './cache-operator';
import type { Mode, Now } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';
import { isAlive, routerKind } from './replicas';
import type { WritesBehind } from './writes-behind';

const webKind = 'web';
const databaseKind = 'db';
const gutterPool = 'gutter';
const databasePool = 'db';
const askingSomebody = new Schema(Type.Object({ databases: Type.String() }));
const serves = new Schema(Type.Object({ serving: Type.String() }));

/** How a strategy goes, over all web servers since they began. */
export interface StrategyReport extends StrategyCounts {
  /** Whether some web server has it now. */
  readonly isSet: boolean;
  /** Of all reads, what a cache answered; undefined before there was one. */
  readonly hitRatio?: number;
  /** Questions that the database would have got without a cache, and did not. */
  readonly saved: number;
  /** How long a read took within the web server. */
  readonly meanMs?: number;
}

export interface Strategies {
  readonly strategies: readonly StrategyReport[];
  readonly ttlMs: number;
  /** Where the strategy that is set goes by an agreed ring. */
  readonly agreed?: AgreedOn;
  /** Web servers that did not say. */
  readonly silent: readonly { readonly node: NodeId; readonly reason: string }[];
  /** Writes that the cache takes before the database has them; where there were any. */
  readonly behind?: WritesBehind;
}

/** A ring that cache servers agree on, and which of the pool are not in it. */
export interface AgreedOn extends AgreedRingStanding {
  readonly leftOut: readonly NodeId[];
}

/** The same with how each server is, and the ring that they agree on where the strategy goes by one. */
export interface CacheRingsNow extends CacheRings {
  readonly states: Readonly<Record<NodeId, NodeStatus['state']>>;
  readonly agreed?: AgreedOn;
}

/** Who has which part of the keys, and of one key, who has it. */
export interface CacheRings {
  readonly servers: readonly { readonly node: NodeId; readonly pool: string; readonly share: number }[];
  readonly key?: { readonly key: string; readonly home?: NodeId; readonly gutter?: NodeId };
}

export abstract class StrategyOperator<M extends Mode> extends BehindOperator<M> {
  /**
   * Switches all web servers to a strategy, by way of none: first nobody reads or fills any more, then the cache is emptied,
   * then all take up the new one; and databases tell the cache what was written, or do so no more. What was put there under
   * a strategy that promises less must not be read under one that promises more. Sessions that lie there end as well. Under
   * `write-through` the cache servers first have to agree on their ring; until then rows come from the database. Before all
   * of that, what was written to the cache alone is brought into the database.
   *
   * @throws Refusal if there is no web server, for all but `none` without a cache server, or if the database does not take
   * what only the cache has; for `write-through` and `write-back` also where rows lie behind a router
   * @example
   * world.strategy('write-around'); // 'web-1, web-2: write-around; 3 cache servers emptied'
   */
  strategy(strategy: StrategyName): Now<M, string> {
    if (strategy !== 'none') this.demandCaches(strategy);
    if (strategy === 'write-through' || strategy === 'write-back') this.demandOneLog(strategy);
    return this.chain(this.drained(), () =>
      this.chain(this.setCaching({ strategy: 'none' }), (webs) =>
        this.chain(this.setInvalidating(isCacheTold(strategy) ? 'on' : 'off'), (not) =>
          this.chain(this.emptied(), (emptied) =>
            this.chain(this.serve(strategy === 'write-through' ? 'leased' : 'always'), (absent) => {
              const done = `${webs.join(', ')}: ${strategy}${emptied}${not}${absent}`;
              if (strategy === 'none') return this.known(done);
              return this.chain(this.opened(strategy), () =>
                this.chain(this.setCaching({ strategy }), () => this.known(done)),
              );
            }),
          ),
        ),
      ),
    );
  }

  /** Has the cache servers give rows out at any time, or under a lease; tells which of them could not be told so. */
  private serve(serving: 'always' | 'leased'): Now<M, string> {
    const tell = ([node, ...rest]: readonly NodeSpec[], absent: readonly string[]): Now<M, string> => {
      if (node === undefined) return this.known(absent.map((reason) => `; ${reason}`).join(''));
      return this.chain(this.tried({ verb: 'configure', node: node.id, config: { serving } }), (reason) =>
        tell(rest, reason === undefined ? absent : [...absent, `${node.id} stays as it is: ${reason}`]),
      );
    };
    return this.chain(this.census(), ({ nodes }) => {
      const isSet = (config: unknown): boolean => (serves.accepts(config) ? config.serving : 'always') === serving;
      const caches = nodes
        .map(({ spec }) => spec)
        .filter((spec) => spec.kind === cacheKind && poolOf(spec) === cacheKind);
      return tell(
        caches.filter(({ config }) => !isSet(config)),
        [],
      );
    });
  }

  /** Why a command was not done; undefined if it was. */
  private tried(command: Command): Now<M, string | undefined> {
    return this.settle((settle) => {
      this.begin(command, (reply) => {
        settle.done('outcome' in reply && !reply.outcome.ok ? reply.outcome.reason : undefined);
      });
    });
  }

  private demandCaches(strategy: StrategyName): void {
    this.webNodes();
    if (this.cacheNodes().some((node) => poolOf(node) === cacheKind)) return;
    throw new Refusal(`${strategy} needs cache servers, and there is none here; spawn cache orders one`);
  }

  /** That there is one database, whose log orders all that is written. */
  private demandOneLog(strategy: StrategyName): void {
    const { nodes } = this.topology;
    const asked = nodes.filter(({ kind }) => kind === webKind).map(({ config }) => databasesOf(config));
    const routed = nodes.find((node) => node.kind === routerKind && asked.includes(poolOf(node)));
    if (routed === undefined) return;
    throw new Refusal(
      `${strategy} needs one database whose log says what came first, and rows are behind ${routed.id}; try cache-aside`,
    );
  }

  /** Whether databases tell the caches what was written; says of which that could not be set. */
  private setInvalidating(invalidates: 'on' | 'off'): Now<M, string> {
    const databases = this.topology.nodes.filter(({ kind, config }) => kind === databaseKind && hasCaches(config));
    const set = ([database, ...others]: readonly NodeSpec[], not: string): Now<M, string> => {
      if (database === undefined) return this.known(not);
      const { id: node } = database;
      const one = this.settle<string>((settle) => {
        this.begin({ verb: 'configure', node, config: { invalidates } }, (reply) => {
          const problem = 'outcome' in reply && !reply.outcome.ok ? reply.outcome.reason : undefined;
          settle.done(problem === undefined ? '' : `; invalidates=${invalidates}: ${problem}`);
        });
      });
      return this.chain(one, (problem) => set(others, not + problem));
    };
    return set(databases, '');
  }

  /** Nothing lies in the cache that the database does not have. */
  private drained(): Now<M, undefined> {
    return this.chain(this.writesToCache(), (does) =>
      does ? this.drain(this.homes(), 'the strategy stays write-back') : this.known(undefined),
    );
  }

  private opened(strategy: StrategyName): Now<M, undefined> {
    if (strategy !== 'write-back') return this.known(undefined);
    return this.chain(this.gate(this.homes(), true), () => this.known(undefined));
  }

  /** Empties all cache servers; tells how many those were, and who did not answer. */
  private emptied(): Now<M, string> {
    if (this.cacheNodes().length === 0) return this.known('');
    return this.chain(this.cacheFlush(), (flushed) => {
      const done = flushed.filter((one) => !('reason' in one)).length;
      const not = flushed.flatMap((one) => ('reason' in one ? [`; ${one.reason}`] : []));
      return this.known(`; ${done} cache server${done === 1 ? '' : 's'} emptied${not.join('')}`);
    });
  }

  /** For how long a row that is cached from now on stays. */
  ttl(duration: Duration): Now<M, string> {
    const ttlMs = durationMs(duration);
    return this.chain(this.setCaching({ ttlMs }), (webs) => this.known(`${webs.join(', ')}: ttlMs=${ttlMs}`));
  }

  /** How each strategy that was tried has gone so far. */
  strategies(): Now<M, Strategies> {
    return this.chain(this.askCaching(this.webNodes()), (told) => {
      const standings = told.flatMap(({ said }) => (said === undefined ? [] : [said]));
      const silent = told.flatMap(({ node, said, reason = '' }) => (said === undefined ? [{ node, reason }] : []));
      const agreed = this.newestRing(standings.flatMap(({ ring }) => (ring === undefined ? [] : [ring])));
      const found = { strategies: summed(standings), ttlMs: standings[0]?.ttlMs ?? 0, silent };
      const all = agreed === undefined ? found : { ...found, agreed };
      if (!all.strategies.some(({ strategy }) => strategy === 'write-back')) return this.known(all);
      return this.chain(this.writesBehind(), (behind) => this.known({ ...all, behind }));
    });
  }

  /** Which cache server has how large a part of all keys, and who has this one. */
  ring(key?: string): CacheRings {
    const nodes = this.cacheNodes();
    if (nodes.length === 0) throw new Refusal('there is no cache server here; spawn cache orders one');
    const rings = new Map<string, CacheRing>();
    for (const pool of new Set(nodes.map((node) => poolOf(node)))) {
      rings.set(pool, new CacheRing(nodes.filter((node) => poolOf(node) === pool).map(({ id }) => id)));
    }
    const servers = [...rings].flatMap(([pool, ring]) =>
      ring.servers.map((node, place) => ({ node, pool, share: ring.shares[place] ?? 0 })),
    );
    if (key === undefined) return { servers };
    const home = rings.get(cacheKind)?.serverOf(key);
    const gutter = this.standInFor(key, rings);
    const found = { key, ...(home === undefined ? {} : { home }), ...(gutter === undefined ? {} : { gutter }) };
    return { servers, key: found };
  }

  /** The same, with who is down, and by the ring that servers agree on where they do: a look, of which nobody notices anything. */
  ringNow(key?: string): Now<M, CacheRingsNow> {
    const members = this.ring(key);
    return this.chain(this.census(), ({ nodes }) => {
      const caches = nodes.filter(({ spec }) => spec.kind === cacheKind);
      const states = Object.fromEntries(caches.map(({ spec, state }) => [spec.id, state]));
      const alive = caches.filter(({ state }) => isAlive(state)).map(({ spec }) => spec.id);
      return this.chain(this.ringsSeen(alive), (seen) => {
        const agreed = this.newestRing(seen);
        return this.known(
          agreed === undefined ? { ...members, states } : { ...byRing(members, agreed), states, agreed },
        );
      });
    });
  }

  private ringsSeen(
    [node, ...others]: readonly NodeId[],
    seen: readonly AgreedRingStanding[] = [],
  ): Now<M, readonly AgreedRingStanding[]> {
    if (node === undefined) return this.known(seen);
    return this.chain(this.view(node), (view) =>
      this.ringsSeen(others, ringShown.accepts(view) ? [...seen, view.ring] : seen),
    );
  }

  /** Of what several have read, the latest. */
  private newestRing(rings: readonly AgreedRingStanding[]): AgreedOn | undefined {
    const last = (ring: AgreedRingStanding): number => ring.next?.epoch ?? ring.epoch;
    const [ring] = [...rings].sort((one, other) => other.epoch - one.epoch || last(other) - last(one));
    if (ring === undefined) return undefined;
    const pool = this.cacheNodes().filter((node) => poolOf(node) === cacheKind);
    const leftOut = pool.map(({ id }) => id).filter((id) => !ring.servers.some((one) => one.id === id));
    return { ...ring, leftOut };
  }

  /** As the web servers are set. */
  private standInFor(key: string, rings: ReadonlyMap<string, CacheRing>): NodeId | undefined {
    const web = this.topology.nodes.find(({ kind }) => kind === webKind)?.config;
    const set = typeof web === 'object' && web !== null && 'gutter' in web ? web.gutter : gutterPool;
    return set === 'others' ? rings.get(cacheKind)?.standInFor(key) : rings.get(String(set))?.serverOf(key);
  }

  private webNodes(): readonly NodeId[] {
    const webs = this.topology.nodes.filter(({ kind }) => kind === webKind).map(({ id }) => id);
    if (webs.length === 0) throw new Refusal('there is no web server here that could use a cache');
    return webs;
  }

  private cacheNodes() {
    return this.topology.nodes.filter(({ kind }) => kind === cacheKind);
  }

  private setCaching(config: object): Now<M, readonly NodeId[]> {
    const webs = this.webNodes();
    const set = ([node, ...others]: readonly NodeId[]): Now<M, readonly NodeId[]> => {
      if (node === undefined) return this.known(webs);
      return this.chain(this.perform({ verb: 'configure', node, config }), () => set(others));
    };
    return set(webs);
  }
}

/** The pool of databases that a web server asks. */
function databasesOf(config: unknown): string {
  return askingSomebody.accepts(config) ? config.databases : databasePool;
}

/** Shares and homes of an agreed ring: who is left out has none, and nobody stands in. */
function byRing({ servers, key }: CacheRings, agreed: AgreedRingStanding): CacheRings {
  const ring = new CacheRing(agreed.servers.map(({ id }) => id));
  const shares = new Map(ring.servers.map((id, place) => [id, ring.shares[place] ?? 0]));
  const shared = servers.map((one) => (one.pool === cacheKind ? { ...one, share: shares.get(one.node) ?? 0 } : one));
  if (key === undefined) return { servers: shared };
  const home = ring.serverOf(key.key);
  return { servers: shared, key: { key: key.key, ...(home === undefined ? {} : { home }) } };
}

function hasCaches(config: unknown): boolean {
  const caches = typeof config === 'object' && config !== null && 'caches' in config ? config.caches : undefined;
  return Array.isArray(caches) && caches.length > 0;
}

function summed(standings: readonly CachingStanding[]): StrategyReport[] {
  return strategyNames.flatMap((strategy) => {
    const all = standings.flatMap(({ counts }) => counts.filter((one) => one.strategy === strategy));
    const isSet = standings.some((one) => one.strategy === strategy);
    if (all.length === 0 && !isSet) return [];
    const sum = (of: (one: StrategyCounts) => number): number => all.reduce((total, one) => total + of(one), 0);
    const [reads, hits, readMs] = [sum((one) => one.reads), sum((one) => one.hits), sum((one) => one.readMs)];
    const queries = sum((one) => one.queries);
    return [
      {
        strategy,
        isSet,
        reads,
        hits,
        gutterHits: sum((one) => one.gutterHits),
        waits: sum((one) => one.waits),
        stale: sum((one) => one.stale),
        queries,
        fills: sum((one) => one.fills),
        refusedFills: sum((one) => one.refusedFills),
        writes: sum((one) => one.writes),
        heldWrites: sum((one) => one.heldWrites),
        slowestWriteMs: Math.max(0, ...all.map(({ slowestWriteMs }) => slowestWriteMs)),
        readMs,
        slowestMs: Math.max(0, ...all.map(({ slowestMs }) => slowestMs)),
        saved: Math.max(0, reads - queries),
        ...(reads === 0 ? {} : { hitRatio: hits / reads, meanMs: readMs / reads }),
      },
    ];
  });
}
