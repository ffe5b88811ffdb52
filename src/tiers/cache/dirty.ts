/**
 * Rows that were written here and that the database does not have yet: each stays until it has, and is brought there some
 * time after it became dirty, with all that was written to it until then in one transaction. The database does such a
 * transaction once, however often it has to be asked, and only onto the very version of the row that the writes were made
 * from: whoever has written there meanwhile is not written over. Then what was written here is lost, and said to be.
 *
 * What is lost is reported: a write is acknowledged when a peer has noted it (see `Noting`), or when the database has it.
 * What is reported is lost or was on its way: it leaves the book as soon as the database has answered.
 */
import type { Copies } from '../../consensus/asking/copies';
import { Inquiry } from '../../consensus/asking/inquiry';
import { storeManner } from '../../consensus/asking/store-manner';
import { isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import type { Envelope } from '../../kernel/envelope';
import type { CacheFailure } from '../../protocols/cache';
import { encoded } from '../../protocols/cached-row';
import { type SqlFailure, type SqlResult, type SqlTransaction, statementFaults } from '../../protocols/sql';
import { type BehindStanding, type CachePut, flushedAt, flushId, flushOf } from '../../protocols/write-back';
import { type Book, Noting } from './noting';
import type { CacheConfig, CacheIn, CacheOut, CacheTurn } from './settings';
import { type CacheStore, failure } from './store';

/** One write that the database does not have yet. */
interface Write {
  readonly seq: number;
  readonly cas: number;
  /** Whoever waits to hear that it is safe. */
  mail: Envelope | undefined;
}

interface Row {
  readonly key: string;
  sinceMs: number;
  /** The version that the database has of it. */
  base: number;
  /** The last write of it holds all those before. */
  latest: CachePut;
  writes: Write[];
  isSending: boolean;
  /** Goes before its time. */
  isUrgent: boolean;
}

/** Somebody waits until some writes of some rows are over. */
interface Waiter {
  readonly upTo: ReadonlyMap<string, number>;
  readonly then: (left: number) => void;
}

/** Before the database is asked once more. */
const againMs = 100;
/** Flushes that the database may forget, and how many of them it is told of at once. */
const forgottenMax = 10_000;
const forgottenAtOnce = 4;

export class DirtyRows {
  /** From the one that has been dirty for longest on. */
  private readonly rows = new Map<string, Row>();
  private readonly waiters = new Set<Waiter>();
  private readonly noting: Noting;
  private readonly counts = { puts: 0, flushed: 0, coalesced: 0, conflicts: 0 };
  private readonly forgettable: string[] = [];
  private dirty = 0;
  private sending = 0;
  private seq = 0;
  private isArmed = false;
  private isOpen = true;

  constructor(
    private readonly turn: CacheTurn,
    private readonly store: CacheStore,
    private readonly databases: Copies,
    private readonly settings: () => CacheConfig,
    /** Whether a key is this server's: what is not goes to the database, and then from here. */
    private readonly isMine: (key: string) => boolean,
  ) {
    this.noting = new Noting(
      turn,
      settings,
      () => this.isOpen,
      () => this.hurry(() => true),
    );
  }

  /** Takes a write, and answers when it is safe. */
  put(mail: Envelope, body: CachePut): void {
    const { key, id } = body;
    const problem = this.problemOf(body);
    if (problem !== undefined) return this.turn.reply(mail, problem);
    const kept = this.store.put(body);
    if (kept.kind === 'cache.failure') return this.turn.reply(mail, kept);
    const seq = ++this.seq;
    const write: Write = { seq, cas: kept.cas, mail };
    const row = this.rows.get(key) ?? this.begin(body);
    row.latest = body;
    row.writes.push(write);
    this.dirty++;
    this.counts.puts++;
    this.noting.note(seq, id, key, (book) => this.noted(row, write, book));
    this.arm();
  }

  /** Brings keys into the database now. @param then called once: so many writes of them it still does not have. */
  settle(isMeant: (key: string) => boolean, budgetMs: number, then: (left: number) => void): void {
    const upTo = new Map<string, number>();
    for (const { key } of this.rows.values()) if (isMeant(key)) upTo.set(key, this.seq);
    const waiter = { upTo, then };
    if (this.leftOf(waiter) === 0) return then(0);
    this.waiters.add(waiter);
    this.turn.after(budgetMs, () => this.release(waiter));
    this.hurry(isMeant);
  }

  /** Closed, it takes no writes. */
  gate(isOpen: boolean): void {
    this.isOpen = isOpen;
  }

  /** Sends what is meant before its time. */
  hurry(isMeant: (key: string) => boolean): void {
    for (const row of this.rows.values()) if (isMeant(row.key)) row.isUrgent = true;
    this.send();
  }

  get standing(): Omit<BehindStanding, 'kind' | 'records'> {
    const { ledger } = this.noting;
    const held = { isOpen: this.isOpen, rows: this.rows.size, dirty: this.dirty, ...this.counts };
    return ledger === undefined ? held : { ...held, ledger };
  }

  private problemOf({ key, base }: CachePut): CacheFailure | undefined {
    if (!this.isOpen) return failure(key, 'closed');
    const { dirtyMax } = this.settings();
    if (this.dirty >= dirtyMax) {
      return failure(key, 'busy', `${dirtyMax} writes wait for the database already`);
    }
    // It was made from a row that was dirty, and is not any more.
    return base === undefined && !this.rows.has(key) ? failure(key, 'changed') : undefined;
  }

  private begin(body: CachePut): Row {
    const { key, base = 0 } = body;
    const sinceMs = this.turn.nowMs;
    const row: Row = { key, sinceMs, base, latest: body, writes: [], isSending: false, isUrgent: false };
    this.rows.set(key, row);
    return row;
  }

  private noted(row: Row, write: Write, book: Book | undefined): void {
    if (book !== undefined) return this.acknowledge(row.key, write, book);
    row.isUrgent = true;
    this.send();
  }

  private acknowledge(key: string, write: Write, ledger?: Book): void {
    const { mail, cas } = write;
    write.mail = undefined;
    if (mail === undefined) return;
    this.turn.reply(mail, { kind: 'cache.written', key, cas, ...(ledger === undefined ? {} : { ledger }) });
  }

  /** Sees to it that the oldest row is sent in its time, unless it has to wait for another one anyway. */
  private arm(): void {
    const { flushEveryMs, flushesMax } = this.settings();
    if (this.isArmed || this.sending >= flushesMax) return;
    const oldest = this.oldest;
    if (oldest === undefined) return;
    this.isArmed = true;
    const delayMs = Math.max(1, oldest.sinceMs + flushEveryMs - this.turn.nowMs);
    this.turn.after(delayMs, () => {
      this.isArmed = false;
      this.send();
      this.arm();
    });
  }

  private get oldest(): Row | undefined {
    for (const row of this.rows.values()) if (!row.isSending) return row;
    return undefined;
  }

  private send(): void {
    const { flushEveryMs, flushesMax } = this.settings();
    const untilMs = this.turn.nowMs - flushEveryMs;
    for (const row of this.rows.values()) {
      if (this.sending >= flushesMax) return;
      if (!row.isSending && (row.isUrgent || row.sinceMs <= untilMs)) this.flush(row);
    }
  }

  private flush(row: Row): void {
    const { node } = this.turn;
    const { latest, base } = row;
    const upTo = row.writes.at(-1)?.seq ?? 0;
    const id = flushId(node.self, node.incarnation, row.key, upTo);
    const order = flushOf(latest, base, id, this.forgettable.splice(0, forgottenAtOnce));
    row.isSending = true;
    row.isUrgent = false;
    this.sending++;
    this.ask(order, (answer) => {
      this.sending--;
      row.isSending = false;
      this.rows.delete(row.key);
      this.dirty -= row.writes.length;
      if (answer.kind === 'sql.result') this.done(row, upTo, id, latest, answer);
      else this.conflict(row, answer);
      for (const waiter of this.waiters) if (this.leftOf(waiter) === 0) this.release(waiter);
      this.send();
      this.arm();
    });
  }

  /** Until the database has said yes or no for certain. */
  private ask(order: SqlTransaction, then: (answer: SqlResult | SqlFailure) => void): void {
    const again = (): void => void this.turn.after(againMs, () => this.ask(order, then));
    if (this.databases.isEmpty) return again();
    const manner = storeManner(true, 'newest');
    const inquiry = new Inquiry<CacheIn, CacheOut>(this.turn, this.databases, order, manner, this.settings().flushMs);
    inquiry.begin((answer) => {
      const body = isExpired(answer) ? undefined : answer.body;
      const said = body === undefined ? undefined : verdict(body);
      if (said === undefined) again();
      else then(said);
    });
  }

  /** The database has everything up to this write. */
  private done(row: Row, upTo: number, id: string, sent: CachePut, result: SqlResult): void {
    const position = flushedAt(result);
    const over = row.writes.filter(({ seq }) => seq <= upTo);
    row.writes = row.writes.filter(({ seq }) => seq > upTo);
    this.counts.flushed++;
    this.counts.coalesced += over.length - 1;
    for (const write of over) this.acknowledge(row.key, write);
    this.noting.end(seqsOf(over), false, () => this.forget(id));
    if (row.writes.length > 0) {
      row.base = position;
      row.sinceMs = this.turn.nowMs;
      this.dirty += row.writes.length;
      this.rows.set(row.key, row);
      return;
    }
    const isKnown = result.recoveredBefore === undefined && result.rows.length === 1;
    if (!isKnown || !this.isMine(row.key)) return this.store.drop(row.key);
    this.store.clean(row.key, { value: encoded(result), position, was: sent.id, seconds: sent.seconds });
  }

  /** The row is not what the writes were made from: none of them will ever be there. */
  private conflict({ key, writes }: Row, { reason }: SqlFailure): void {
    const told = writes.filter(({ mail }) => mail === undefined);
    const untold = writes.filter(({ mail }) => mail !== undefined);
    for (const write of untold) this.refuse(key, write);
    this.store.drop(key);
    this.noting.end(seqsOf(told), true, done);
    this.noting.end(seqsOf(untold), false, done);
    if (told.length === 0) return;
    this.counts.conflicts += told.length;
    const why = `somebody else has written it in the database: ${reason}`;
    this.turn.node.report.act(`give up ${told.length} writes of ${key}`, why);
  }

  private refuse(key: string, write: Write): void {
    const { mail } = write;
    write.mail = undefined;
    if (mail !== undefined) this.turn.reply(mail, failure(key, 'changed'));
  }

  private forget(id: string): void {
    if (this.forgettable.length < forgottenMax) this.forgettable.push(id);
  }

  private leftOf({ upTo }: Waiter): number {
    let left = 0;
    for (const [key, seq] of upTo) {
      for (const write of this.rows.get(key)?.writes ?? nothing) if (write.seq <= seq) left++;
    }
    return left;
  }

  private release(waiter: Waiter): void {
    if (this.waiters.delete(waiter)) waiter.then(this.leftOf(waiter));
  }
}

/** What the database has said for certain; of all else nobody knows whether it was done. */
function verdict(body: CacheIn | KernelAnswer): SqlResult | SqlFailure | undefined {
  if (body.kind === 'sql.result') return body;
  const isForGood = body.kind === 'sql.failure' && (body.because === 'constraint' || statementFaults.has(body.because));
  return isForGood ? body : undefined;
}

function seqsOf(writes: readonly Write[]): number[] {
  return writes.map(({ seq }) => seq);
}

function done(): void {}

const nothing: readonly Write[] = [];
