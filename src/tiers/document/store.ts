/**
 * One life of a document store: what it takes, has decided on and answers.
 */
import { isNestedWithin, jsonOf } from '../../algorithms/json';
import { failureIn, ItemRefusal, ItemStore } from '../../consensus/copies/item-store';
import type { Envelope } from '../../kernel/envelope';
import { messageKey } from '../../kernel/events';
import type { Live } from '../../kernel/tier';
import {
  type DocAnswer,
  type DocDelete,
  type DocFind,
  type DocGet,
  type DocIndex,
  type DocPatch,
  type DocPut,
  placeOf,
} from '../../protocols/doc';
import type { ItemFailure } from '../../protocols/item-store';
import { refusedAsElsewhere, refusedByMap } from '../../sharding/guard';
import { ShardDesk, type ShardsDecision, shardDecisions } from '../../sharding/shard-desk';
import { type DocChange, encodeEntry } from './command';
import { DocEngine } from './engine';
import type { DocConfig, DocTurn } from './settings';

/** What every write may say besides. */
interface About {
  readonly map?: number;
  readonly recovers?: string;
}

export class DocStore {
  readonly store: ItemStore<ShardsDecision>;
  readonly shard: ShardDesk;
  private readonly engine: DocEngine;

  constructor(
    turn: DocTurn,
    private readonly live: Live<DocConfig>,
  ) {
    this.engine = new DocEngine(live.now.sharding);
    const words = {
      failure: (failure: ItemFailure): DocAnswer => ({ kind: 'doc.failure', ...failure }),
      unknown: (reason: string): DocAnswer => ({ kind: 'doc.unknown', reason }),
    };
    this.store = new ItemStore<ShardsDecision>(turn, live, this.engine, words, shardDecisions(this.engine));
    const { copies } = this.store;
    this.shard = new ShardDesk(turn, this.engine, copies, failureIn);
    turn.node.report.expose(() => ({ ...copies.view, ...this.engine.view }));
    copies.begin();
  }

  get(mail: Envelope, { collection, id, freshness, map }: DocGet): void {
    this.store.read(mail, freshness, () => {
      this.demand(
        refusedByMap(this.engine.ownership, map) ??
          refusedAsElsewhere(this.engine.ownership, placeOf({ collection, id })),
      );
      const found = this.engine.get(collection, id);
      const place = { kind: 'doc.document', collection, id } as const;
      return found === undefined ? place : { ...place, found };
    });
  }

  find(mail: Envelope, { freshness, map, ...wanted }: DocFind): void {
    this.store.read(mail, freshness, () => {
      this.demand(refusedByMap(this.engine.ownership, map));
      return { kind: 'doc.found', ...this.engine.find(wanted, this.live.now.answerBytesMax) };
    });
  }

  put(mail: Envelope, body: DocPut): void {
    const { collection, id, document, expected = null } = body;
    this.write(mail, body, () => ({ what: 'put', collection, id, text: this.textOf(document), expected }));
  }

  patch(mail: Envelope, body: DocPatch): void {
    const { collection, id, patch, expected = null } = body;
    const bytesMax = this.live.now.documentBytesMax;
    this.write(mail, body, () => ({ what: 'patch', collection, id, text: this.textOf(patch), bytesMax, expected }));
  }

  delete(mail: Envelope, body: DocDelete): void {
    const { collection, id, expected = null } = body;
    this.write(mail, body, () => ({ what: 'delete', collection, id, expected }));
  }

  index(mail: Envelope, body: DocIndex): void {
    const { collection, path, keep } = body;
    this.write(mail, body, () => ({ what: 'index', collection, path, keep }));
  }

  private write(mail: Envelope, { recovers, map }: About, change: () => DocChange): void {
    this.store.write(mail, () => {
      this.demand(refusedByMap(this.engine.ownership, map));
      const about = { map: map ?? null, recovers: recovers ?? null };
      return encodeEntry({ id: messageKey(mail), ...about, change: change() });
    });
  }

  /** A document or a patch as it is written in the log. What a message can carry and JSON cannot is refused. */
  private textOf(given: unknown): string {
    const { documentBytesMax, levelsMax, storeBytesMax } = this.live.now;
    const json = jsonOf(given);
    if (json === undefined) throw refusal('not-allowed', 'a document has to be JSON');
    const bytes = Buffer.byteLength(json.text);
    if (bytes > documentBytesMax) {
      throw refusal('limit', `a document of ${bytes} bytes; at most ${documentBytesMax} are taken`);
    }
    if (!isNestedWithin(json.value, levelsMax)) {
      throw refusal('limit', `more than ${levelsMax} levels are nested in each other`);
    }
    const full = this.engine.size.bytes;
    if (full + bytes > storeBytesMax) {
      throw refusal('limit', `the store is full: ${full} bytes of at most ${storeBytesMax}`);
    }
    return json.text;
  }

  private demand(refused: ItemFailure | undefined): void {
    if (refused !== undefined) throw new ItemRefusal(refused);
  }
}

function refusal(because: 'limit' | 'not-allowed', reason: string): ItemRefusal {
  return new ItemRefusal({ because, reason });
}
