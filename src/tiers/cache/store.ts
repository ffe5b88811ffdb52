/**
 * What a cache server does with each request: memcached's meanings over a bounded cache, with leases, and with versions
 * so that what is older never takes the place of what is newer. A dirty entry, which the database does not have yet, stays
 * until it has: it is pinned, and nothing but another write of that kind takes its place.
 */
import { BoundedCache, type CacheLimits } from '../../algorithms/cache/bounded-cache';
import { type Expiry, type Now, never } from '../../algorithms/cache/expiry';
import type {
  CacheAdd,
  CacheAnswer,
  CacheCas,
  CacheCount,
  CacheDelete,
  CacheFailure,
  CacheGet,
  CacheReplace,
  CacheReplay,
  CacheRequest,
  CacheSet,
  CacheStanding,
  CacheTouch,
  CacheValue,
} from '../../protocols/cache';
import { isOfRows } from '../../protocols/cache-keys';
import type { CachePut } from '../../protocols/write-back';
import { counted, wholeNumber } from './counting';
import { Leases } from './leases';
import { lifetime } from './lifetime';
import { Floor, isOlder, type Lineage } from './lineage';
import type { CacheConfig } from './settings';

/** What is kept under a key, ready to be given out. */
interface Item {
  readonly answer: CacheValue;
  /** Its own note of its end, against which each answer is checked once more. */
  expiry: Expiry;
  /** Of what was dropped, when. */
  readonly droppedMs?: number;
}

/** What the database has made of a dirty entry. */
export interface Clean {
  readonly value: string;
  readonly position: number;
  /** Its entity tag until now. */
  readonly was: string;
  readonly seconds: number;
}

type Write = CacheSet | CacheAdd | CacheReplace | CacheCas;

/** Slots that each write looks at for what is over: twice as many as it can fill, so that what nobody asks for goes, too. */
const sweptPerWrite = 2;

/** Of entries and of bytes, what dirty ones may take: the others need room as well. */
const pinnedShare = 0.5;

const replayed: Item = { answer: { kind: 'cache.value', key: '-', value: '1', cas: 0 }, expiry: never };

export class CacheStore {
  private readonly items: BoundedCache<Item>;
  private readonly leases: Leases;
  private readonly floor = new Floor();
  private staleServed = 0;
  private markedStale = 0;
  /** For so long what is dropped is kept: as long as it would do for whoever asked last; 0: nobody has. */
  private keptMs = 0;

  constructor(
    private config: CacheConfig,
    private readonly now: Now,
    /** A number that was never used before, in no life of this server. */
    private readonly nextNumber: () => number,
  ) {
    this.items = new BoundedCache<Item>(config.policy, limitsOf(config), ({ answer }) => this.letGo(answer));
    this.leases = new Leases(() => this.config, nextNumber);
  }

  configure(config: CacheConfig): void {
    this.config = config;
    this.items.reconfigure(config.policy, limitsOf(config), this.now);
  }

  answer(body: CacheRequest): CacheAnswer {
    switch (body.kind) {
      case 'cache.get':
        return this.get(body);
      case 'cache.set':
      case 'cache.add':
      case 'cache.replace':
      case 'cache.cas':
        return this.write(body);
      case 'cache.touch':
        return this.touch(body);
      case 'cache.delete':
        return this.delete(body);
      case 'cache.count':
        return this.count(body);
      case 'cache.flush':
        return this.flush();
      case 'cache.ask':
        return this.standing();
      case 'cache.replay':
        return this.replay(body);
    }
  }

  /** Drops what is somebody else's, with every right to fill that was given for it; gives back how much that was. */
  keepOnly(isMine: (key: string) => boolean): number {
    this.leases.endAll(isMine);
    return this.items.keepOnly((key) => isMine(dropped.keyOf(key)) || this.isDirty(key));
  }

  /**
   * Lets go of every row: what is newest up to this place in a log, and nothing older, may be there again. Who serves under a
   * lease never takes anything that is older than what it had: such a message may have been long on its way.
   */
  dropRows(log: string | undefined, position: number): number {
    const dropped = this.keepOnly((key) => !isOfRows(key));
    if (this.config.serving === 'leased') this.floor.letGo({ version: position, log: log ?? '' });
    else this.floor.restart(log ?? '', position);
    return dropped;
  }

  /** Takes nothing any more that may be older than this log position. */
  raiseFloor(version: number): void {
    this.letGo({ version });
  }

  isDirty(key: string): boolean {
    return this.items.peek(key, this.now)?.answer.dirty === true;
  }

  /** Takes a write that the database does not have yet; gives back what is there from now on, or why it was not taken. */
  put({ key, value, cas, asOf }: CachePut): CacheValue | CacheFailure {
    const { items, now, config } = this;
    const before = items.peek(key, now)?.answer;
    if (before?.cas !== cas) return failure(key, 'changed');
    if (before === undefined && this.floor.isAbove({}, asOf)) return failure(key, 'older');
    const size = sizeOf(key, value);
    if (size > config.entryBytesMax) {
      return failure(key, 'too-large', `${size} bytes, and one may have ${config.entryBytesMax}`);
    }
    const isNew = before?.dirty !== true;
    const isFull = isNew && items.pinned >= config.entriesMax * pinnedShare;
    if (isFull || items.pinnedBytes + size + config.overheadBytes > config.bytesMax * pinnedShare) {
      return failure(key, 'busy', 'half of all room is taken by rows that the database does not have yet');
    }
    this.leases.end(key);
    const version = before?.version ?? asOf;
    const answer: CacheValue = { kind: 'cache.value', key, value, cas: this.nextNumber(), version, asOf, dirty: true };
    items.set(key, { answer, expiry: never }, size, never, now);
    items.pin(key, now);
    return answer;
  }

  /** The database has a dirty entry: what it says takes its place. */
  clean(key: string, { value, position, was, seconds }: Clean): void {
    const cas = this.nextNumber();
    const expiry = lifetime.expiryOf(seconds, this.now);
    const answer: CacheValue = { kind: 'cache.value', key, value, cas, version: position, asOf: position, was };
    this.items.set(key, { answer, expiry }, sizeOf(key, value), expiry, this.now);
    this.items.unpin(key, this.now);
  }

  /** Drops an entry, dirty or not. */
  drop(key: string): void {
    this.leases.end(key);
    this.items.delete(key, this.now);
  }

  standing(): CacheStanding {
    const { policy, entriesMax, bytesMax, spare } = this.config;
    const { items, leases, staleServed, markedStale } = this;
    const held = { entries: items.size, entriesMax, spare, bytes: items.bytes, bytesMax };
    const given = { leases: leases.given, waits: leases.waits, markedStale };
    return { kind: 'cache.standing', policy, ...held, ...items.counters, staleServed, ...given };
  }

  private get({ key, lease, staleMs = 0 }: CacheGet): CacheAnswer {
    if (staleMs > 0) this.keptMs = staleMs;
    const item = this.items.get(key, this.now);
    if (item !== undefined) {
      this.check(item);
      return item.answer;
    }
    if (lease !== true) return { kind: 'cache.missing', key };
    const right = this.leases.ask(key, this.now.nowMs);
    const before = 'waitMs' in right ? this.recent(key, staleMs) : undefined;
    if (before === undefined) return { kind: 'cache.missing', key, ...right };
    this.markedStale++;
    const { value, cas, version, log, epoch } = before;
    const lineage = { ...(version === undefined ? {} : { version }), ...(log === undefined ? {} : { log }) };
    const marked = { value, cas, ...lineage, ...(epoch === undefined ? {} : { epoch }) };
    return { kind: 'cache.missing', key, ...right, stale: marked };
  }

  private write(body: Write): CacheAnswer {
    const { items, now, leases } = this;
    items.sweep(sweptPerWrite, now);
    const before = items.peek(body.key, now)?.answer;
    const problem = this.refusal(body, before);
    if (problem !== undefined) return failure(body.key, problem);
    leases.end(body.key);
    return this.keep(body, lifetime.expiryOf(body.seconds, now), before);
  }

  /** Why a write is not to be done. */
  private refusal(body: Write, before: CacheValue | undefined): CacheFailure['because'] | undefined {
    const { kind, key, asOf = body.version } = body;
    if (kind === 'cache.add' && before !== undefined) return 'present';
    if ((kind === 'cache.replace' || kind === 'cache.cas') && before === undefined) return 'absent';
    if (kind === 'cache.cas' && before?.cas !== body.cas) return 'changed';
    if (kind === 'cache.set' && body.token !== undefined && !this.leases.mayFill(key, body.token, this.now.nowMs)) {
      return 'lease';
    }
    if (before?.dirty === true) return 'dirty';
    if (body.version === undefined || asOf === undefined) return undefined;
    const isOld = before === undefined ? this.floor.isAbove(body, asOf) : isOlder(body, before);
    return isOld ? 'older' : undefined;
  }

  private keep(value: Omit<Write, 'kind'>, expiry: Expiry, before: CacheValue | undefined): CacheAnswer {
    const { key, value: text, flags, version, asOf, log, epoch } = value;
    const cas = this.nextNumber();
    const size = sizeOf(key, text);
    const { entryBytesMax } = this.config;
    if (before !== undefined) this.letGo(before);
    if (size > entryBytesMax) {
      this.items.delete(key, this.now);
      this.letGo(value);
      return failure(key, 'too-large', `${size} bytes, and one may have ${entryBytesMax}`);
    }
    const answer: CacheValue = {
      kind: 'cache.value',
      key,
      value: text,
      cas,
      ...(flags === undefined ? {} : { flags }),
      ...(version === undefined ? {} : { version }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(log === undefined ? {} : { log }),
      ...(epoch === undefined ? {} : { epoch }),
    };
    const fits = this.items.set(key, { answer, expiry }, size, expiry, this.now);
    if (fits) return { kind: 'cache.stored', key, cas };
    this.letGo(value);
    return failure(key, 'too-large', `${size} bytes are more than it holds`);
  }

  private touch({ key, seconds }: CacheTouch): CacheAnswer {
    const item = this.items.peek(key, this.now);
    if (item === undefined) return failure(key, 'absent');
    if (item.answer.dirty === true) return failure(key, 'dirty');
    item.expiry = lifetime.expiryOf(seconds, this.now);
    this.items.touch(key, item.expiry, this.now);
    return { kind: 'cache.touched', key };
  }

  private delete(body: CacheDelete): CacheAnswer {
    const { items, now } = this;
    const { key } = body;
    this.leases.end(key);
    this.letGo(body);
    const held = items.peek(key, now)?.answer;
    if (held?.dirty === true) return failure(key, 'dirty');
    const isNewer = held?.version !== undefined && body.version !== undefined && !isOlder(held, body);
    if (isNewer) return { kind: 'cache.deleted', key, dropped: false };
    const place = dropped.placeOf(key);
    const isKept = body.version !== undefined && body.forGood !== true;
    const kept = held !== undefined && isKept && this.keptMs > 0 ? this.dropped(held) : undefined;
    // What was dropped before and is still kept stays: it is over when it was to be, however often the key is dropped.
    if (!isKept) items.delete(place, now);
    const isDropped = items.delete(key, now);
    if (kept !== undefined) items.set(place, kept, sizeOf(place, kept.answer.value), kept.expiry, now);
    return { kind: 'cache.deleted', key, dropped: isDropped };
  }

  /** It is over when it would have been, or sooner. */
  private dropped(answer: CacheValue): Item {
    const { nowMs, wallMs } = this.now;
    const until = this.items.expiryOf(answer.key, this.now) ?? never;
    const leftMs = until.atMs - (until.clock === 'wall' ? wallMs : nowMs);
    const expiry = { clock: 'monotonic', atMs: nowMs + Math.min(leftMs, this.keptMs) } as const;
    return { answer, expiry, droppedMs: nowMs };
  }

  /** What was dropped not too long ago, for somebody who would have to wait. */
  private recent(key: string, staleMs: number): CacheValue | undefined {
    const item = staleMs === 0 ? undefined : this.items.peek(dropped.placeOf(key), this.now);
    return item?.droppedMs !== undefined && this.now.nowMs < item.droppedMs + staleMs ? item.answer : undefined;
  }

  private count({ key, way, by }: CacheCount): CacheAnswer {
    const item = this.items.peek(key, this.now);
    if (item === undefined) return failure(key, 'absent');
    if (item.answer.dirty === true) return failure(key, 'dirty');
    const [from, step] = [wholeNumber(item.answer.value), wholeNumber(by)];
    if (from === undefined) return failure(key, 'not-a-number', 'what is there is no whole number below 2^64');
    if (step === undefined) return failure(key, 'not-a-number', `'${by}' is no whole number below 2^64`);
    const value = String(counted(from, way, step));
    this.leases.end(key);
    const { flags } = item.answer;
    const kept = this.keep(
      { key, value, seconds: 0, ...(flags === undefined ? {} : { flags }) },
      item.expiry,
      item.answer,
    );
    return kept.kind === 'cache.stored' ? { kind: 'cache.counted', key, value, cas: kept.cas } : kept;
  }

  private flush(): CacheAnswer {
    const { items } = this;
    const entries = items.size - items.pinned;
    if (items.pinned === 0) items.clear();
    else items.keepOnly((key) => this.isDirty(key));
    this.leases.endAll();
    this.keptMs = 0;
    return { kind: 'cache.flushed', entries, ...(items.pinned === 0 ? {} : { kept: items.pinned }) };
  }

  private replay({ keys }: CacheReplay): CacheAnswer {
    const { items, now } = this;
    let hits = 0;
    for (const key of keys) {
      if (items.get(key, now) !== undefined) hits++;
      else items.set(key, replayed, sizeOf(key, '1'), never, now);
    }
    return { kind: 'cache.replayed', hits, misses: keys.length - hits };
  }

  /** Counts what must not happen: that a value is given out at or past its end. */
  private check({ expiry: { clock, atMs } }: Item): void {
    const { nowMs, wallMs } = this.now;
    if ((clock === 'wall' ? wallMs : nowMs) >= atMs) this.staleServed++;
  }

  private letGo(lineage: Lineage): void {
    this.floor.letGo(lineage);
  }
}

/**
 * Where a value is that was dropped and is kept for those for whom it will do: among the others, so that all limits hold for
 * it too, under a key that nobody can ask for.
 */
const dropped = {
  placeOf: (key: string): string => `\0${key}`,
  keyOf: (place: string): string => (place.startsWith('\0') ? place.slice(1) : place),
};

function limitsOf({ entriesMax, bytesMax, overheadBytes }: CacheConfig): CacheLimits {
  return { entriesMax, bytesMax, overheadBytes };
}

function sizeOf(key: string, value: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

const reasons: Readonly<Record<CacheFailure['because'], string>> = {
  absent: 'there is nothing under this key',
  present: 'there is something under this key already',
  changed: 'somebody has written to it since',
  lease: 'the right to fill it is over: the key was changed, or the time is up',
  older: 'the cache holds something later, or has let go of it',
  'too-large': 'it does not fit',
  unreachable: 'the database did not answer',
  busy: 'too many wait for the database already',
  ring: 'by the ring that it knows, the key is not its own',
  lapsed: 'it may not give the key out now',
  dirty: 'it holds a write that the database does not have yet',
  moving: 'the key is on its way from one server to another',
  closed: 'this server takes no writes before the database has them',
  'not-a-number': 'not a number',
};

export function failure(key: string, because: CacheFailure['because'], reason = reasons[because]): CacheFailure {
  return { kind: 'cache.failure', key, reason, because };
}
