/**
 * Who has a key, now, while a move is under way: compiled once per version of the map, asked for every row. Exactly one
 * shard has a unit at any version: where the old and the new placement differ, the slice that it goes with decides.
 */
import type { ShardKey, ShardMap, Slice } from '../protocols/shard-map';
import { Placer } from './placement';
import { portionOf } from './shard-key';

/** The portions of what goes from one shard to another: where each stands among the slices. */
interface Way {
  readonly of: number;
  readonly places: number[];
}

/** A map that can be asked. */
export class Owners {
  private readonly base: Placer;
  private readonly next: Placer | undefined;
  private readonly ways = new Map<string, Way>();
  private readonly done: number;

  /** Throws a `RangeError` for a map that contradicts itself. */
  constructor(readonly map: ShardMap) {
    const { base, move } = map;
    this.base = new Placer(base);
    this.next = move === undefined ? undefined : new Placer(move.next);
    this.done = move?.done ?? 0;
    for (const [place, slice] of (move?.slices ?? []).entries()) this.note(slice, place);
  }

  /** The one shard that has a key, or a part of it. */
  ownerOf(key: ShardKey, part?: ShardKey): string {
    const from = this.base.place(key, part);
    if (this.next === undefined) return from;
    const to = this.next.place(key, part);
    return from === to || this.placeAmong(from, to, key, part) >= this.done ? from : to;
  }

  /** All shards that may have something under a key: one, unless its parts are spread. */
  ownersOf(key: ShardKey): readonly string[] {
    if (!this.spreads(key)) return [this.ownerOf(key)];
    const owners = new Set<string>();
    const nexts = this.next?.placesOf(key) ?? [];
    for (const from of this.base.placesOf(key)) {
      if (this.next === undefined || nexts.includes(from)) owners.add(from);
      for (const to of nexts) {
        const places = this.ways.get(wayName(from, to))?.places ?? [];
        if (places.some((place) => place >= this.done)) owners.add(from);
        if (places.some((place) => place < this.done)) owners.add(to);
      }
    }
    return [...owners];
  }

  /** Where the slice that a unit goes with stands among the slices of the move; none for what stays. */
  sliceOf(key: ShardKey, part?: ShardKey): number | undefined {
    if (this.next === undefined) return undefined;
    const from = this.base.place(key, part);
    const to = this.next.place(key, part);
    return from === to ? undefined : this.placeAmong(from, to, key, part);
  }

  /** Whether the parts of a key may be on several shards, before or after. */
  spreads(key: ShardKey): boolean {
    return this.base.spreads(key) || this.next?.spreads(key) === true;
  }

  /** All under one key goes over together, unless its parts are on several shards anyway. */
  private placeAmong(from: string, to: string, key: ShardKey, part: ShardKey | undefined): number {
    const way = this.ways.get(wayName(from, to));
    const by = part !== undefined && this.spreads(key) ? part : key;
    const place = way?.places[portionOf(by, way.of)];
    if (place === undefined) throw new RangeError(`no slice takes the key ${key} from ${from} to ${to}`);
    return place;
  }

  private note({ from, to, portion, of }: Slice, place: number): void {
    const name = wayName(from, to);
    const way = this.ways.get(name) ?? { of, places: [] };
    this.ways.set(name, way);
    if (way.of !== of || portion >= of || way.places[portion] !== undefined) {
      throw new RangeError(`the slices from ${from} to ${to} do not fit together`);
    }
    way.places[portion] = place;
  }
}

function wayName(from: string, to: string): string {
  return `${from}\n${to}`;
}
