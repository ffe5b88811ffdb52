/**
 * The document store as the state machine of its log: the same entries in the same order make the same documents and
 * indexes, and the same outcome of each, on every copy and after every restart.
 */
import { mergePatch, parseJson } from '../../algorithms/json';
import { TextHash } from '../../algorithms/text-hash';
import type { Contents } from '../../consensus/copies/contents';
import { Schema, type Static, Type } from '../../kernel/schema';
import {
  type DocDone,
  type DocFind,
  type DocFound,
  type DocIndexes,
  type FoundDocument,
  placeOf,
} from '../../protocols/doc';
import type { ItemFailure } from '../../protocols/item-store';
import { itemStatement } from '../../protocols/lost-items';
import type { LostWrite } from '../../protocols/replication';
import type { ShardKey, ShardMap } from '../../protocols/shard-map';
import type { ShardsSized } from '../../protocols/shards';
import type { ShardContents, Touch, Unit } from '../../sharding/contents';
import { judged, refusedByMap } from '../../sharding/guard';
import { Ownership } from '../../sharding/ownership';
import { newOwnership, ownershipShape } from '../../sharding/ownership-state';
import { SetAside, savedAside } from '../../sharding/set-aside';
import type { ShardEngine } from '../../sharding/shard-desk';
import type { Kept } from './collection';
import { type DocChange, decodeEntry } from './command';
import { Library, savedDocument, savedIndex } from './library';

/** What a snapshot holds. */
const saved = new Schema(
  Type.Object({
    versionsAhead: Type.Integer(),
    documents: Type.Array(savedDocument),
    indexes: Type.Array(savedIndex),
    recovered: Type.Array(Type.Tuple([Type.String(), Type.Integer()])),
    /** What a shard knows of the map and owns. */
    ownership: Type.Union([ownershipShape, Type.Null()]),
    ...savedAside,
  }),
);
type Saved = Static<typeof saved.type>;

const founded: Saved = {
  versionsAhead: 0,
  documents: [],
  indexes: [],
  recovered: [],
  ownership: null,
  aside: [],
  touched: [],
};

/** Indexes of one collection. */
const indexesMax = 16;

/** What is answered, but for where in the log that is. */
export type DocOutcome = Omit<DocDone, 'position' | 'term'> | Omit<DocIndexes, 'position' | 'term'> | ItemFailure;

type DocumentChange = Exclude<DocChange, { what: 'index' }>;

/** Of which shard a new store is, and by which map. */
export type FoundedAs = { readonly shard: string; readonly map: ShardMap } | undefined;

export class DocEngine implements Contents<DocOutcome>, ShardContents, ShardEngine {
  readonly noun = 'document store';
  /** What it has of a sharded store; without one it has everything. */
  ownership: Ownership | undefined;
  aside = new SetAside();
  private library = new Library();
  private recovered = new Map<string, number>();
  /** The entry that is being applied, or the last one that was. */
  private position = 0;
  /**
   * By how much versions are ahead of positions: documents that came from another shard bring those of its log along, and
   * what is written here has to be newer.
   */
  private versionsAhead = 0;

  constructor(private readonly foundedAs?: FoundedAs) {}

  // --- as the log decides --------------------------------------------------------------------------------------------

  founding(): Uint8Array {
    const { foundedAs: as } = this;
    return encode(as === undefined ? founded : { ...founded, ownership: newOwnership(as.shard, as.map) });
  }

  install(data: Uint8Array): void {
    const found = data.length === 0 ? founded : decode(data);
    this.library = new Library(found);
    this.recovered = new Map(found.recovered);
    this.aside = new SetAside(found);
    this.ownership = found.ownership === null ? undefined : new Ownership(this, found.ownership);
    this.versionsAhead = found.versionsAhead;
  }

  apply(command: Uint8Array, position: number): DocOutcome {
    const { map, recovers, change } = decodeEntry(command);
    this.begin(position);
    const old = refusedByMap(this.ownership, map);
    if (old !== undefined) return old;
    if (change.what === 'index') return this.changeIndex(change);
    const { collection, id } = change;
    const before = recovers === null ? undefined : this.recovered.get(recovers);
    const now = this.library.get(collection, id);
    const known = { kind: 'doc.done', collection, id, version: now?.version ?? 0, existed: now !== undefined } as const;
    if (before !== undefined) return { ...known, recoveredBefore: before };
    const refused = this.demand(change, now);
    if (refused !== undefined) return refused;
    const version = this.change(change, now);
    if (typeof version === 'object') return version;
    if (recovers !== null) this.recovered.set(recovers, position);
    return { ...known, version };
  }

  serialize(): Uint8Array {
    const { versionsAhead, library, recovered, aside } = this;
    const { documents, indexes } = library.saved;
    const all = { documents: [...documents], indexes: [...indexes], recovered: [...recovered] };
    const ownership = this.ownership?.state ?? null;
    return encode({ versionsAhead, ...all, ownership, ...aside.saved });
  }

  digest(): string {
    const hash = new TextHash();
    const { documents, indexes } = this.library.saved;
    for (const one of [...documents, ...indexes]) hash.update(JSON.stringify(one));
    return hash.value;
  }

  lost(command: Uint8Array): Pick<LostWrite, 'id' | 'statements'> {
    const { id, change } = decodeEntry(command);
    if (change.what === 'index') {
      const { collection, path, keep } = change;
      return { id, statements: [itemStatement(keep ? 'doc index' : 'doc unindex', collection, path)] };
    }
    const text = 'text' in change ? change.text : undefined;
    return { id, statements: [itemStatement(`doc ${change.what}`, placeOf(change), text, change)] };
  }

  /** An entry is applied from now on, of whatever kind. */
  begin(position: number): void {
    this.position = position;
  }

  // --- for those who read --------------------------------------------------------------------------------------------

  get(collection: string, id: string): FoundDocument | undefined {
    const kept = this.library.get(collection, id);
    return kept === undefined ? undefined : { id, document: { ...kept.document }, version: kept.version };
  }

  find(
    { collection, where, after, limit }: Pick<DocFind, 'collection' | 'where' | 'after' | 'limit'>,
    bytesMax: number,
  ): Pick<DocFound, 'documents' | 'looked' | 'index' | 'next'> {
    const found = this.library.collection(collection)?.find(where, { after, limit, bytesMax });
    if (found === undefined) return { documents: [], looked: 0 };
    const documents = found.documents.map(([id, { document, version }]) => ({
      id,
      document: { ...document },
      version,
    }));
    const last = documents.at(-1);
    return {
      documents,
      looked: found.looked,
      ...(found.index === undefined ? {} : { index: found.index }),
      ...(found.hasMore && last !== undefined ? { next: last.id } : {}),
    };
  }

  get size(): { readonly documents: number; readonly bytes: number } {
    return { documents: this.library.documents, bytes: this.library.bytes };
  }

  get held(): Pick<ShardsSized, 'units' | 'tables'> {
    return { units: this.library.documents, tables: this.library.sizes };
  }

  /** For people. */
  get view(): object {
    return this.ownership === undefined ? this.size : { ...this.size, sharding: this.ownership.view };
  }

  // --- for its ownership: each document is a unit of its own, under its place (`users/12`) --------------------------------

  units(wanted: (key: ShardKey, part?: ShardKey) => boolean, after: Unit | undefined, unitsMax: number): Unit[] {
    const found: Unit[] = [];
    for (const key of this.library.placesAfter(after === undefined ? undefined : String(after.key))) {
      if (found.length >= unitsMax) break;
      if (wanted(key)) found.push({ key });
    }
    return found;
  }

  read({ key }: Unit): string | undefined {
    const { collection, id } = placeIn(key);
    const kept = this.library.get(collection, id);
    return kept === undefined ? undefined : JSON.stringify([JSON.stringify(kept.document), kept.version]);
  }

  write({ key }: Unit, contents: string): void {
    const { collection, id } = placeIn(key);
    const [text, version] = unbundled(contents);
    this.versionsAhead = Math.max(this.versionsAhead, version - this.position);
    this.library.set(collection, id, text, version);
  }

  remove({ key }: Unit): void {
    const { collection, id } = placeIn(key);
    this.library.delete(collection, id);
  }

  touched(after: Touch | undefined, unitsMax: number): Touch[] {
    return this.aside.touched(after, unitsMax);
  }

  forgetTouched(): void {
    this.aside.forgetTouched();
  }

  /**
   * The indexes, which a shard that is new does not have yet, and the latest version that can have been given to any
   * document: it goes where places go, even those of which nothing is left.
   */
  goesAlong(): string {
    return JSON.stringify({ versions: this.position + this.versionsAhead, indexes: this.library.indexes });
  }

  /** A place that was emptied elsewhere must not get a version here that it had there: somebody may still expect that. */
  takeAlong(text: string): void {
    const { versions, indexes } = wentAlong(text);
    this.versionsAhead = Math.max(this.versionsAhead, versions - this.position);
    for (const [collection, path] of indexes) this.library.index(collection, path, true);
  }

  // --- inside ----------------------------------------------------------------------------------------------------------

  private changeIndex({ collection, path, keep }: Extract<DocChange, { what: 'index' }>): DocOutcome {
    const paths = this.library.collection(collection)?.paths ?? [];
    if (keep && paths.length >= indexesMax && !paths.includes(path)) {
      const reason = `${collection} has ${indexesMax} indexes already, and each costs every write`;
      return { because: 'limit', reason };
    }
    return { kind: 'doc.indexes', collection, paths: [...this.library.index(collection, path, keep)] };
  }

  /** Why it is not written. */
  private demand({ collection, id, expected, what }: DocumentChange, now: Kept | undefined): ItemFailure | undefined {
    const here = judged(this.ownership, placeOf({ collection, id }));
    if (typeof here === 'object') return here;
    const version = now?.version ?? 0;
    if (expected !== null && expected !== version) {
      const is = version === 0 ? 'there is none' : `it has version ${version}`;
      return {
        because: 'version-conflict',
        reason: `${collection}/${id}: ${expected} was expected, and ${is}`,
        version,
      };
    }
    const isThere = what !== 'patch' || now !== undefined;
    return isThere ? undefined : { because: 'not-found', reason: `there is no ${collection}/${id} to be patched` };
  }

  private change(change: DocumentChange, now: Kept | undefined): number | ItemFailure {
    const { collection, id } = change;
    const version = this.position + this.versionsAhead;
    const text = change.what === 'delete' ? undefined : textOf(change, now);
    if (typeof text === 'object') return text;
    const key = placeOf(change);
    if (judged(this.ownership, key) === 'noted') this.aside.touch({ key }, this.position);
    if (text === undefined) this.library.delete(collection, id);
    else this.library.set(collection, id, text, version);
    return text === undefined ? 0 : version;
  }
}

const along = new Schema(Type.Object({ versions: Type.Integer(), indexes: Type.Array(savedIndex) }));

function wentAlong(text: string): Static<typeof along.type> {
  const value: unknown = JSON.parse(text);
  if (!along.accepts(value)) throw new Error(`what goes along with documents cannot be read: ${along.problem(value)}`);
  return value;
}

function textOf(change: Exclude<DocumentChange, { what: 'delete' }>, now: Kept | undefined): string | ItemFailure {
  if (change.what === 'put') return change.text;
  const text = JSON.stringify(mergePatch(now?.document, parseJson(change.text)));
  const bytes = Buffer.byteLength(text);
  if (bytes <= change.bytesMax) return text;
  return { because: 'limit', reason: `it would be a document of ${bytes} bytes; at most ${change.bytesMax} are taken` };
}

const bundled = new Schema(Type.Tuple([Type.String(), Type.Integer()]));

function unbundled(contents: string): Static<typeof bundled.type> {
  const value: unknown = JSON.parse(contents);
  if (!bundled.accepts(value)) throw new Error(`a bundle that holds no document: ${bundled.problem(value)}`);
  return value;
}

/** No name of a collection has a slash in it. */
function placeIn(key: ShardKey): { readonly collection: string; readonly id: string } {
  const [collection = '', ...id] = String(key).split('/');
  return { collection, id: id.join('/') };
}

function encode(contents: Saved): Uint8Array {
  return Buffer.from(JSON.stringify(contents));
}

function decode(data: Uint8Array): Saved {
  const value: unknown = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString());
  if (!saved.accepts(value)) throw new Error(`the documents cannot be read: ${saved.problem(value)}`);
  return value;
}
