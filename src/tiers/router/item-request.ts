/**
 * A request for a store of single items, key-value pairs or documents: what names one goes to the shard that has it, what
 * lists them to all, and what those list is put in one order again.
 */
import { storeManner } from '../../consensus/asking/store-manner';
import type { Envelope } from '../../kernel/envelope';
import { type DocIndex, type DocRequest, placeOf } from '../../protocols/doc';
import type { Freshness } from '../../protocols/freshness';
import type { KvRequest } from '../../protocols/kv';
import type { Family } from '../../protocols/shard-map';
import type { Owners } from '../../sharding/shard-map';
import type { RouterIn, StoreAnswer } from './conversation';
import type { Desk } from './desk';
import { listOf, merged, withList } from './lists';
import { Routing, toAll } from './routing';
import { shardsBy } from './surroundings';

type ItemRequestBody = KvRequest | DocRequest;
type List = Extract<ItemRequestBody, { readonly kind: 'kv.scan' | 'doc.find' }>;
type Single = Exclude<ItemRequestBody, List | DocIndex>;

/** What heat calls the keys of a family. */
const tableOf = { kv: 'items', doc: 'documents' } as const;

export class ItemRequest extends Routing {
  private readonly of: Exclude<Family, 'sql'>;

  constructor(
    desk: Desk,
    mail: Envelope,
    private readonly asked: ItemRequestBody,
    untilMs: number,
    over: () => void,
  ) {
    const of = familyOf(asked);
    super(desk, mail, of, untilMs, over);
    this.of = of;
  }

  protected missing(reason: string): StoreAnswer {
    return this.failure('shard-missing', reason);
  }

  protected unknown(reason: string): StoreAnswer {
    return this.of === 'kv' ? { kind: 'kv.unknown', reason } : { kind: 'doc.unknown', reason };
  }

  protected attempt(owners: Owners): void {
    const { asked } = this;
    switch (asked.kind) {
      case 'kv.scan':
      case 'doc.find':
        return this.list(owners, asked);
      case 'doc.index':
        return this.everywhere(owners, asked);
      default:
        return this.single(owners, asked);
    }
  }

  private single(owners: Owners, asked: Single): void {
    const { heat, turn } = this.desk;
    const key = 'collection' in asked ? placeOf(asked) : asked.key;
    heat.asked(turn.nowMs, this.of, tableOf[this.of], key);
    const writes = asked.kind !== 'kv.get' && asked.kind !== 'doc.get';
    const freshness = writes ? 'newest' : freshnessOf(asked.freshness);
    const bare = { ...asked, map: owners.map.version };
    const question = writes ? bare : { ...bare, freshness };
    this.one(owners, { shard: owners.ownerOf(key), question }, storeManner(writes, freshness), (body, shard, copy) => {
      const rowsMoved = found(body);
      heat.answered(turn.nowMs, this.of, shard, rowsMoved);
      const answer = isItemAnswer(body) ? { ...body, route: { shards: [shard], rowsMoved } } : undefined;
      this.reply(answer ?? this.missing(`${copy} answered ${body.kind}`));
    });
  }

  /** Each shard lists as many as are wanted, since all of them may be with one. */
  private list(owners: Owners, asked: List): void {
    const shards = shardsBy(owners.map);
    const { rowsMax } = this.desk.live.now;
    if (asked.limit * shards.length > rowsMax) {
      const most = Math.floor(rowsMax / shards.length);
      const reason = `${asked.limit} of each of ${shards.length} shards would be too many; ask for ${most} at a time`;
      return this.reply(this.failure('limit', reason));
    }
    const { partial: isPartial = false, ...rest } = asked;
    const freshness = freshnessOf(asked.freshness);
    const wanted = toAll(shards, { ...rest, map: owners.map.version, freshness });
    this.several(owners, wanted, storeManner(false, freshness), isPartial, ({ answers, missing }) => {
      const { heat, turn } = this.desk;
      const lists = answers.flatMap((answer, at) => {
        const list = listOf(answer);
        if (list !== undefined) heat.answered(turn.nowMs, this.of, wanted[at]?.shard ?? '', list.entries.length);
        return list ?? [];
      });
      const rowsMoved = lists.reduce((sum, { entries }) => sum + entries.length, 0);
      const more = missing.length === 0 ? {} : { missing: [...missing] };
      this.reply(withList(asked, merged(lists, asked.limit), { shards: [...shards], rowsMoved, ...more }));
    });
  }

  /** Kept or not, asking twice changes nothing; where one shard does not answer, it can be asked again. */
  private everywhere(owners: Owners, asked: DocIndex): void {
    const wanted = toAll(shardsBy(owners.map), { ...asked, map: owners.map.version });
    this.several(owners, wanted, storeManner(false, 'newest'), false, ({ answers }) => {
      const all = answers.flatMap((answer) => (answer?.kind === 'doc.indexes' ? [answer.paths] : []));
      const [first = [], ...others] = all;
      const paths = first.filter((path) => others.every((each) => each.includes(path)));
      const route = { shards: wanted.map(({ shard }) => shard), rowsMoved: 0 };
      this.reply({ kind: 'doc.indexes', collection: asked.collection, paths, position: 0, route });
    });
  }

  private failure(because: 'shard-missing' | 'limit', reason: string): StoreAnswer {
    return this.of === 'kv' ? { kind: 'kv.failure', because, reason } : { kind: 'doc.failure', because, reason };
  }
}

/** Places in a log are each shard's own: who asks for one gets the newest, which is no older. */
function freshnessOf(asked: Freshness = 'newest'): Freshness {
  return typeof asked === 'object' && 'position' in asked ? 'newest' : asked;
}

export function familyOf({ kind }: ItemRequestBody): Exclude<Family, 'sql'> {
  return kind.startsWith('kv.') ? 'kv' : 'doc';
}

function isItemAnswer(
  body: RouterIn,
): body is Extract<StoreAnswer, { readonly kind: 'kv.item' | 'kv.done' | 'doc.document' | 'doc.done' }> {
  return ['kv.item', 'kv.done', 'doc.document', 'doc.done'].includes(body.kind);
}

function found(body: RouterIn): number {
  if (body.kind === 'kv.item') return body.item === undefined ? 0 : 1;
  return body.kind === 'doc.document' && body.found !== undefined ? 1 : 0;
}
