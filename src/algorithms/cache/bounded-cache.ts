/**
 * A cache with a limit in entries and a limit in bytes: keys to values, each until its expiry, and a policy that says who
 * goes when there is no room. Every operation takes constant time, whatever it evicts apart; entries live in slots of a
 * few arrays, so that a hit makes no object. An entry that is pinned is neither over nor evicted until it is let go.
 */
import { none } from './chain';
import { type Expiry, type Now, never } from './expiry';
import { type PolicyName, policies } from './policies';

export interface CacheLimits {
  readonly entriesMax: number;
  /** Of all entries together, each with its overhead. */
  readonly bytesMax: number;
  /** What an entry takes beside its key and its value. */
  readonly overheadBytes: number;
}

/** How often what happened, since the cache began. */
export interface CacheCounters {
  hits: number;
  misses: number;
  /** Entries that had to go though they were not over. */
  evictions: number;
  /** Entries that were found to be over, when asked for, swept or chosen to go. */
  expirations: number;
}

/**
 * A bounded cache of `V`. Who uses it says how large a value is and what time it is.
 *
 * @example
 * const cache = new BoundedCache<string>('lru', { entriesMax: 100, bytesMax: 1e6, overheadBytes: 56 });
 * cache.set('a', 'x', 2, { clock: 'monotonic', atMs: now.nowMs + 1_000 }, now);
 * cache.get('a', now); // 'x', for a second
 */
export class BoundedCache<V> {
  readonly counters: CacheCounters = { hits: 0, misses: 0, evictions: 0, expirations: 0 };
  private policy = policies[this.policyName]();
  private readonly slots = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly values: (V | undefined)[] = [];
  private readonly sizes: number[] = [];
  /** When each is over, and by which clock: in flat memory, since every look at an entry reads it. */
  private endsMs = new Float64Array(firstSlots);
  private byWall = new Uint8Array(firstSlots);
  /** Which slots are pinned: the policy knows nothing of those. */
  private isPinned = new Uint8Array(firstSlots);
  private pins = 0;
  private pinBytes = 0;
  private readonly free: number[] = [];
  private heldBytes = 0;
  private swept = 0;

  constructor(
    private policyName: PolicyName,
    private limits: CacheLimits,
    /** Hears of each value that goes without another in its place: evicted, over, deleted or cleared away. */
    private readonly gone: (value: V) => void = () => undefined,
  ) {}

  get size(): number {
    return this.slots.size;
  }

  /** What all entries take, overhead included. */
  get bytes(): number {
    return this.heldBytes;
  }

  get pinned(): number {
    return this.pins;
  }

  /** What the pinned entries take, overhead included. */
  get pinnedBytes(): number {
    return this.pinBytes;
  }

  /** The value, as a use of it; counts a hit or a miss. */
  get(key: string, now: Now): V | undefined {
    const slot = this.living(key, now);
    if (slot === none) {
      this.counters.misses++;
      return undefined;
    }
    this.counters.hits++;
    this.use(slot);
    return this.values[slot];
  }

  /** The value, without a use of it and without a count. */
  peek(key: string, now: Now): V | undefined {
    const slot = this.living(key, now);
    return slot === none ? undefined : this.values[slot];
  }

  /** When the entry is over; `undefined` if there is none. */
  expiryOf(key: string, now: Now): Expiry | undefined {
    const slot = this.living(key, now);
    if (slot === none) return undefined;
    return { clock: this.byWall[slot] === 1 ? 'wall' : 'monotonic', atMs: this.endsMs[slot] as number };
  }

  /**
   * Keeps a value and evicts others until it has room; to write to a key again is a use of it.
   *
   * @param size of key and value in bytes, without the overhead.
   * @returns false if it is larger than the whole cache, or than what the pinned entries leave of it. Then nothing is kept
   * under this key, and neither is what is over already: what was there before is not what it should be any more.
   */
  set(key: string, value: V, size: number, expiry: Expiry, now: Now): boolean {
    const bytes = this.bytesOf(size);
    const slot = this.living(key, now);
    const fits = this.isRoom(bytes, slot);
    if (
      !fits ||
      (this.isPinned[slot] !== 1 && this.isPast(expiry.atMs, expiry.clock === 'wall' ? now.wallMs : now.nowMs))
    ) {
      if (slot !== none) this.remove(slot);
      return fits;
    }
    if (slot === none) {
      this.makeRoom(bytes, 1, none, now);
      this.add(key, value, bytes, expiry);
      return true;
    }
    this.use(slot);
    this.weigh(slot, 0);
    this.makeRoom(bytes, 0, slot, now);
    this.weigh(slot, bytes);
    this.values[slot] = value;
    this.end(slot, expiry);
    return true;
  }

  /** Gives an entry another end, as a use of it; false if there is none. */
  touch(key: string, expiry: Expiry, now: Now): boolean {
    const slot = this.living(key, now);
    if (slot === none) return false;
    this.use(slot);
    this.end(slot, expiry);
    return true;
  }

  /** Keeps an entry, whatever its end is and however full it gets, until `unpin`; false if there is none. */
  pin(key: string, now: Now): boolean {
    const slot = this.living(key, now);
    if (slot === none) return false;
    if (this.isPinned[slot] === 1) return true;
    this.policy.removed(slot);
    this.isPinned[slot] = 1;
    this.pins++;
    this.pinBytes += this.sizes[slot] ?? 0;
    return true;
  }

  /** Lets a pinned entry go the way of all others, as if it had come in now; false if it was not pinned. */
  unpin(key: string, now: Now): boolean {
    const slot = this.slots.get(key) ?? none;
    if (this.isPinned[slot] !== 1) return false;
    this.release(slot);
    this.policy.added(slot);
    this.makeRoom(0, 0, none, now);
    return true;
  }

  /** False if there was none. */
  delete(key: string, now: Now): boolean {
    const slot = this.living(key, now);
    if (slot === none) return false;
    this.remove(slot);
    return true;
  }

  /** Takes out every entry whose key is not to be kept; looks at all of them. Gives back how many those were. */
  keepOnly(isKept: (key: string) => boolean): number {
    const before = this.slots.size;
    for (const [key, slot] of this.slots) if (!isKept(key)) this.remove(slot);
    return before - this.slots.size;
  }

  clear(): void {
    for (const value of this.values) if (value !== undefined) this.gone(value);
    this.slots.clear();
    this.policy.clear();
    this.isPinned.fill(0);
    this.pins = 0;
    this.pinBytes = 0;
    for (const list of [this.keys, this.values, this.sizes, this.free]) list.length = 0;
    this.heldBytes = 0;
    this.swept = 0;
  }

  /** Looks at so many slots, from where the last sweep ended, and takes out what is over; gives back how many those were. */
  sweep(slotsMax: number, now: Now): number {
    let found = 0;
    for (let looks = Math.min(slotsMax, this.keys.length); looks > 0; looks--) {
      if (this.swept >= this.keys.length) this.swept = 0;
      const slot = this.swept++;
      if (!this.isOver(slot, now)) continue;
      this.expire(slot);
      found++;
    }
    return found;
  }

  /**
   * Goes on under another policy or other limits. A new policy takes over the order in which entries would have gone;
   * counts of uses begin anew. What has no room any more goes at once, unless it is pinned: then as soon as it is not.
   */
  reconfigure(policyName: PolicyName, limits: CacheLimits, now: Now): void {
    if (policyName !== this.policyName) {
      const next = policies[policyName]();
      for (let slot = this.policy.victim(none); slot !== none; slot = this.policy.victim(none)) {
        this.policy.removed(slot);
        next.added(slot);
      }
      this.policy = next;
      this.policyName = policyName;
    }
    const more = limits.overheadBytes - this.limits.overheadBytes;
    this.limits = limits;
    if (more !== 0) for (const slot of this.slots.values()) this.weigh(slot, (this.sizes[slot] ?? 0) + more);
    this.makeRoom(0, 0, none, now);
  }

  /** What is over is taken out by whoever comes across it: nobody is ever shown it. */
  private living(key: string, now: Now): number {
    const slot = this.slots.get(key);
    if (slot === undefined) return none;
    if (!this.isOver(slot, now)) return slot;
    this.expire(slot);
    return none;
  }

  private isOver(slot: number, now: Now): boolean {
    return this.isEnded(slot, now) && this.isPinned[slot] !== 1;
  }

  private isEnded(slot: number, now: Now): boolean {
    return this.isPast(this.endsMs[slot] as number, this.byWall[slot] === 1 ? now.wallMs : now.nowMs);
  }

  /** Over from the very tick on. */
  private isPast(endMs: number, nowMs: number): boolean {
    return endMs <= nowMs;
  }

  private use(slot: number): void {
    if (this.isPinned[slot] !== 1) this.policy.used(slot);
  }

  private release(slot: number): void {
    this.isPinned[slot] = 0;
    this.pins--;
    this.pinBytes -= this.sizes[slot] ?? 0;
  }

  /** Whether there would be room for an entry if everybody else had to go who can. */
  private isRoom(bytes: number, slot: number): boolean {
    const others = this.pinBytes - (this.isPinned[slot] === 1 ? (this.sizes[slot] ?? 0) : 0);
    const { bytesMax, entriesMax } = this.limits;
    return bytes + others <= bytesMax && (slot !== none || this.pins < entriesMax);
  }

  private weigh(slot: number, bytes: number): void {
    const more = bytes - (this.sizes[slot] ?? 0);
    this.sizes[slot] = bytes;
    this.heldBytes += more;
    if (this.isPinned[slot] === 1) this.pinBytes += more;
  }

  private end(slot: number, { clock, atMs }: Expiry): void {
    if (slot >= this.endsMs.length) this.widen(slot);
    this.endsMs[slot] = atMs;
    this.byWall[slot] = clock === 'wall' ? 1 : 0;
  }

  private widen(slot: number): void {
    const slots = Math.max(this.endsMs.length * 2, slot + 1);
    const [endsMs, byWall, isPinned] = [new Float64Array(slots), new Uint8Array(slots), new Uint8Array(slots)];
    endsMs.set(this.endsMs);
    byWall.set(this.byWall);
    isPinned.set(this.isPinned);
    this.endsMs = endsMs;
    this.byWall = byWall;
    this.isPinned = isPinned;
  }

  private bytesOf(size: number): number {
    return size + this.limits.overheadBytes;
  }

  private makeRoom(bytes: number, entries: number, spared: number, now: Now): void {
    const { bytesMax, entriesMax } = this.limits;
    while (this.heldBytes + bytes > bytesMax || this.slots.size + entries > entriesMax) {
      const slot = this.policy.victim(spared);
      if (slot === none) return;
      if (this.isOver(slot, now)) this.expire(slot);
      else {
        this.counters.evictions++;
        this.remove(slot);
      }
    }
  }

  private add(key: string, value: V, bytes: number, expiry: Expiry): void {
    const slot = this.free.pop() ?? this.keys.length;
    this.slots.set(key, slot);
    this.keys[slot] = key;
    this.values[slot] = value;
    this.end(slot, expiry);
    this.weigh(slot, bytes);
    this.policy.added(slot);
  }

  private expire(slot: number): void {
    this.counters.expirations++;
    this.remove(slot);
  }

  private remove(slot: number): void {
    const value = this.values[slot];
    this.slots.delete(this.keys[slot] ?? '');
    this.weigh(slot, 0);
    if (this.isPinned[slot] === 1) this.release(slot);
    else this.policy.removed(slot);
    this.keys[slot] = '';
    this.values[slot] = undefined;
    this.end(slot, never);
    this.free.push(slot);
    if (value !== undefined) this.gone(value);
  }
}

const firstSlots = 64;
