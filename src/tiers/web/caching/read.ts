/**
 * One read of a row past a cache. Who misses and has the lease reads the primary and fills; who misses and has it not waits
 * for whoever has; whom no cache server answers reads the database, with all who do so as well, and fills nothing.
 */
import { backoffOf } from '../../../algorithms/backoff';
import { isExpired } from '../../../kernel/asks';
import type { KernelAnswer } from '../../../kernel/control';
import type { NodeId } from '../../../kernel/envelope';
import type { CacheFailure, CacheGet, CacheLoad, CacheSet } from '../../../protocols/cache';
import { encoded, lineageOf, reaches } from '../../../protocols/cached-row';
import type { SqlResult } from '../../../protocols/sql';
import type { WebIn } from '../conversation';
import { noteTime } from './counters';
import type { Place } from './servers';
import type { CachingConfig } from './settings';
import type { Heard, Reading, StrategyMeans } from './strategy';

/** What a cache server is asked for a row, and for how long. */
export type Question = (
  reading: Reading,
  place: Place,
  settings: CachingConfig,
  leftMs: number,
) => { readonly body: CacheGet | CacheLoad; readonly budgetMs: number };

/** Whether it has the row, and with the right to fill it, where rights are given, if it has not. */
export const getting: Question = ({ key }, { ring }, { leases, cacheMs }, leftMs) => ({
  body: {
    kind: 'cache.get',
    key,
    ...(leases === 'on' || ring !== undefined ? { lease: true } : {}),
    ...(ring === undefined ? {} : { ring }),
  },
  budgetMs: Math.min(cacheMs, leftMs),
});

/** The same, where what was just dropped will do as well. */
export const gettingOrStale: Question = (reading, place, settings, leftMs) => {
  const asked = getting(reading, place, settings, leftMs);
  const mayBeStale = settings.staleMs > 0 && settings.leases === 'on' && reading.from === 0;
  return mayBeStale && asked.body.kind === 'cache.get'
    ? { ...asked, body: { ...asked.body, staleMs: settings.staleMs } }
    : asked;
};

/** For how long a row is kept there. */
export function secondsOn({ isGutter }: Place, { ttlMs, gutterTtlMs }: CachingConfig): number {
  return (isGutter ? Math.min(ttlMs, gutterTtlMs) : ttlMs) / 1_000;
}

/** Who has which key, and who answers, as far as that is known. */
export interface Whereabouts {
  placeOf(key: string): Place | undefined;
  /** Who is asked in its place if the home of a key is silent. */
  standInFor(key: string): Place | undefined;
  answered(server: NodeId): void;
  silent(server: NodeId, problem: string): void;
  /** It lives, and cannot say. */
  refused(server: NodeId, failure: CacheFailure): void;
}

/** Whoever waits for another one's fill does so until so much of the time is left. */
const keptBack = 1 / 3;

export class CachedRead {
  private readonly sinceMs: number;
  /** As they were when it began. */
  private readonly settings: CachingConfig;
  private attempts = 0;

  constructor(
    private readonly means: StrategyMeans,
    private readonly question: Question,
    private readonly reading: Reading,
    private readonly homes: Whereabouts = means.servers,
  ) {
    this.sinceMs = means.turn.nowMs;
    this.settings = means.settings();
    means.counts.reads++;
  }

  begin(): void {
    this.ask(this.homes.placeOf(this.reading.key));
  }

  private ask(place: Place | undefined): void {
    if (place === undefined) return this.query(undefined);
    const { body, budgetMs } = this.question(this.reading, place, this.settings, this.leftMs);
    this.means.turn.ask(place.server, body, budgetMs, (answer) => this.hear(place, answer));
  }

  private hear(place: Place, answer: Heard): void {
    const { reading, settings } = this;
    const { homes } = this;
    const { counts, rows } = this.means;
    const { server, isGutter } = place;
    if (!isExpired(answer) && answer.body.kind === 'cache.failure') {
      homes.refused(server, answer.body);
      if (answer.body.because === 'moving') return this.wait(movingMs);
      return this.query(undefined);
    }
    if (isExpired(answer) || (answer.body.kind !== 'cache.value' && answer.body.kind !== 'cache.missing')) {
      homes.silent(server, isExpired(answer) ? 'no answer' : problemOf(answer.body));
      return isGutter ? this.query(undefined) : this.ask(homes.standInFor(reading.key));
    }
    homes.answered(server);
    const { body } = answer;
    if (body.kind === 'cache.value') {
      const result = rows.of(body.value);
      if (result === undefined || !(body.dirty === true || isNewEnough(result, reading))) return this.query(undefined);
      if (body.loaded === 'asked') counts.queries++;
      else if (body.loaded === 'shared') counts.waits++;
      else {
        counts.hits++;
        if (isGutter) counts.gutterHits++;
      }
      this.end();
      return reading.found(result, server);
    }
    const { token } = body;
    if (token !== undefined || (settings.leases === 'off' && place.ring === undefined)) {
      // What is new comes first: to add a name to what a spread made takes V8 ten times as long as the spread.
      return this.query({ token, ...place });
    }
    const before = body.stale === undefined ? undefined : rows.of(body.stale.value);
    if (before !== undefined) {
      counts.stale++;
      this.end();
      return reading.found(before, server);
    }
    this.wait(body.waitMs ?? 0);
  }

  /** Asks again before so much time has passed, as long as some is kept back. */
  private wait(atMostMs: number): void {
    const { reading, homes } = this;
    const { turn, counts } = this.means;
    counts.waits++;
    const budgetMs = reading.untilMs - this.sinceMs;
    const waitMs = Math.min(atMostMs, backoffOf(++this.attempts, pace, turn.node.random.next()));
    if (this.leftMs - waitMs <= budgetMs * keptBack) return this.query(undefined);
    turn.after(waitMs, () => this.ask(homes.placeOf(reading.key)));
  }

  private query(fill: (Place & { readonly token: number | undefined }) | undefined): void {
    const { means, reading } = this;
    if (fill === undefined) return this.queryWithOthers();
    means.counts.queries++;
    reading.query('primary', (answer, database) => {
      if (!isExpired(answer) && answer.body.kind === 'sql.result') this.fill(fill, answer.body);
      this.end();
      reading.queried(answer, database);
    });
  }

  private queryWithOthers(): void {
    const { counts, flights } = this.means;
    flights.ask(this.reading, (answer, database, isOwn) => {
      if (isOwn) counts.queries++;
      else counts.waits++;
      this.end();
      this.reading.queried(answer, database);
    });
  }

  /** Nobody waits for it: the row is there, whether a cache takes it or not. */
  private fill(place: Place & { readonly token: number | undefined }, result: SqlResult): void {
    const { turn, counts } = this.means;
    const seconds = secondsOn(place, this.settings);
    const { key } = this.reading;
    const { server, token, ring } = place;
    const value = encoded(result);
    const set: CacheSet =
      token === undefined
        ? { kind: 'cache.set', key, value, seconds }
        : {
            kind: 'cache.set',
            key,
            value,
            seconds,
            token,
            ...lineageOf(result),
            ...(ring === undefined ? {} : { ring }),
          };
    turn.ask(server, set, this.settings.cacheMs, (answer) => {
      if (!isExpired(answer) && answer.body.kind === 'cache.stored') counts.fills++;
      else counts.refusedFills++;
    });
  }

  private end(): void {
    noteTime(this.means.counts, this.means.turn.nowMs - this.sinceMs);
  }

  private get leftMs(): number {
    return this.reading.untilMs - this.means.turn.nowMs;
  }
}

function isNewEnough(result: SqlResult, { from, isNewest }: Reading): boolean {
  return !isNewest && reaches(result, from);
}

export function problemOf(body: WebIn | KernelAnswer): string {
  return 'reason' in body ? body.reason : body.kind;
}

/** A key that moves is there within moments. */
const movingMs = 50;
const pace = { backoffMs: 20, backoffMaxMs: 200 };
