/**
 * The memory of a search (Lowe 2017, "Testing for linearizability"): which configurations were tried and led nowhere.
 * A configuration is what has been linearised and the state that this led to.
 *
 * What has been linearised is kept in few words. All that ended before the frontier (the earliest end of an operation
 * that is not yet linearised) is; of the operations that are open there, at most one per process, a bit says which; and
 * of those with an unknown outcome, which may stay open for ever, another bit.
 *
 * Of two configurations that differ only in that the first has used fewer of the unknown, the first can do all that the
 * second can: whatever it has not used, it may use later or never. So one that has used more is as good as tried.
 */

const header = 3; // next row of the bucket, frontier, state

export class Configurations {
  private readonly width: number;
  private rows: Int32Array;
  private buckets: Int32Array;
  private used = 0;
  /** How many rows were looked at, ever. */
  comparisons = 0;

  /** @param openWords words of bits for open operations; @param unknownWords for those with an unknown outcome. */
  constructor(
    private readonly openWords: number,
    private readonly unknownWords: number,
  ) {
    this.width = header + openWords + unknownWords;
    this.rows = new Int32Array(this.width * 64);
    this.buckets = new Int32Array(64).fill(-1);
  }

  get bytes(): number {
    return this.rows.byteLength + this.buckets.byteLength;
  }

  /** Notes a configuration; false if it, or one that can do all that it can, was noted before. */
  add(frontier: number, state: number, open: Int32Array, unknown: Int32Array): boolean {
    const { rows, width } = this;
    const bucket = this.hash(frontier, state, open, 0) & (this.buckets.length - 1);
    const first = this.buckets[bucket] ?? -1;
    for (let row = first; row >= 0; row = rows[row * width] ?? -1) {
      const at = row * width;
      this.comparisons++;
      if (rows[at + 1] === frontier && rows[at + 2] === state && this.hasOpen(at, open) && this.uses(at, unknown)) {
        return false;
      }
    }
    this.insert(bucket, first, frontier, state, open, unknown);
    return true;
  }

  private hasOpen(at: number, open: Int32Array): boolean {
    for (let i = 0; i < this.openWords; i++) if (this.rows[at + header + i] !== open[i]) return false;
    return true;
  }

  /** Whether the row has used nothing unknown but what is given. */
  private uses(at: number, unknown: Int32Array): boolean {
    const start = at + header + this.openWords;
    for (let i = 0; i < this.unknownWords; i++) if ((this.rows[start + i] ?? 0) & ~(unknown[i] ?? 0)) return false;
    return true;
  }

  private insert(
    bucket: number,
    next: number,
    frontier: number,
    state: number,
    open: Int32Array,
    unknown: Int32Array,
  ): void {
    const at = this.used * this.width;
    if (at + this.width > this.rows.length) {
      const grown = new Int32Array(this.rows.length * 2);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.rows[at] = next;
    this.rows[at + 1] = frontier;
    this.rows[at + 2] = state;
    this.rows.set(open, at + header);
    this.rows.set(unknown, at + header + this.openWords);
    this.buckets[bucket] = this.used++;
    if (this.used > this.buckets.length) this.rehash();
  }

  private rehash(): void {
    const { rows, width } = this;
    this.buckets = new Int32Array(this.buckets.length * 4).fill(-1);
    for (let row = 0; row < this.used; row++) {
      const at = row * width;
      const hash = this.hash(rows[at + 1] ?? 0, rows[at + 2] ?? 0, rows, at + header);
      const bucket = hash & (this.buckets.length - 1);
      rows[at] = this.buckets[bucket] ?? -1;
      this.buckets[bucket] = row;
    }
  }

  /** Over all but the unknown, so that what may stand for one another meets in one bucket. */
  private hash(frontier: number, state: number, words: Int32Array, from: number): number {
    let hash = Math.imul(frontier ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(state + 1, 0xc2b2ae35);
    for (let i = 0; i < this.openWords; i++)
      hash = Math.imul(hash ^ (words[from + i] ?? 0), 0x01000193) ^ (hash >>> 15);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }
}
