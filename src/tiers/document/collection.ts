/**
 * The documents of one collection in the order of their ids, and its indexes: which documents have which value at a path.
 */
import { compareKeys } from '../../algorithms/hashing/key-order';
import { compareScalars, isScalar, type JsonObject, type JsonScalar, valueAt } from '../../algorithms/json';
import { SortedMap } from '../../algorithms/sorted-map';
import type { Condition } from '../../protocols/doc';
import { meets, rangeOf } from './conditions';

export interface Kept {
  readonly document: JsonObject;
  readonly version: number;
  readonly bytes: number;
}

/** What was found, and what it took. */
export interface Found {
  readonly documents: readonly (readonly [id: string, kept: Kept])[];
  /** Documents that were looked at. */
  readonly looked: number;
  readonly index: string | undefined;
  /** There may be more after the last one. */
  readonly hasMore: boolean;
}

export interface Bounds {
  readonly after: string | undefined;
  readonly limit: number;
  /** No further document once they take so much. */
  readonly bytesMax: number;
}

interface Place {
  readonly value: JsonScalar;
  readonly id: string;
}

type Index = SortedMap<Place, true>;

export class Collection {
  readonly documents = new SortedMap<string, Kept>(compareKeys);
  private readonly indexes = new Map<string, Index>();
  bytes = 0;

  /** The paths that have an index, in their order. */
  get paths(): string[] {
    return [...this.indexes.keys()].sort(compareKeys);
  }

  get isEmpty(): boolean {
    return this.documents.size === 0 && this.indexes.size === 0;
  }

  set(id: string, kept: Kept): void {
    this.delete(id);
    this.documents.set(id, kept);
    this.bytes += kept.bytes;
    for (const [path, index] of this.indexes) enter(index, path, id, kept);
  }

  delete(id: string): boolean {
    const before = this.documents.get(id);
    if (before === undefined) return false;
    this.documents.delete(id);
    this.bytes -= before.bytes;
    for (const [path, index] of this.indexes) {
      const value = valueAt(before.document, path);
      if (isScalar(value)) index.delete({ value, id });
    }
    return true;
  }

  keepIndex(path: string): void {
    if (this.indexes.has(path)) return;
    const index: Index = new SortedMap((a, b) => compareScalars(a.value, b.value) || compareKeys(a.id, b.id));
    for (const [id, kept] of this.documents.from()) enter(index, path, id, kept);
    this.indexes.set(path, index);
  }

  dropIndex(path: string): void {
    this.indexes.delete(path);
  }

  /** Documents that meet all conditions, in the order of their ids. */
  find(where: readonly Condition[], { after, limit, bytesMax }: Bounds): Found {
    const path = this.bestPath(where);
    const documents: [string, Kept][] = [];
    let looked = 0;
    let bytes = 0;
    for (const [id, kept] of path === undefined ? this.documents.after(after) : this.byIndex(path, where, after)) {
      if (documents.length >= limit || (documents.length > 0 && bytes >= bytesMax)) {
        return { documents, looked, index: path, hasMore: true };
      }
      looked++;
      if (!meets(kept.document, where)) continue;
      documents.push([id, kept]);
      bytes += kept.bytes;
    }
    return { documents, looked, index: path, hasMore: false };
  }

  /** The index that leaves least to look at, as far as can be told from outside: one value before a range of them. */
  private bestPath(where: readonly Condition[]): string | undefined {
    const indexed = where.filter(({ path }) => this.indexes.has(path));
    return (indexed.find(({ is }) => is === '=') ?? indexed[0])?.path;
  }

  private *byIndex(
    path: string,
    where: readonly Condition[],
    after: string | undefined,
  ): Generator<readonly [string, Kept], void> {
    const { lowest, highest } = rangeOf(where.filter((one) => one.path === path));
    const ids: string[] = [];
    for (const [{ value, id }] of this.indexes.get(path)?.from({ value: lowest, id: '' }) ?? []) {
      if (highest !== undefined && compareScalars(value, highest) > 0) break;
      if (after === undefined || compareKeys(id, after) > 0) ids.push(id);
    }
    // Those with one value stand in the order of their ids, those of a range do not.
    for (const id of ids.sort(compareKeys)) {
      const kept = this.documents.get(id);
      if (kept !== undefined) yield [id, kept];
    }
  }
}

function enter(index: Index, path: string, id: string, { document }: Kept): void {
  const value = valueAt(document, path);
  if (isScalar(value)) index.set({ value, id }, true);
}
