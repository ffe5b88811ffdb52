/**
 * A map whose keys stand in an order of their own: a B+ tree, so that looking up, putting in and going on from any place
 * take logarithmic time.
 */
import BTree from 'sorted-btree';

export class SortedMap<K, V> {
  private readonly tree: BTree<K, V>;

  /** @param compare below 0, 0 or above 0, as `sort` wants it. */
  constructor(compare: (a: K, b: K) => number, entries: readonly (readonly [K, V])[] = []) {
    this.tree = new BTree<K, V>(undefined, compare);
    for (const [key, value] of entries) this.tree.set(key, value);
  }

  get size(): number {
    return this.tree.size;
  }

  get(key: K): V | undefined {
    return this.tree.get(key);
  }

  has(key: K): boolean {
    return this.tree.has(key);
  }

  set(key: K, value: V): void {
    this.tree.set(key, value);
  }

  /** Whether there was something. */
  delete(key: K): boolean {
    return this.tree.delete(key);
  }

  /** The lowest key. */
  get first(): K | undefined {
    return this.tree.minKey();
  }

  clear(): void {
    this.tree.clear();
  }

  /** In their order, from a key on or from the lowest; nothing may be put in or taken out meanwhile. */
  *from(lowest?: K): Generator<readonly [K, V], void> {
    yield* this.tree.entries(lowest);
  }

  /** In their order, what comes after a key; everything where none is given. */
  *after(key: K | undefined): Generator<readonly [K, V], void> {
    const next = key === undefined ? undefined : this.tree.nextHigherKey(key);
    if (key === undefined || next !== undefined) yield* this.tree.entries(next);
  }
}
