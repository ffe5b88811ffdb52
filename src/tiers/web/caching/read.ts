/**
 * One read of a row past a cache. Who misses and has the lease reads the primary and fills; who misses and has it not waits
 * for whoever has; whom no cache server answers reads the database and fills nothing.
 */
import { backoffOf } from '../../../algorithms/backoff';
import { type Answer, isExpired } from '../../../kernel/asks';
import type { KernelAnswer } from '../../../kernel/control';
import type { NodeId } from '../../../kernel/envelope';
import { decoded, encoded, lineageOf } from '../../../protocols/cached-row';
import type { SqlExecute, SqlResult } from '../../../protocols/sql';
import type { WebIn, WebTurn } from '../conversation';
import type { Counts } from './counters';
import type { CacheServers, Place } from './servers';
import type { CachingConfig } from './settings';

export type Heard = Answer<WebIn | KernelAnswer>;

/** What a read needs of whoever reads. */
export interface Reading {
  readonly key: string;
  /** What the row is read with. */
  readonly question: SqlExecute;
  /** Nothing older than this log position will do. */
  readonly from: number;
  readonly untilMs: number;
  /** Asks the database in the time that is left: its primary, for what is cached, or whoever was to be asked anyway. */
  query(whom: 'primary' | 'as-asked', then: (answer: Heard, database: NodeId) => void): void;
  /** Called once: a cache had it ... */
  found(result: SqlResult, server: NodeId): void;
  /** ... or this is what the database said. */
  queried(answer: Heard, database: NodeId): void;
}

/** Whoever waits for another one's fill does so until so much of the time is left. */
const keptBack = 1 / 3;
/** So much of the time a cache server gets that may have to ask the database. */
const loadShare = 0.5;

export class CachedRead {
  private readonly sinceMs: number;
  private attempts = 0;

  constructor(
    private readonly turn: WebTurn,
    private readonly servers: CacheServers,
    private readonly settings: CachingConfig,
    private readonly counts: Counts,
    private readonly reading: Reading,
  ) {
    this.sinceMs = turn.nowMs;
    counts.reads++;
  }

  begin(): void {
    this.ask(this.servers.placeOf(this.reading.key));
  }

  private ask(place: Place | undefined): void {
    if (place === undefined) return this.query(undefined);
    const { key } = this.reading;
    const { leases, cacheMs } = this.settings;
    if (this.settings.strategy === 'read-through') return this.load(place);
    const get = { kind: 'cache.get', key, ...(leases === 'on' ? { lease: true } : {}) } as const;
    this.turn.ask(place.server, get, Math.min(cacheMs, this.leftMs), (answer) => this.hear(place, answer));
  }

  /** The server may have to ask the database first, which may have to be given up. */
  private load(place: Place): void {
    const { key, question } = this.reading;
    const { statement, parameters } = question;
    const load = { kind: 'cache.load', key, statement, parameters, seconds: this.secondsOn(place) } as const;
    this.turn.ask(place.server, load, this.leftMs * loadShare, (answer) => {
      const isNo = !isExpired(answer) && answer.body.kind === 'cache.failure';
      if (!isNo) return this.hear(place, answer);
      this.servers.answered(place.server);
      this.query(undefined);
    });
  }

  private hear(place: Place, answer: Heard): void {
    const { servers, turn, reading, counts } = this;
    const { server, isGutter } = place;
    if (isExpired(answer) || (answer.body.kind !== 'cache.value' && answer.body.kind !== 'cache.missing')) {
      servers.silent(server, isExpired(answer) ? 'no answer' : problemOf(answer.body));
      return isGutter ? this.query(undefined) : this.ask(servers.standInFor(reading.key));
    }
    servers.answered(server);
    const { body } = answer;
    if (body.kind === 'cache.value') {
      const result = decoded(body.value);
      if (result === undefined || result.position < reading.from) return this.query(undefined);
      if (body.loaded === 'asked') counts.queries++;
      else if (body.loaded === 'shared') counts.waits++;
      else {
        counts.hits++;
        if (isGutter) counts.gutterHits++;
      }
      this.end();
      return reading.found(result, server);
    }
    if (body.token !== undefined || this.settings.leases === 'off') return this.query({ ...place, token: body.token });
    counts.waits++;
    const budgetMs = reading.untilMs - this.sinceMs;
    const waitMs = Math.min(body.waitMs ?? 0, backoffOf(++this.attempts, pace, turn.node.random.next()));
    if (this.leftMs - waitMs <= budgetMs * keptBack) return this.query(undefined);
    turn.after(waitMs, () => this.ask(servers.placeOf(reading.key)));
  }

  private query(fill: (Place & { readonly token: number | undefined }) | undefined): void {
    this.counts.queries++;
    this.reading.query('primary', (answer, database) => {
      if (fill !== undefined && !isExpired(answer) && answer.body.kind === 'sql.result') this.fill(fill, answer.body);
      this.end();
      this.reading.queried(answer, database);
    });
  }

  /** Nobody waits for it: the row is there, whether a cache takes it or not. */
  private fill({ server, isGutter, token }: Place & { readonly token: number | undefined }, result: SqlResult): void {
    const { turn, counts } = this;
    const { ttlMs, gutterTtlMs, cacheMs } = this.settings;
    const seconds = (isGutter ? Math.min(ttlMs, gutterTtlMs) : ttlMs) / 1_000;
    const row = { kind: 'cache.set', key: this.reading.key, value: encoded(result), seconds } as const;
    const set = token === undefined ? row : { ...row, token, ...lineageOf(result) };
    turn.ask(server, set, cacheMs, (answer) => {
      if (!isExpired(answer) && answer.body.kind === 'cache.stored') counts.fills++;
      else counts.refusedFills++;
    });
  }

  private secondsOn({ isGutter }: Place): number {
    const { ttlMs, gutterTtlMs } = this.settings;
    return (isGutter ? Math.min(ttlMs, gutterTtlMs) : ttlMs) / 1_000;
  }

  private end(): void {
    const ms = this.turn.nowMs - this.sinceMs;
    this.counts.readMs += ms;
    this.counts.slowestMs = Math.max(this.counts.slowestMs, ms);
  }

  private get leftMs(): number {
    return this.reading.untilMs - this.turn.nowMs;
  }
}

function problemOf(body: WebIn | KernelAnswer): string {
  return 'reason' in body ? body.reason : body.kind;
}

const pace = { backoffMs: 20, backoffMaxMs: 200 };
