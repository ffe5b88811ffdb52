/**
 * Writes that cache servers take before the database has them: how they go, which are lost, and how to have all of them in
 * the database before something is changed.
 */
import type { Body, NodeId } from '../kernel/envelope';
import { poolOf } from '../kernel/topology';
import { sqlResult } from '../protocols/sql';
import { type CachingStanding, cachingStanding } from '../protocols/strategy';
import {
  type BehindStanding,
  behindStanding,
  type CacheGate,
  cacheSettled,
  flushesDone,
} from '../protocols/write-back';
import { cacheKind } from './cache-operator';
import type { Mode, Now } from './operator';
import { Refusal } from './quantities';
import { ReportMemory } from './report-memory';
import { SessionOperator } from './session-operator';
import {
  beginningsOf,
  conflictsIn,
  isLatest,
  isOver,
  lastBooks,
  lostOf,
  openWrites,
  type ReportedWrite,
  unaccountedFor,
  type WritesBehind,
} from './writes-behind';

const webKind = 'web';
const askMs = 2_000;
/** For the database to take all that a cache server holds. */
const settleMs = 5_000;
/** Rows of which the database is asked at once: each takes two parameters, of which there may be a hundred. */
const rowsMax = 50;

/** What one of several nodes answered, or why it did not. */
type Told<T> = { readonly node: NodeId; readonly said?: T; readonly reason?: string };

/** One life of a cache server. */
export interface Life {
  readonly node: NodeId;
  readonly life: number;
}

/** What died with some servers. */
export interface LostWith extends Pick<WritesBehind, 'reported' | 'unaccounted'> {
  readonly servers: readonly NodeId[];
}

export abstract class BehindOperator<M extends Mode> extends SessionOperator<M> {
  private readonly memory = new ReportMemory();

  /**
   * How writes go that the database does not have yet, and which of them it will never have: a look at every server.
   *
   * @example
   * world.writesBehind().reported.length; // writes that were acknowledged, and lost
   */
  writesBehind(): Now<M, WritesBehind> {
    return this.chain(this.census(), ({ nodes }) => {
      const running = (wanted: string): readonly NodeId[] =>
        nodes.flatMap(({ spec, state }) => (spec.kind === wanted && state === 'running' ? [spec.id] : []));
      return this.chain(this.askAll(running(cacheKind), { kind: 'behind.ask' }, behindStanding.accepts), (told) =>
        this.chain(this.askCaching(running(webKind)), (webs) => {
          const known = webs.flatMap(({ said }) => said?.ledgers ?? []);
          const found = lastBooks(told.flatMap(({ said }) => said?.records ?? []));
          // Whoever kept a later one may be gone, and an earlier one tells of what was settled since.
          const books = found.filter((book) => isLatest(book, known) && this.memory.isLatest(book));
          const unaccounted = unaccountedFor(books, nodes, known);
          const servers = told.flatMap(({ node, said }) => (said === undefined ? [] : [serverOf(node, said)]));
          const open = openWrites(books, nodes);
          return this.chain(this.lost(open), (lost) => {
            const nameOf = ({ server, life, seq }: ReportedWrite): string => `${server}/${life}#${seq}`;
            const names = new Set(lost.map(nameOf));
            const onTheirWay = open.filter((write) => !names.has(nameOf(write)));
            const told = { servers, reported: [...lost, ...conflictsIn(books)], onTheirWay, unaccounted };
            const closed = books.filter(({ server, life }) => isOver(nodes, server, life));
            return this.known(this.memory.recall(told, closed, this.runtime.nowUs / 1_000));
          });
        }),
      );
    });
  }

  /** Which of these nodes are cache servers that take writes before the database has them, and in which life each is. */
  livesWithWrites(wanted: readonly NodeId[]): Now<M, readonly Life[]> {
    const homes = this.homes().filter((node) => wanted.includes(node));
    if (homes.length === 0) return this.known([]);
    return this.chain(this.writesToCache(), (does) =>
      this.chain(this.census(), ({ nodes }) =>
        this.known(
          nodes.flatMap(({ spec: { id }, state, incarnation }) => {
            const isUp = state === 'running' || state === 'paused';
            return does && isUp && homes.includes(id) ? [{ node: id, life: incarnation }] : [];
          }),
        ),
      ),
    );
  }

  /**
   * Which acknowledged writes were lost with lives that have ended.
   *
   * @example
   * const lives = world.livesWithWrites(['cache-1']);
   * world.kill('cache-1');
   * world.lostWith(lives).reported; // [{ id: 'web-1#1.45', key: 'row:user:12', fate: 'lost', ... }]
   */
  lostWith(lives: readonly Life[]): Now<M, LostWith> {
    return this.chain(this.writesBehind(), ({ reported, unaccounted }) => {
      const isMeant = ({ server, life }: { readonly server: NodeId; readonly life: number }): boolean =>
        lives.some((one) => one.node === server && one.life === life);
      const servers = lives.map(({ node }) => node);
      return this.known({ servers, reported: reported.filter(isMeant), unaccounted: unaccounted.filter(isMeant) });
    });
  }

  /** Whether some web server writes to the cache first. */
  protected writesToCache(): Now<M, boolean> {
    return this.chain(this.census(), ({ nodes }) =>
      this.known(
        nodes.some(({ spec: { kind, config } }) => {
          const isSet = typeof config === 'object' && config !== null && 'strategy' in config;
          return kind === webKind && isSet && config.strategy === 'write-back';
        }),
      ),
    );
  }

  /**
   * Has these cache servers take no more writes and bring into the database what they hold. Whoever is dead holds nothing.
   *
   * @throws Refusal if one holds what the database does not have; then all of them take writes again
   */
  protected drain(nodes: readonly NodeId[], what: string): Now<M, undefined> {
    return this.chain(this.census(), (census) => {
      const alive = nodes.filter((node) =>
        census.nodes.some(({ spec, state }) => spec.id === node && (state === 'running' || state === 'paused')),
      );
      return this.chain(this.gate(alive, false), (told) => {
        const problems = told.flatMap(({ node, said, reason }) => {
          if (said === undefined) return [`${reason}; what it holds the database may not have`];
          const writes = said.left === 1 ? '1 write' : `${said.left} writes`;
          return said.left === 0 ? [] : [`${node} holds ${writes} that the database does not have`];
        });
        if (problems.length === 0) return this.known(undefined);
        return this.chain(this.gate(alive, true), () => {
          throw new Refusal(`${what}: ${problems.join('; ')}`);
        });
      });
    });
  }

  /** Has cache servers take writes, or no more. */
  protected gate(nodes: readonly NodeId[], isOpen: boolean): Now<M, readonly Told<{ readonly left: number }>[]> {
    const order: CacheGate = { kind: 'cache.gate', isOpen };
    return this.askAll(nodes, order, cacheSettled.accepts, settleMs);
  }

  protected askCaching(webs: readonly NodeId[]): Now<M, readonly Told<CachingStanding>[]> {
    return this.askAll(webs, { kind: 'caching.ask' }, cachingStanding.accepts);
  }

  /** The servers that hold the site's rows, and not those that stand in. */
  protected homes(): readonly NodeId[] {
    return this.topology.nodes.filter((node) => poolOf(node) === cacheKind).map(({ id }) => id);
  }

  private lost(open: readonly ReportedWrite[]): Now<M, readonly ReportedWrite[]> {
    if (open.length === 0) return this.known([]);
    return this.chain(this.flushesDone(beginningsOf(open)), (done) => this.known(lostOf(open, done)));
  }

  /** Undefined if the database does not say. */
  private flushesDone(
    beginnings: readonly string[],
    found: readonly string[] = [],
  ): Now<M, readonly string[] | undefined> {
    if (beginnings.length === 0) return this.known(found);
    const body = { kind: 'sql.execute', ...flushesDone(beginnings.slice(0, rowsMax)) } as const;
    return this.chain(this.askPrimary(body, askMs), ({ heard }) => {
      if ('reason' in heard || !sqlResult.accepts(heard.answer)) return this.known(undefined);
      const more = heard.answer.rows.map(([id]) => String(id));
      return this.flushesDone(beginnings.slice(rowsMax), [...found, ...more]);
    });
  }

  protected askAll<T>(
    [node, ...others]: readonly NodeId[],
    body: Body,
    accepts: (answer: unknown) => answer is T,
    budgetMs = askMs,
    told: readonly Told<T>[] = [],
  ): Now<M, readonly Told<T>[]> {
    if (node === undefined) return this.known(told);
    return this.chain(this.inquire(node, body, budgetMs), (heard) => {
      const one: Told<T> =
        'reason' in heard
          ? { node, reason: heard.reason }
          : accepts(heard.answer)
            ? { node, said: heard.answer }
            : { node, reason: `${node} answered ${heard.answer.kind}` };
      return this.askAll(others, body, accepts, budgetMs, [...told, one]);
    });
  }
}

function serverOf(node: NodeId, { kind: _kind, records: _records, ...standing }: BehindStanding) {
  return { node, ...standing };
}
