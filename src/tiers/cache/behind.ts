/**
 * What a cache server does so that rows may be written to it before the database has them: who may write what when, what
 * has to reach the database first, and the ledgers of its peers.
 */
import type { Copies } from '../../consensus/asking/copies';
import type { Envelope } from '../../kernel/envelope';
import type { CacheAnswer, CacheDelete, CacheFlush, CacheGet, CacheRequest } from '../../protocols/cache';
import { budgetBelow } from '../../protocols/http';
import type { CachePut, LedgerNote } from '../../protocols/write-back';
import { DirtyRows } from './dirty';
import { Handover } from './handover';
import { Ledger } from './ledger';
import type { CacheConfig, CacheTurn } from './settings';
import { type CacheStore, failure } from './store';

/** Of somebody who asks without a deadline. */
const patienceMs = 2_000;

type Asked = (key: string) => boolean;

export class Behind {
  private readonly rows: DirtyRows;
  private readonly handover: Handover;
  private readonly ledger: Ledger;

  constructor(
    private readonly turn: CacheTurn,
    store: CacheStore,
    /** What is said about a key without any of this. */
    private readonly answer: (body: CacheRequest) => CacheAnswer,
    databases: Copies,
    settings: () => CacheConfig,
  ) {
    this.handover = new Handover(turn, settings);
    this.rows = new DirtyRows(turn, store, databases, settings, (key) => this.handover.isMine(key));
    this.ledger = new Ledger(() => turn.nowMs);
  }

  put(mail: Envelope, body: CachePut): void {
    if (this.handover.has(body.key)) this.rows.put(mail, body);
    else this.turn.reply(mail, failure(body.key, 'moving'));
  }

  /** For somebody who wants to hear it from the home of the key. */
  get(mail: Envelope, body: CacheGet): void {
    const { key } = body;
    this.turn.reply(mail, this.handover.has(key) ? this.answer(body) : failure(key, 'moving'));
  }

  settle(mail: Envelope, key: string | undefined): void {
    this.settled(mail, (one) => key === undefined || one === key);
  }

  gate(mail: Envelope, isOpen: boolean): void {
    this.rows.gate(isOpen);
    this.settled(mail, () => !isOpen);
  }

  leave(mail: Envelope, servers: readonly string[]): void {
    this.handover.hear(servers);
    this.settled(mail, (key) => !this.handover.isMine(key));
  }

  /** The servers have changed. */
  moved(): void {
    this.rows.hurry((key) => !this.handover.isMine(key));
  }

  /** What is dropped goes to the database first; what cannot stays. */
  drop(mail: Envelope, body: CacheDelete | CacheFlush): void {
    const isMeant: Asked = (key) => body.kind === 'cache.flush' || body.key === key;
    this.rows.settle(isMeant, this.budgetOf(mail), () => this.turn.reply(mail, this.answer(body)));
  }

  note(mail: Envelope, body: LedgerNote): void {
    this.turn.reply(mail, this.ledger.take(mail, body));
  }

  tell(mail: Envelope): void {
    this.turn.reply(mail, { kind: 'behind.standing', ...this.rows.standing, records: this.ledger.records });
  }

  get view(): unknown {
    return this.rows.standing;
  }

  private settled(mail: Envelope, isMeant: Asked): void {
    const { turn } = this;
    this.rows.settle(isMeant, this.budgetOf(mail), (left) => turn.reply(mail, { kind: 'cache.settled', left }));
  }

  private budgetOf({ budgetMs }: Envelope): number {
    return budgetBelow(budgetMs ?? patienceMs);
  }
}
