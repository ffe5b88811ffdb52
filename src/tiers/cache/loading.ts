/**
 * Reads that go through the server: what it has not it asks the database for, once however many want it, and keeps it for
 * as long as it was told, counted from when it asked, so that nothing is older than that when it is given out. A row that
 * is changed here while it is on its way is given to those who wait for it, and not kept.
 */
import { Copies } from '../../consensus/asking/copies';
import { Inquiry } from '../../consensus/asking/inquiry';
import { storeManner } from '../../consensus/asking/store-manner';
import { isExpired } from '../../kernel/asks';
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { CacheFailure, CacheLoad } from '../../protocols/cache';
import { encoded, lineageOf } from '../../protocols/cached-row';
import { budgetBelow } from '../../protocols/http';
import type { SqlExecute, SqlResult } from '../../protocols/sql';
import type { CacheConfig, CacheIn, CacheOut, CacheTurn } from './settings';
import type { CacheStore } from './store';

/** Of somebody who asks without a deadline. */
const patienceMs = 2_000;

const manner = storeManner(false, 'newest');

export class Loading {
  readonly databases: Copies;
  /** Who waits for which key. */
  private readonly open = new Map<string, Envelope[]>();

  constructor(
    private readonly turn: CacheTurn,
    private readonly store: CacheStore,
    private readonly live: Live<CacheConfig>,
  ) {
    this.databases = new Copies(
      () => turn.node.members.now[live.now.databases] ?? nobody,
      () => live.now,
    );
  }

  load(mail: Envelope, body: CacheLoad): void {
    const { key, statement, parameters, seconds } = body;
    const waiting = this.open.get(key);
    const { loadsMax, waitersMax } = this.live.now;
    if (waiting !== undefined) {
      if (waiting.length >= waitersMax) return this.refuse(mail, key, 'busy', `${waitersMax} wait for it already`);
      waiting.push(mail);
      return;
    }
    const there = this.store.answer({ kind: 'cache.get', key, lease: true });
    if (there.kind === 'cache.value') return this.turn.reply(mail, there);
    if (this.databases.isEmpty) return this.refuse(mail, key, 'unreachable', 'the site has no database');
    if (this.open.size >= loadsMax) return this.refuse(mail, key, 'busy', `${loadsMax} keys are asked for already`);
    const token = there.kind === 'cache.missing' ? there.token : undefined;
    const sinceMs = this.turn.nowMs;
    this.open.set(key, [mail]);
    const question: SqlExecute = { kind: 'sql.execute', statement, parameters };
    const budgetMs = budgetBelow(mail.budgetMs ?? patienceMs);
    new Inquiry<CacheIn, CacheOut>(this.turn, this.databases, question, manner, budgetMs).begin((answer, database) => {
      const waited = this.open.get(key) ?? [];
      this.open.delete(key);
      const result = isExpired(answer) ? undefined : answer.body;
      if (result?.kind !== 'sql.result') {
        const reason = result !== undefined && 'reason' in result ? result.reason : `${database} did not answer`;
        for (const one of waited) this.refuse(one, key, 'unreachable', reason);
        return;
      }
      const leftS = seconds - (this.turn.nowMs - sinceMs) / 1_000;
      this.give(key, result, token, leftS, waited);
    });
  }

  /** Without the right to fill, somebody had it just now: what was read is given out, and not kept. */
  private give(
    key: string,
    result: SqlResult,
    token: number | undefined,
    seconds: number,
    waited: readonly Envelope[],
  ): void {
    const row = { key, value: encoded(result), ...lineageOf(result) };
    const kept =
      token === undefined || seconds <= 0
        ? undefined
        : this.store.answer({ kind: 'cache.set', ...row, seconds, token });
    const cas = kept?.kind === 'cache.stored' ? kept.cas : 0;
    for (const [place, mail] of waited.entries()) {
      this.turn.reply(mail, { kind: 'cache.value', ...row, cas, loaded: place === 0 ? 'asked' : 'shared' });
    }
  }

  private refuse(mail: Envelope, key: string, because: CacheFailure['because'], reason: string): void {
    this.turn.reply(mail, { kind: 'cache.failure', key, because, reason });
  }
}

const nobody: readonly NodeId[] = [];
