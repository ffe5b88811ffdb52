/**
 * One life of a key-value store: what it takes, has decided on and answers.
 */
import { jsonOf } from '../../algorithms/json';
import { failureIn, ItemRefusal, ItemStore } from '../../consensus/copies/item-store';
import type { Envelope } from '../../kernel/envelope';
import { messageKey } from '../../kernel/events';
import type { Live } from '../../kernel/tier';
import type { ItemFailure } from '../../protocols/item-store';
import type { KvAnswer, KvDelete, KvGet, KvPut, KvScan } from '../../protocols/kv';
import { refusedAsElsewhere, refusedByMap } from '../../sharding/guard';
import { ShardDesk, type ShardsDecision, shardDecisions } from '../../sharding/shard-desk';
import { encodeEntry, type KvChange } from './command';
import { KvEngine } from './engine';
import type { KvConfig, KvTurn } from './settings';

export class KvStore {
  readonly store: ItemStore<ShardsDecision>;
  readonly shard: ShardDesk;
  private readonly engine: KvEngine;
  private isSweeping = false;

  constructor(
    private readonly turn: KvTurn,
    private readonly live: Live<KvConfig>,
  ) {
    this.engine = new KvEngine(live.now.sharding);
    const words = {
      failure: (failure: ItemFailure): KvAnswer => ({ kind: 'kv.failure', ...failure }),
      unknown: (reason: string): KvAnswer => ({ kind: 'kv.unknown', reason }),
    };
    this.store = new ItemStore<ShardsDecision>(turn, live, this.engine, words, shardDecisions(this.engine));
    const { copies } = this.store;
    this.shard = new ShardDesk(turn, this.engine, copies, failureIn);
    turn.node.report.expose(() => ({ ...copies.view, ...this.engine.view }));
    copies.begin();
    this.sweepNext();
  }

  get(mail: Envelope, { key, freshness, map }: KvGet): void {
    this.store.read(mail, freshness, () => {
      const refused = refusedByMap(this.engine.ownership, map) ?? refusedAsElsewhere(this.engine.ownership, key);
      if (refused !== undefined) throw new ItemRefusal(refused);
      const item = this.engine.get(key, this.wallMs);
      return item === undefined ? { kind: 'kv.item', key } : { kind: 'kv.item', key, item };
    });
  }

  scan(mail: Envelope, { freshness, map, ...wanted }: KvScan): void {
    this.store.read(mail, freshness, () => {
      const refused = refusedByMap(this.engine.ownership, map);
      if (refused !== undefined) throw new ItemRefusal(refused);
      const found = this.engine.scan(wanted, this.wallMs, this.live.now.answerCharactersMax);
      return { kind: 'kv.items', ...found };
    });
  }

  put(mail: Envelope, body: KvPut): void {
    const { key, value, ttlMs = null, expected = null } = body;
    this.write(mail, body, () => {
      const text = this.textOf(value);
      return { what: 'put', key, text, ttlMs, expected };
    });
  }

  delete(mail: Envelope, body: KvDelete): void {
    const { key, expected = null } = body;
    this.write(mail, body, () => ({ what: 'delete', key, expected }));
  }

  private write(mail: Envelope, { recovers, map }: KvPut | KvDelete, change: () => KvChange): void {
    this.store.write(mail, () => {
      const refused = refusedByMap(this.engine.ownership, map);
      if (refused !== undefined) throw new ItemRefusal(refused);
      const about = { map: map ?? null, recovers: recovers ?? null };
      return encodeEntry({ id: messageKey(mail), atMs: Math.ceil(this.wallMs), ...about, change: change() });
    });
  }

  /** A value as it is kept. What a message can carry and JSON cannot is refused. */
  private textOf(value: unknown): string {
    const { valueBytesMax, storeBytesMax } = this.live.now;
    const text = jsonOf(value)?.text;
    if (text === undefined) throw refusal('not-allowed', 'a value has to be JSON');
    const bytes = Buffer.byteLength(text);
    if (bytes > valueBytesMax) throw refusal('limit', `a value of ${bytes} bytes; at most ${valueBytesMax} are taken`);
    if (this.engine.size.bytes + bytes > storeBytesMax) {
      throw refusal('limit', `the store is full: ${this.engine.size.bytes} bytes of at most ${storeBytesMax}`);
    }
    return text;
  }

  /** The primary has taken out what is over: bounded per entry, and one entry at a time. */
  private sweepNext(): void {
    this.turn.after(this.live.now.sweepMs, () => this.sweepNext());
    this.sweep();
  }

  private sweep(): void {
    const { copies } = this.store;
    if (this.isSweeping || !copies.member.isServing || !this.engine.hasOver(this.wallMs)) return;
    const { self, incarnation } = this.turn.node;
    const change = { what: 'sweep', itemsMax: this.live.now.sweepItemsMax } as const;
    const id = `${self}/${incarnation}#sweep`;
    const entry = encodeEntry({ id, atMs: Math.ceil(this.wallMs), map: null, recovers: null, change });
    this.isSweeping = true;
    try {
      copies.propose(entry, () => {
        this.isSweeping = false;
      });
    } catch (failure) {
      // It leads no more, or too much is under way: somebody will, later.
      if (!(failure instanceof ItemRefusal)) throw failure;
      this.isSweeping = false;
    }
  }

  private get wallMs(): number {
    return this.turn.node.wallNowMs();
  }
}

function refusal(because: 'limit' | 'not-allowed', reason: string): ItemRefusal {
  return new ItemRefusal({ because, reason });
}
