/**
 * How a slice gets from one shard to another while both serve: the plan of whoever conducts the move, as a pure function
 * from what is decided and what the two shards last said to what is to be done next.
 *
 *   source `begin`, destination `begin`      both know the newest map; the source notes what is changed in the slice
 *   `extract` -> `stage`, again and again    the copy, at the rate that is wanted
 *   `changes` -> `stage`, until few are left the catching up
 *   `fence`, the last `changes` -> `stage`   nobody writes into the slice any more
 *   `release`, `own`                         one after the other: in between nobody has it, never both
 *   the switch is decided                    only now is there a map that says so
 *   `clean`                                  only now may the source forget what it had
 *
 * What was heard is kept in memory only. A conductor that takes over asks both to begin: what they answer shows how far
 * they are, and it goes on from there, even between `release` and `own`. An attempt that got out of step is given up on
 * both sides, the destination first, since whoever might still own the slice has to promise that it will not before the
 * source takes it back; the next attempt has a version of its own, so that nothing said under the old one counts.
 */
import type { Slice } from '../protocols/shard-map';
import type { ShardsStage, ShardsStanding } from '../protocols/shards';
import type { Move } from './decisions';
import { sliceToMove } from './map-steps';
import {
  type Ask,
  type Decided,
  type Heard,
  heardNothing,
  type InHand,
  type Pace,
  paceDefaults,
  type Step,
} from './move-step';

/** Of what was changed: all of it. */
const fromTheStart = '0';

interface Attempt extends Decided {
  readonly slice: Slice;
  /** Of the map in which it is switched. */
  readonly version: number;
}

export class MovePlan {
  constructor(readonly pace: Pace = paceDefaults) {}

  /** @param heard of this attempt; what was heard of another counts for nothing. */
  next(decided: Decided, given: Heard, nowMs: number): Step {
    const { move, map } = decided;
    const heard = given.version === map.version ? given : heardNothing(map.version);
    if (nowMs < heard.notBeforeMs) return { what: 'wait', ms: heard.notBeforeMs - nowMs, saying: heard.waitsFor };
    if (move.toClean !== undefined && !heard.isCleaned) {
      const { slice, version } = move.toClean;
      const body = { kind: 'shards.clean', slice, version } as const;
      return { what: 'ask', shard: slice.from, body, saying: `${slice.from} clears away what it kept` };
    }
    const slice = sliceToMove(map);
    const version = map.version + 1;
    if (slice === undefined) return this.ending(move, version);
    const attempt = { move, map, slice, version };
    if (heard.undo !== undefined) return this.undoing(attempt, heard.undo);
    if (this.isTurning(move)) return this.turning(attempt, heard, nowMs);
    return this.forward(attempt, heard, nowMs);
  }

  /** It is given up, and what had gone over is not on its way back yet. */
  private isTurning({ isAborting, hasTurned }: Move): boolean {
    return isAborting && !hasTurned;
  }

  private ending(move: Move, version: number): Step {
    const { family } = move;
    if (!this.isTurning(move))
      return { what: 'decide', decision: { what: 'moved', family, version }, saying: 'finished' };
    return { what: 'decide', decision: { what: 'turn', family, version }, saying: 'turning back' };
  }

  /**
   * Both are asked to begin first: then neither can be made to begin this attempt behind the back of whoever gives it up.
   * If the destination has the slice already there is no way but on, to the switch; it goes back after that.
   */
  private turning(attempt: Attempt, heard: Heard, nowMs: number): Step {
    if (heard.source === undefined) return this.beginning(attempt);
    if (heard.destination === undefined) return this.preparing(attempt);
    return heard.destination.phase === 'owned'
      ? this.forward(attempt, heard, nowMs)
      : this.undoing(attempt, 'destination');
  }

  private undoing({ move, slice, version }: Attempt, who: NonNullable<Heard['undo']>): Step {
    const { family } = move;
    if (who !== 'undone') {
      const shard = who === 'destination' ? slice.to : slice.from;
      return {
        what: 'ask',
        shard,
        body: { kind: 'shards.undo', slice, version },
        saying: `${shard} gives the attempt up`,
      };
    }
    if (!this.isTurning(move))
      return { what: 'decide', decision: { what: 'again', family, version }, saying: 'beginning again' };
    return { what: 'decide', decision: { what: 'turn', family, version }, saying: 'turning back' };
  }

  private forward(attempt: Attempt, heard: Heard, nowMs: number): Step {
    const { slice, version, move } = attempt;
    const { source, destination, inHand } = heard;
    if (source === undefined) return this.beginning(attempt);
    if (destination === undefined) return this.preparing(attempt);
    if (source.phase === 'released') {
      const { units, keys, checksum, along } = source;
      if (this.hasBoth(destination)) {
        const decision = { what: 'switch', family: move.family, version, keys } as const;
        return { what: 'decide', decision, saying: 'switching' };
      }
      const own = { kind: 'shards.own', slice, version, units, checksum } as const;
      const body = along === undefined ? own : { ...own, along };
      return { what: 'ask', shard: slice.to, body, saying: `${slice.to} takes over` };
    }
    if (source.phase === 'fenced' && this.isOverdue(heard, nowMs)) {
      const body = { kind: 'shards.unfence', slice, version } as const;
      return { what: 'ask', shard: slice.from, body, saying: `${slice.from} takes writes again` };
    }
    if (source.phase !== 'fenced') return inHand ? this.staging(attempt, inHand) : this.copying(attempt, heard);
    const step = inHand ? this.staging(attempt, inHand) : this.underFence(attempt, heard);
    if (step.body.kind === 'shards.release') return step;
    return { ...step, withinMs: Math.max(1, (heard.fencedAtMs ?? nowMs) + this.pace.fenceMs - nowMs) };
  }

  private beginning({ map, slice }: Attempt): Step {
    return {
      what: 'ask',
      shard: slice.from,
      body: { kind: 'shards.begin', map, slice },
      saying: `${slice.from} begins`,
    };
  }

  private preparing({ map, slice }: Attempt): Step {
    return {
      what: 'ask',
      shard: slice.to,
      body: { kind: 'shards.begin', map, slice },
      saying: `${slice.to} gets ready`,
    };
  }

  /** The source has decided that it has the slice no more; the destination, that it has it. */
  private hasBoth({ phase }: ShardsStanding): boolean {
    return phase === 'owned';
  }

  private copying(attempt: Attempt, heard: Heard): Step {
    const { move, slice, version } = attempt;
    if (move.isPaused) return { what: 'rest', saying: 'paused' };
    if (!heard.isCopied) return this.extracting(attempt, heard);
    if (!this.isCaughtUp(heard)) return this.catchingUp(attempt, heard);
    const body = { kind: 'shards.fence', slice, version } as const;
    return { what: 'ask', shard: slice.from, body, saying: `${slice.from} takes no writes into the slice` };
  }

  /** Little enough is left to be carried over while nobody writes. */
  private isCaughtUp({ isQuiet, rounds }: Heard): boolean {
    return isQuiet || rounds >= this.pace.roundsMax;
  }

  private underFence(attempt: Attempt, heard: Heard): Ask {
    const { slice, version } = attempt;
    if (!heard.isCopied) return this.extracting(attempt, heard);
    if (!this.hasAll(heard)) return this.catchingUp(attempt, heard);
    const body = { kind: 'shards.release', slice, version } as const;
    return { what: 'ask', shard: slice.from, body, saying: `${slice.from} gives the slice up` };
  }

  /** The destination has what was changed last. */
  private hasAll({ isDrained }: Heard): boolean {
    return isDrained;
  }

  /** Writes were kept out for too long already. */
  private isOverdue(heard: Heard, nowMs: number): boolean {
    const isReady = heard.isCopied && this.hasAll(heard);
    return !isReady && nowMs >= (heard.fencedAtMs ?? nowMs) + this.pace.fenceMs;
  }

  private extracting({ move, slice }: Attempt, { destination }: Heard): Ask {
    const after = destination?.cursor;
    const unitsMax = this.chunkOf(move.unitsPerSecond);
    const body = { kind: 'shards.extract', slice, unitsMax, ...(after === undefined ? {} : { after }) } as const;
    return { what: 'ask', shard: slice.from, body, saying: 'copying' };
  }

  /** A tenth of a second's worth, so that a low rate is a trickle and not a burst now and then. */
  private chunkOf(unitsPerSecond: number): number {
    const { chunkUnits } = this.pace;
    return unitsPerSecond === 0 ? chunkUnits : Math.max(1, Math.min(chunkUnits, Math.floor(unitsPerSecond / 10)));
  }

  private catchingUp({ slice }: Attempt, { source, destination }: Heard): Ask {
    const since = destination?.changesCursor ?? source?.changesCursor ?? fromTheStart;
    const body = { kind: 'shards.changes', slice, since, unitsMax: this.pace.chunkUnits } as const;
    return { what: 'ask', shard: slice.from, body, saying: 'catching up' };
  }

  private staging({ slice, version }: Attempt, { what, bundles, position, next }: InHand): Ask {
    const staged: ShardsStage = { kind: 'shards.stage', slice, version, bundles: [...bundles], position };
    const body = what === 'copy' ? { ...staged, cursor: next } : { ...staged, changesCursor: next };
    return { what: 'ask', shard: slice.to, body, saying: `${slice.to} puts ${bundles.length} units aside` };
  }
}
