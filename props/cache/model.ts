/**
 * What a bounded cache should do, written down as directly as it can be said and without a thought for speed: a list of
 * entries, each with what the policies go by, sorted anew whenever somebody has to go.
 */
import type { CacheCounters, CacheLimits } from '../../src/algorithms/cache/bounded-cache';
import type { PolicyName } from '../../src/algorithms/cache/policies';

export interface ModelEntry {
  readonly key: string;
  value: number;
  size: number;
  ends: { readonly wall: boolean; readonly atMs: number };
  born: number;
  used: number;
  count: number;
  isPinned: boolean;
}

export class CacheModel {
  entries: ModelEntry[] = [];
  nowMs = 1_000;
  wallMs = 1_700_000_000_000;
  readonly counters: CacheCounters = { hits: 0, misses: 0, evictions: 0, expirations: 0 };
  private tick = 0;

  constructor(
    public policy: PolicyName,
    public limits: CacheLimits,
  ) {}

  get bytes(): number {
    return this.entries.reduce((sum, { size }) => sum + size + this.limits.overheadBytes, 0);
  }

  get pinned(): readonly ModelEntry[] {
    return this.entries.filter(({ isPinned }) => isPinned);
  }

  find(key: string): ModelEntry | undefined {
    const entry = this.entries.find((one) => one.key === key);
    if (entry === undefined || this.lives(entry)) return entry;
    this.counters.expirations++;
    this.drop(entry);
    return undefined;
  }

  get(key: string): number | undefined {
    const entry = this.find(key);
    if (entry === undefined) this.counters.misses++;
    else {
      this.counters.hits++;
      this.use(entry);
    }
    return entry?.value;
  }

  set(key: string, value: number, size: number, ends: ModelEntry['ends']): boolean {
    const before = this.find(key);
    const others = this.pinned.filter((entry) => entry !== before);
    const pinnedBytes = others.reduce((sum, one) => sum + one.size + this.limits.overheadBytes, 0);
    const fits =
      size + this.limits.overheadBytes + pinnedBytes <= this.limits.bytesMax &&
      (before !== undefined || others.length < this.limits.entriesMax);
    const entry = before ?? { key, value, size, ends, born: ++this.tick, used: this.tick, count: 1, isPinned: false };
    if (!fits || !this.lives({ ...entry, ends })) {
      if (before !== undefined) this.drop(before);
      return fits;
    }
    if (before === undefined) this.entries.push(entry);
    else this.use(Object.assign(before, { value, size, ends }));
    this.makeRoom(entry);
    return true;
  }

  touch(key: string, ends: ModelEntry['ends']): boolean {
    const entry = this.find(key);
    if (entry === undefined) return false;
    this.use(Object.assign(entry, { ends }));
    return true;
  }

  pin(key: string): boolean {
    const entry = this.find(key);
    if (entry !== undefined) entry.isPinned = true;
    return entry !== undefined;
  }

  unpin(key: string): boolean {
    const entry = this.pinned.find((one) => one.key === key);
    if (entry === undefined) return false;
    Object.assign(entry, { isPinned: false, born: ++this.tick, used: this.tick, count: 1 });
    this.makeRoom();
    return true;
  }

  delete(key: string): boolean {
    const entry = this.find(key);
    if (entry !== undefined) this.drop(entry);
    return entry !== undefined;
  }

  /** Everything that is over goes: what a sweep of the whole cache does. */
  sweep(): number {
    const over = this.entries.filter((entry) => !this.lives(entry));
    this.counters.expirations += over.length;
    this.entries = this.entries.filter((entry) => this.lives(entry));
    return over.length;
  }

  change(policy: PolicyName, limits: CacheLimits): void {
    if (policy !== this.policy) {
      for (const entry of this.inOrder()) Object.assign(entry, { born: ++this.tick, used: this.tick, count: 1 });
    }
    this.policy = policy;
    this.limits = limits;
    this.makeRoom();
  }

  private makeRoom(spared?: ModelEntry): void {
    const { bytesMax, entriesMax } = this.limits;
    while (this.bytes > bytesMax || this.entries.length > entriesMax) {
      const victim = this.inOrder().find((entry) => entry !== spared);
      if (victim === undefined) return;
      if (this.lives(victim)) this.counters.evictions++;
      else this.counters.expirations++;
      this.drop(victim);
    }
  }

  /** Who goes first stands first. */
  private inOrder(): ModelEntry[] {
    const { policy } = this;
    return this.entries
      .filter(({ isPinned }) => !isPinned)
      .sort((a, b) => {
        if (policy === 'fifo') return a.born - b.born;
        return (policy === 'lfu' ? a.count - b.count : 0) || a.used - b.used;
      });
  }

  private use(entry: ModelEntry): void {
    entry.used = ++this.tick;
    entry.count++;
  }

  private lives({ ends: { wall, atMs }, isPinned }: ModelEntry): boolean {
    return isPinned || (wall ? this.wallMs : this.nowMs) < atMs;
  }

  private drop(entry: ModelEntry): void {
    this.entries = this.entries.filter((one) => one !== entry);
  }
}
