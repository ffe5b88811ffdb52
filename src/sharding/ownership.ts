/**
 * A shard's own part in a move, as a state machine that its log feeds: what it has, what it is giving away, what it is
 * getting. Two such machines, the source's and the destination's, and nobody in between to be trusted: whoever conducts the
 * move may ask anything, at any time, twice, or late.
 *
 * At any decided state every unit is in the tables of one shard at most, and in the tables or put aside of one at least:
 *
 *     source       copying → fenced → released → (clean)        tables, tables, aside, nowhere
 *     destination  staging →           → owned                  aside, tables
 *
 * The source releases only what is fenced, so what the destination compares with its own does not change any more; the
 * destination owns only what is equal to that. Undone is the other way round: first the destination promises.
 */
import type { ShardKey, ShardMap, Slice } from '../protocols/shard-map';
import type {
  ShardsBegin,
  ShardsBundles,
  ShardsChanges,
  ShardsDecided,
  ShardsExtract,
  ShardsOwn,
  ShardsRefused,
  ShardsStage,
  ShardsStanding,
} from '../protocols/shards';
import { type Caution, soundCaution } from './caution';
import type { ShardContents } from './contents';
import { CursorError } from './cursors';
import { putAside, putIn, takeOut } from './handing-over';
import { sliceToMove, switched } from './map-steps';
import { type Attempt, type OwnershipState, sameSlice } from './ownership-state';
import { changesIn, unitsIn } from './reading';
import { Owners } from './shard-map';
import { emptyTally } from './tally';

/** What is to become of a write under a unit: done, done and noted, or refused. */
export type Judgement = 'owned' | 'noted' | 'moving' | 'elsewhere';

type Answer = ShardsStanding | ShardsRefused;

export class Ownership {
  private owners: Owners;
  private now: OwnershipState;

  /** @param caution what a sound shard takes care of; canaries do without some of it. */
  constructor(
    private readonly contents: ShardContents,
    state: OwnershipState,
    private readonly caution: Caution = soundCaution,
  ) {
    this.now = state;
    this.owners = new Owners(state.map);
  }

  /** Plain data; belongs into the snapshot. */
  get state(): OwnershipState {
    return this.now;
  }

  /** Whether who goes by this version of the map may be wrong about what is here. */
  isOld(version: number): boolean {
    return this.caution.versions && version < this.now.changedAt;
  }

  /** Asked for every unit that something is written under. */
  judge(key: ShardKey, part?: ShardKey): Judgement {
    const { self, current } = this.now;
    if (this.owners.ownerOf(key, part) !== self) return 'elsewhere';
    if (current?.role !== 'from' || !this.isInSlice(key, part)) return 'owned';
    if (current.phase === 'fenced') return this.caution.fences ? 'moving' : 'noted';
    return current.phase === 'copying' ? 'noted' : 'owned';
  }

  /** Whether slices go on from or to this shard, as far as it knows. */
  get isMoving(): boolean {
    const { self, map } = this.now;
    const { slices = [], done = 0 } = map.move ?? {};
    return slices.some(({ from, to }, place) => place >= done && (from === self || to === self));
  }

  /** Whether a unit is this shard's, as far as it knows. */
  owns(key: ShardKey, part?: ShardKey): boolean {
    return this.owners.ownerOf(key, part) === this.now.self;
  }

  /** Whether the parts of a key may be on several shards. */
  spreads(key: ShardKey): boolean {
    return this.owners.spreads(key);
  }

  /**
   * Something was decided. The engine keeps what this did to its tables and the new `state`, or neither: what throws has
   * changed no state.
   */
  apply(command: ShardsDecided): Answer {
    if (command.kind === 'shards.begin') return this.begin(command);
    if (command.kind === 'shards.undo') return this.undo(command.slice, command.version);
    const { current } = this.now;
    if (current?.version !== command.version || !sameSlice(current.slice, command.slice)) {
      return this.strange(command.kind, command.version);
    }
    switch (command.kind) {
      case 'shards.stage':
        return this.stage(current, command);
      case 'shards.fence':
        return this.fence(current);
      case 'shards.unfence':
        return this.unfence(current);
      case 'shards.release':
        return this.release(current);
      case 'shards.own':
        return this.own(current, command);
      case 'shards.clean':
        return this.clean(current);
    }
  }

  /** So many units of the slice, as they are now. */
  extract({ slice, after, unitsMax }: ShardsExtract, position: number): ShardsBundles | ShardsRefused {
    return this.giving(slice, () => {
      return unitsIn(this.contents, this.inSlice(), after, unitsMax, position);
    });
  }

  /** Units that were changed, as they are now. */
  changes({ slice, since, unitsMax }: ShardsChanges, position: number): ShardsBundles | ShardsRefused {
    return this.giving(slice, () => changesIn(this.contents, since, unitsMax, position));
  }

  /** Where it stands with the slice that it is at. */
  get standing(): ShardsStanding {
    const { current, changedAt } = this.now;
    if (current === undefined) return { kind: 'shards.standing', phase: 'none', changedAt, ...emptyTally };
    const { phase, cursor, changesCursor, units, keys, checksum, along } = current;
    const places = {
      ...(cursor === undefined ? {} : { cursor }),
      ...(changesCursor === undefined ? {} : { changesCursor }),
      ...(along === undefined ? {} : { along }),
    };
    return { kind: 'shards.standing', phase, changedAt, units, keys, checksum, ...places };
  }

  /** For people. */
  get view(): { readonly shard: string; readonly map: number; readonly changedAt: number; readonly phase: string } {
    const { self: shard, map, changedAt } = this.now;
    return { shard, map: map.version, changedAt, phase: this.standing.phase };
  }

  private begin({ map, slice }: ShardsBegin): Answer {
    const { self, current, undone } = this.now;
    const version = map.version + 1;
    if (current?.version === version && sameSlice(current.slice, slice)) return this.standing;
    const next = sliceToMove(map);
    const role = slice.from === self ? 'from' : slice.to === self ? 'to' : undefined;
    if (role === undefined) return outOfStep(`${self} has no part in what goes from ${slice.from} to ${slice.to}`);
    if (next === undefined || !sameSlice(next, slice)) return outOfStep('it is not the next slice of that map');
    if (map.family !== this.now.map.family)
      return outOfStep(`${self} stores ${this.now.map.family}, not ${map.family}`);
    if (map.version < this.now.map.version) return this.old(map.version);
    if (version <= undone) return outOfStep(`the attempt that would be version ${version} was given up`);
    if (current !== undefined && !isOver(current, map)) return this.busy(current);
    // The source of the slice before was not told yet that it can go; that there is a newer map says so.
    this.contents.aside.clear();
    this.contents.forgetTouched();
    const phase = role === 'from' ? 'copying' : 'staging';
    return this.become({ ...this.now, map, current: { slice, version, role, phase, ...emptyTally } });
  }

  private stage(current: Attempt, command: ShardsStage): Answer {
    if (current.phase === 'owned') return this.standing;
    if (current.phase !== 'staging') return this.wrongPhase(current, 'put anything aside');
    const after = orCursorError(() => putAside(this.contents, current, command));
    return after instanceof CursorError ? outOfStep(after.message) : this.become({ ...this.now, current: after });
  }

  private fence(current: Attempt): Answer {
    if (current.phase === 'fenced' || current.phase === 'released') return this.standing;
    if (current.phase !== 'copying') return this.wrongPhase(current, 'keep writes out');
    return this.become({ ...this.now, current: { ...current, phase: 'fenced' } });
  }

  private unfence(current: Attempt): Answer {
    if (current.phase === 'copying') return this.standing;
    if (current.phase !== 'fenced') return this.wrongPhase(current, 'let writes in again');
    return this.become({ ...this.now, current: { ...current, phase: 'copying' } });
  }

  private release(current: Attempt): Answer {
    if (current.phase === 'released') return this.standing;
    if (current.phase !== 'fenced') return this.wrongPhase(current, 'release what is not fenced');
    const { contents, now } = this;
    const released = takeOut(contents, this.inSlice(), this.caution.keeps);
    contents.forgetTouched();
    const along = contents.goesAlong?.();
    const before = { map: now.map, changedAt: now.changedAt };
    return this.become({
      ...now,
      map: switched(now.map),
      changedAt: this.caution.versions ? current.version : now.changedAt,
      current: { ...current, phase: 'released', before, ...released, ...(along === undefined ? {} : { along }) },
    });
  }

  private own(current: Attempt, { units, checksum, along }: ShardsOwn): Answer {
    if (current.phase === 'owned') return this.standing;
    if (current.phase !== 'staging') return this.wrongPhase(current, 'take over');
    const { now } = this;
    if (this.caution.compares && (current.units !== units || current.checksum !== checksum)) {
      const here = `${current.units} units (${current.checksum})`;
      return refused('mismatch', `put aside were ${here}, released ${units} (${checksum})`);
    }
    if (along !== undefined) this.contents.takeAlong?.(along);
    putIn(this.contents);
    return this.become({
      ...now,
      map: switched(now.map),
      changedAt: current.version,
      current: { ...current, phase: 'owned' },
    });
  }

  private clean(current: Attempt): Answer {
    if (current.role === 'to') return this.standing;
    if (current.phase !== 'released') return this.wrongPhase(current, 'let go of what it has not released');
    this.contents.aside.clear();
    const { current: _current, ...rest } = this.now;
    return this.become(rest);
  }

  private undo(slice: Slice, version: number): Answer {
    const { current, undone, map } = this.now;
    const isCurrent = current?.version === version && sameSlice(current.slice, slice);
    if (!isCurrent) {
      if (version > undone && version <= map.version) {
        return outOfStep(`version ${version} was decided, and is not taken back`);
      }
      return { ...this.become({ ...this.now, undone: Math.max(undone, version) }), ...nothingUnderWay };
    }
    if (current.phase === 'owned') return outOfStep('it has the slice already, and others may have read so');
    if (current.phase === 'released') putIn(this.contents);
    this.contents.aside.clear();
    this.contents.forgetTouched();
    const { current: _current, ...rest } = this.now;
    return this.become({ ...rest, ...current.before, undone: version });
  }

  private become(state: OwnershipState): ShardsStanding {
    if (state.map !== this.now.map) this.owners = new Owners(state.map);
    this.now = state;
    return this.standing;
  }

  /** The slice under way is the next one of the map, for as long as it is not released. */
  private isInSlice(key: ShardKey, part?: ShardKey): boolean {
    const place = this.owners.sliceOf(key, part);
    return place !== undefined && place === this.now.map.move?.done;
  }

  /** For units in their order: those of one key come together, and go together unless they are spread. */
  private inSlice(): (key: ShardKey, part?: ShardKey) => boolean {
    let last: ShardKey | undefined;
    let isWanted = false;
    return (key, part) => {
      if (key === last) return isWanted;
      isWanted = this.isInSlice(key, part);
      last = this.owners.spreads(key) ? undefined : key;
      return isWanted;
    };
  }

  private giving(slice: Slice, work: () => ShardsBundles): ShardsBundles | ShardsRefused {
    const { current } = this.now;
    const isGiving = current?.phase === 'copying' || current?.phase === 'fenced';
    if (!isGiving || !sameSlice(current.slice, slice)) {
      return outOfStep(`${this.now.self} is not giving away what goes from ${slice.from} to ${slice.to}`);
    }
    const answer = orCursorError(work);
    return answer instanceof CursorError ? outOfStep(answer.message) : answer;
  }

  /** A word of another attempt, or about another slice. What was done and is asked for once more is no trouble. */
  private strange(kind: ShardsDecided['kind'], version: number): Answer {
    const { current, map, self } = this.now;
    if (kind === 'shards.clean' && version <= map.version) return { ...this.standing, ...nothingUnderWay };
    const at = current === undefined ? 'no move' : `version ${current.version}`;
    return outOfStep(`${kind} is about version ${version}; ${self} is at ${at}`);
  }

  private wrongPhase({ phase, slice }: Attempt, what: string): ShardsRefused {
    return outOfStep(`${this.now.self} cannot ${what}: ${slice.from} to ${slice.to} is ${phase} here`);
  }

  private busy({ slice, version, phase }: Attempt): ShardsRefused {
    return outOfStep(`${this.now.self} is still at ${slice.from} to ${slice.to}, version ${version} (${phase})`);
  }

  private old(version: number): ShardsRefused {
    return outOfStep(`${this.now.self} knows map version ${this.now.map.version}, and this is ${version}`);
  }
}

const nothingUnderWay = { phase: 'none', ...emptyTally } as const;

/** A newer map than the attempt says that its slice was switched. */
function isOver({ phase, version }: Attempt, map: ShardMap): boolean {
  return phase === 'owned' || (phase === 'released' && map.version >= version);
}

function outOfStep(reason: string): ShardsRefused {
  return refused('out-of-step', reason);
}

function refused(because: ShardsRefused['because'], reason: string): ShardsRefused {
  return { kind: 'shards.refused', because, reason };
}

function orCursorError<T>(work: () => T): T | CursorError {
  try {
    return work();
  } catch (failure) {
    if (failure instanceof CursorError) return failure;
    throw failure;
  }
}
