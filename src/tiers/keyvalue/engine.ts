/**
 * The key-value store as the state machine of its log: the same entries in the same order make the same items, and the same
 * outcome of each, on every copy and after every restart.
 *
 * **When an item is over.** Whoever proposes an entry writes the time of day into it, and the time of the log is the latest
 * that any entry brought; an item that is to live for `ttlMs` is over so long after the time of its own entry. So all copies
 * agree on the end of each, whenever they come to apply it. A monotonic clock would not jump, and would not do either: it
 * means nothing on another machine, nor in the next life of the same one, nor on the shard that an item moves to. The price:
 * a primary whose clock is wrong by an hour lets items end an hour early or late; it never brings back what was over, since
 * the time of the log only rises. What is over is not told any more by whoever's clock, or log, has come to its end; it is
 * taken out by an entry of its own (`sweep`), so that what stands in the log alone decides about the contents.
 */
import { TextHash } from '../../algorithms/text-hash';
import type { Contents } from '../../consensus/copies/contents';
import type { Decided } from '../../consensus/copies/item-store';
import { Schema, type Static, Type } from '../../kernel/schema';
import type { ItemFailure } from '../../protocols/item-store';
import type { KvDone, KvFound, KvItems, KvScan } from '../../protocols/kv';
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
import { decodeEntry, type KvChange } from './command';
import { Items, type Kept, savedItem } from './items';

/** What a snapshot holds. */
const saved = new Schema(
  Type.Object({
    atMs: Type.Integer(),
    versionsAhead: Type.Integer(),
    items: Type.Array(savedItem),
    recovered: Type.Array(Type.Tuple([Type.String(), Type.Integer()])),
    /** What a shard knows of the map and owns. */
    ownership: Type.Union([ownershipShape, Type.Null()]),
    ...savedAside,
  }),
);
type Saved = Static<typeof saved.type>;

const founded: Saved = {
  atMs: 0,
  versionsAhead: 0,
  items: [],
  recovered: [],
  ownership: null,
  aside: [],
  touched: [],
};

/** Of which shard a new store is, and by which map. */
export type FoundedAs = { readonly shard: string; readonly map: ShardMap } | undefined;

export class KvEngine implements Contents<Decided>, ShardContents, ShardEngine {
  readonly noun = 'key-value store';
  /** What it has of a sharded store; without one it has everything. */
  ownership: Ownership | undefined;
  private items = new Items();
  private recovered = new Map<string, number>();
  aside = new SetAside();
  /** The time of the log. */
  private atMs = 0;
  /** The entry that is being applied, or the last one that was. */
  private position = 0;
  /**
   * By how much versions are ahead of positions: items that came from another shard bring those of its log along, and what
   * is written here has to be newer.
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
    this.items = new Items(found.items);
    this.recovered = new Map(found.recovered);
    this.aside = new SetAside(found);
    this.ownership = found.ownership === null ? undefined : new Ownership(this, found.ownership);
    this.atMs = found.atMs;
    this.versionsAhead = found.versionsAhead;
  }

  apply(command: Uint8Array, position: number): KvOutcome {
    const { atMs, map, recovers, change } = decodeEntry(command);
    this.begin(position);
    this.atMs = Math.max(this.atMs, atMs);
    if (change.what === 'sweep') return this.sweep(change.itemsMax);
    const { key } = change;
    const before = recovers === null ? undefined : this.recovered.get(recovers);
    const now = this.alive(key, this.atMs);
    const known = { kind: 'kv.done', key, version: now?.version ?? 0, existed: now !== undefined } as const;
    if (before !== undefined) return { ...known, recoveredBefore: before };
    const refused = refusedByMap(this.ownership, map) ?? this.demand(key, change.expected, now);
    if (refused !== undefined) return refused;
    if (recovers !== null) this.recovered.set(recovers, position);
    return { ...known, version: this.change(change) };
  }

  serialize(): Uint8Array {
    const { atMs, versionsAhead, items, recovered, aside } = this;
    const ownership = this.ownership?.state ?? null;
    return encode({ atMs, versionsAhead, items: items.saved, recovered: [...recovered], ownership, ...aside.saved });
  }

  digest(): string {
    const hash = new TextHash();
    for (const item of this.items.saved) hash.update(JSON.stringify(item));
    return hash.value;
  }

  lost(command: Uint8Array): Pick<LostWrite, 'id' | 'statements'> | undefined {
    const { id, change } = decodeEntry(command);
    if (change.what === 'sweep') return undefined;
    const text = change.what === 'put' ? change.text : undefined;
    return { id, statements: [itemStatement(`kv ${change.what}`, change.key, text, change)] };
  }

  /** An entry is applied from now on, of whatever kind. */
  begin(position: number): void {
    this.position = position;
  }

  // --- for those who read --------------------------------------------------------------------------------------------

  /** @param wallMs the time of day of whoever reads. */
  get(key: string, wallMs: number): KvFound | undefined {
    const nowMs = this.now(wallMs);
    const kept = this.alive(key, nowMs);
    return kept === undefined ? undefined : found(key, kept, nowMs);
  }

  /** So many items, and so many characters of them but for the last. */
  scan(
    { after, prefix = '', limit }: Pick<KvScan, 'after' | 'prefix' | 'limit'>,
    wallMs: number,
    charactersMax: number,
  ): Pick<KvItems, 'items' | 'next'> {
    const nowMs = this.now(wallMs);
    const items: KvFound[] = [];
    let characters = 0;
    for (const [key, kept] of this.items.list(after, prefix)) {
      if (!key.startsWith(prefix)) break;
      if (isOver(kept, nowMs)) continue;
      const last = items.at(-1);
      if (last !== undefined && (items.length >= limit || characters >= charactersMax))
        return { items, next: last.key };
      items.push(found(key, kept, nowMs));
      characters += key.length + kept.text.length;
    }
    return { items };
  }

  /** Whether there is anything to sweep. */
  hasOver(wallMs: number): boolean {
    return this.items.over(this.now(wallMs), 1).length > 0;
  }

  get size(): { readonly items: number; readonly bytes: number } {
    return { items: this.items.size, bytes: this.items.bytes };
  }

  get held(): Pick<ShardsSized, 'units' | 'tables'> {
    const { items: rows, bytes } = this.size;
    return { units: rows, tables: [{ table: 'items', rows, bytes }] };
  }

  /** For people. */
  get view(): object {
    return this.ownership === undefined ? this.size : { ...this.size, sharding: this.ownership.view };
  }

  // --- for its ownership ---------------------------------------------------------------------------------------------

  units(wanted: (key: ShardKey, part?: ShardKey) => boolean, after: Unit | undefined, unitsMax: number): Unit[] {
    const found: Unit[] = [];
    for (const [key] of this.items.list(after === undefined ? undefined : String(after.key), '')) {
      if (found.length >= unitsMax) break;
      if (wanted(key)) found.push({ key });
    }
    return found;
  }

  read({ key }: Unit): string | undefined {
    const kept = typeof key === 'string' ? this.items.get(key) : undefined;
    return kept === undefined ? undefined : JSON.stringify([kept.text, kept.version, kept.endsAtMs ?? null]);
  }

  write({ key }: Unit, contents: string): void {
    if (typeof key !== 'string') throw new Error(`keys are texts, and this is ${key}`);
    const [text, version, endsAtMs] = unbundled(contents);
    this.versionsAhead = Math.max(this.versionsAhead, version - this.position);
    this.items.set(key, { text, version, endsAtMs: endsAtMs ?? undefined });
  }

  remove({ key }: Unit): void {
    if (typeof key === 'string') this.items.delete(key);
  }

  touched(after: Touch | undefined, unitsMax: number): Touch[] {
    return this.aside.touched(after, unitsMax);
  }

  forgetTouched(): void {
    this.aside.forgetTouched();
  }

  /** The latest version that can have been given to any key: it goes where keys go, even those of which nothing is left. */
  goesAlong(): string {
    return JSON.stringify({ versions: this.position + this.versionsAhead });
  }

  /** A key that was deleted elsewhere must not get a version here that it had there: somebody may still expect that. */
  takeAlong(text: string): void {
    this.versionsAhead = Math.max(this.versionsAhead, wentAlong(text).versions - this.position);
  }

  // --- inside ----------------------------------------------------------------------------------------------------------

  private change(change: Exclude<KvChange, { what: 'sweep' }>): number {
    const { key } = change;
    this.note(key);
    if (change.what === 'delete') {
      this.items.delete(key);
      return 0;
    }
    const { text, ttlMs } = change;
    const version = this.position + this.versionsAhead;
    this.items.set(key, { text, version, endsAtMs: ttlMs === null ? undefined : this.atMs + ttlMs });
    return version;
  }

  /** Why it is not written. */
  private demand(key: string, expected: number | null, now: Kept | undefined): ItemFailure | undefined {
    const here = judged(this.ownership, key);
    if (typeof here === 'object') return here;
    const version = now?.version ?? 0;
    if (expected === null || expected === version) return undefined;
    const is = version === 0 ? 'there is nothing under it' : `it has version ${version}`;
    return {
      because: 'version-conflict',
      reason: `${JSON.stringify(key)}: ${expected} was expected, and ${is}`,
      version,
    };
  }

  /** What is about to leave stays: nobody sees it any more, and it is taken out where it comes to. */
  private sweep(itemsMax: number): KvOutcome {
    for (const key of this.items.over(this.atMs, itemsMax)) {
      if (typeof judged(this.ownership, key) === 'object') continue;
      this.note(key);
      this.items.delete(key);
    }
    return { kind: 'kv.done', key: '-', version: 0, existed: false };
  }

  private note(key: string): void {
    if (judged(this.ownership, key) === 'noted') this.aside.touch({ key }, this.position);
  }

  private alive(key: string, nowMs: number): Kept | undefined {
    const kept = this.items.get(key);
    return kept === undefined || isOver(kept, nowMs) ? undefined : kept;
  }

  /** Nobody is behind the log, whatever his clock says. */
  private now(wallMs: number): number {
    return Math.max(this.atMs, wallMs);
  }
}

const bundled = new Schema(Type.Tuple([Type.String(), Type.Integer(), Type.Union([Type.Number(), Type.Null()])]));

function unbundled(contents: string): Static<typeof bundled.type> {
  const value: unknown = JSON.parse(contents);
  if (!bundled.accepts(value)) throw new Error(`a bundle that is no item: ${bundled.problem(value)}`);
  return value;
}

const along = new Schema(Type.Object({ versions: Type.Integer() }));

function wentAlong(text: string): Static<typeof along.type> {
  const value: unknown = JSON.parse(text);
  if (!along.accepts(value)) throw new Error(`what goes along with items cannot be read: ${along.problem(value)}`);
  return value;
}

/** What is answered, but for where in the log that is. */
export type KvOutcome = Omit<KvDone, 'position' | 'term'> | ItemFailure;

function isOver({ endsAtMs }: Kept, nowMs: number): boolean {
  return endsAtMs !== undefined && endsAtMs <= nowMs;
}

function found(key: string, { text, version, endsAtMs }: Kept, nowMs: number): KvFound {
  const value: unknown = JSON.parse(text);
  return endsAtMs === undefined ? { key, value, version } : { key, value, version, ttlLeftMs: endsAtMs - nowMs };
}

function encode(contents: Saved): Uint8Array {
  return Buffer.from(JSON.stringify(contents));
}

function decode(data: Uint8Array): Saved {
  const value: unknown = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString());
  if (!saved.accepts(value)) throw new Error(`the items cannot be read: ${saved.problem(value)}`);
  return value;
}
