/**
 * Lists of several shards as one, in the order of their keys. A shard that has more than it told of is complete only up to
 * where it stopped: behind that nobody's items count yet.
 */
import { compareKeys } from '../../algorithms/hashing/key-order';
import type { DocFind, DocFound, FoundDocument } from '../../protocols/doc';
import type { KvFound, KvItems, KvScan } from '../../protocols/kv';
import type { RouterIn, StoreAnswer } from './conversation';

/** What one shard listed, or all of them. */
export interface Listed {
  readonly entries: readonly Entry[];
  /** There is more behind this key. */
  readonly next: string | undefined;
  /** Documents that were looked at, and by which index. */
  readonly looked: number;
  readonly index: string | undefined;
}

type Entry = { readonly key: string } & ({ readonly item: KvFound } | { readonly document: FoundDocument });

export function listOf(body: RouterIn | undefined): Listed | undefined {
  if (body?.kind === 'kv.items') {
    const entries = body.items.map((item) => ({ key: item.key, item }));
    return { entries, next: body.next, looked: 0, index: undefined };
  }
  if (body?.kind !== 'doc.found') return undefined;
  const { documents, next, looked, index } = body;
  return { entries: documents.map((document) => ({ key: document.id, document })), next, looked, index };
}

/** The first so many of all. */
export function merged(lists: readonly Listed[], limit: number): Listed {
  const stops = lists.flatMap(({ next }) => next ?? []).sort(compareKeys);
  const [stop] = stops;
  const all = lists.flatMap(({ entries }) => entries).sort((a, b) => compareKeys(a.key, b.key));
  const known = stop === undefined ? all : all.filter(({ key }) => compareKeys(key, stop) <= 0);
  const entries = known.slice(0, limit);
  const isCut = entries.length < known.length;
  return {
    entries,
    next: isCut ? entries.at(-1)?.key : stop,
    looked: lists.reduce((sum, { looked }) => sum + looked, 0),
    index: lists[0]?.index,
  };
}

type Route = NonNullable<KvItems['route']>;

/** As the answer to who asked for it. */
export function withList(asked: KvScan | DocFind, list: Listed, route: Route): StoreAnswer {
  const { entries, looked, index, next } = list;
  const more = { position: 0, route, ...(next === undefined ? {} : { next }) };
  if (asked.kind === 'kv.scan') {
    return { kind: 'kv.items', items: entries.flatMap((entry) => ('item' in entry ? [entry.item] : [])), ...more };
  }
  const documents: DocFound['documents'] = entries.flatMap((entry) => ('document' in entry ? [entry.document] : []));
  return { kind: 'doc.found', documents, looked, ...(index === undefined ? {} : { index }), ...more };
}
