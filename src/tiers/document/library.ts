/**
 * All documents: by collection for those who look for them, and by place over all collections, since that is how a sharded
 * store spreads them. Plain data in, plain data out.
 */
import { compareKeys } from '../../algorithms/hashing/key-order';
import { isObject, type JsonObject, parseJson } from '../../algorithms/json';
import { SortedMap } from '../../algorithms/sorted-map';
import { type Static, Type } from '../../kernel/schema';
import { placeOf } from '../../protocols/doc';
import { Collection, type Kept } from './collection';

/** As a snapshot holds them: the collection, the id, the document as JSON, its version. */
export const savedDocument = Type.Tuple([Type.String(), Type.String(), Type.String(), Type.Integer()]);
export const savedIndex = Type.Tuple([Type.String(), Type.String()]);

export interface SavedLibrary {
  readonly documents: readonly Static<typeof savedDocument>[];
  readonly indexes: readonly Static<typeof savedIndex>[];
}

/** What a document takes besides its text, about. */
const overheadBytes = 64;

export class Library {
  private readonly collections = new SortedMap<string, Collection>(compareKeys);
  /** `users/12`: in the order in which they move. */
  private readonly places = new SortedMap<string, true>(compareKeys);
  /** All there is, about. */
  bytes = 0;
  documents = 0;

  constructor(saved: SavedLibrary = { documents: [], indexes: [] }) {
    for (const [collection, id, text, version] of saved.documents) this.set(collection, id, text, version);
    for (const [collection, path] of saved.indexes) this.of(collection).keepIndex(path);
  }

  collection(name: string): Collection | undefined {
    return this.collections.get(name);
  }

  get(collection: string, id: string): Kept | undefined {
    return this.collections.get(collection)?.documents.get(id);
  }

  set(collection: string, id: string, text: string, version: number): void {
    this.delete(collection, id);
    const bytes = Buffer.byteLength(text) + overheadBytes;
    this.of(collection).set(id, { document: documentOf(text), version, bytes });
    this.places.set(placeOf({ collection, id }), true);
    this.bytes += bytes;
    this.documents++;
  }

  delete(collection: string, id: string): boolean {
    const kept = this.get(collection, id);
    if (kept === undefined) return false;
    const all = this.of(collection);
    all.delete(id);
    if (all.isEmpty) this.collections.delete(collection);
    this.places.delete(placeOf({ collection, id }));
    this.bytes -= kept.bytes;
    this.documents--;
    return true;
  }

  /** The paths of a collection that have an index from now on. */
  index(collection: string, path: string, keep: boolean): readonly string[] {
    if (!keep && this.collections.get(collection) === undefined) return [];
    const all = this.of(collection);
    if (keep) all.keepIndex(path);
    else all.dropIndex(path);
    const { paths } = all;
    if (all.isEmpty) this.collections.delete(collection);
    return paths;
  }

  /** Places after one, in their order. */
  *placesAfter(place: string | undefined): Generator<string, void> {
    for (const [next] of this.places.after(place)) yield next;
  }

  get sizes(): { table: string; rows: number; bytes: number }[] {
    return [...this.collections.from()].map(([table, { documents, bytes }]) => ({
      table,
      rows: documents.size,
      bytes,
    }));
  }

  /** Which there are: collection and path of each. */
  get indexes(): SavedLibrary['indexes'] {
    return [...this.collections.from()].flatMap(([name, { paths }]) =>
      paths.map((path): Static<typeof savedIndex> => [name, path]),
    );
  }

  get saved(): SavedLibrary {
    const all = [...this.collections.from()];
    return {
      documents: all.flatMap(([name, { documents }]) =>
        [...documents.from()].map(
          ([id, { document, version }]): Static<typeof savedDocument> => [name, id, JSON.stringify(document), version],
        ),
      ),
      indexes: this.indexes,
    };
  }

  private of(name: string): Collection {
    const found = this.collections.get(name) ?? new Collection();
    this.collections.set(name, found);
    return found;
  }
}

function documentOf(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new Error(`a document is a JSON object, and this is ${text.slice(0, 40)}`);
  return value;
}
