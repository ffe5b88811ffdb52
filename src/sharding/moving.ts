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
import type { ShardMap, Slice } from '../protocols/shard-map';
import type {
  Bundle,
  ShardsAnswer,
  ShardsBundles,
  ShardsDecided,
  ShardsRead,
  ShardsRefused,
  ShardsStage,
  ShardsStanding,
} from '../protocols/shards';
import type { Move, MoveDecision } from './decisions';
import { sliceToMove } from './map-steps';

export interface Pace {
  /** Units that are read and put aside at a time; fewer where the rate wants that. */
  readonly chunkUnits: number;
  /** Once no more units than this were changed since the last look, the fence goes up ... */
  readonly fewUnits: number;
  /** ... and after so many looks at the latest: under writes that never cease it would never be quiet enough. */
  readonly roundsMax: number;
  /** For so long writes are kept out until the destination has the last of them; then they are let in again. */
  readonly fenceMs: number;
  /** How long it waits before it tries again what did not work; with every attempt at the same slice twice as long ... */
  readonly retryMs: number;
  /** ... up to this. */
  readonly retryMaxMs: number;
  /** Asked again where both stand so often after a word that was out of step; then the attempt is given up. */
  readonly strikesMax: number;
}

/** Of what was changed: all of it. */
const fromTheStart = '0';

export const paceDefaults: Pace = {
  chunkUnits: 200,
  fewUnits: 20,
  roundsMax: 10,
  fenceMs: 500,
  retryMs: 200,
  retryMaxMs: 5_000,
  strikesMax: 2,
};

/** Read from the source and not put aside by the destination yet. */
interface InHand {
  readonly what: 'copy' | 'changes';
  readonly bundles: readonly Bundle[];
  /** Of the source's log, as of which they were read. */
  readonly position: number;
  readonly next: string;
  readonly isEnd: boolean;
  /** It was read while nobody could write. */
  readonly isFenced: boolean;
}

/** What a conductor knows of one attempt at a slice; lost with it, and asked again. */
export interface Heard {
  /** Of the map under which it was heard. */
  readonly version: number;
  readonly source?: ShardsStanding | undefined;
  readonly destination?: ShardsStanding | undefined;
  readonly inHand?: InHand | undefined;
  /** All units were copied once. */
  readonly isCopied: boolean;
  /** Looks at what was changed since. */
  readonly rounds: number;
  /** The last look came to the end, and found few. */
  readonly isQuiet: boolean;
  readonly fencedAtMs?: number | undefined;
  /** The last look under the fence came to the end. */
  readonly isDrained: boolean;
  /** Before that nothing more is asked, and why. */
  readonly notBeforeMs: number;
  readonly waitsFor: string;
  readonly strikes: number;
  /** The attempt is given up: who has to be told next. */
  readonly undo?: 'destination' | 'source' | 'undone' | undefined;
  readonly isCleaned: boolean;
}

/** A question to whoever is the primary of a shard; `saying` tells people. */
export interface Ask {
  readonly what: 'ask';
  readonly shard: string;
  readonly body: Exclude<ShardsDecided | ShardsRead, { readonly kind: 'shards.status' | 'shards.size' }>;
  readonly saying: string;
  /** An answer after that comes too late to be of use. */
  readonly withinMs?: number;
}

/** What is to be done next. */
export type Step =
  | Ask
  | { readonly what: 'decide'; readonly decision: MoveDecision; readonly saying: string }
  | { readonly what: 'wait'; readonly ms: number; readonly saying: string }
  /** Until somebody decides otherwise. */
  | { readonly what: 'rest'; readonly saying: string };

export function heardNothing(version: number): Heard {
  return {
    version,
    isCopied: false,
    rounds: 0,
    isQuiet: false,
    isDrained: false,
    notBeforeMs: Number.NEGATIVE_INFINITY,
    waitsFor: '',
    strikes: 0,
    isCleaned: false,
  };
}

/** What is decided of a move, and the map that goes with it. */
export interface Decided {
  readonly move: Move;
  readonly map: ShardMap;
}

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

  /** What an answer tells. */
  learn({ move, map }: Decided, given: Heard, { shard, body: asked }: Ask, answer: ShardsAnswer, nowMs: number): Heard {
    const heard = given.version === map.version ? given : heardNothing(map.version);
    if (answer.kind === 'shards.refused') return this.refused(move, heard, asked.kind, answer, nowMs);
    if (asked.kind === 'shards.clean') return { ...heard, isCleaned: true };
    if (asked.kind === 'shards.undo') return { ...heard, undo: this.undoneBy(shard, asked.slice) };
    if (answer.kind === 'shards.bundles') return this.read(heard, asked.kind, answer);
    if (answer.kind !== 'shards.standing') return this.later(move, heard, `${shard} answered ${answer.kind}`, nowMs);
    if (shard === asked.slice.from) return this.sourceStood(move, heard, asked.kind, answer, nowMs);
    const { inHand } = heard;
    const now = { ...heard, destination: answer };
    return asked.kind === 'shards.stage' && inHand !== undefined ? this.putAside(now, inHand, move, nowMs) : now;
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

  /** The destination has promised that it will not own the slice: now the source may take it back. */
  private undoneBy(shard: string, { to }: Slice): NonNullable<Heard['undo']> {
    return shard === to ? 'source' : 'undone';
  }

  private forward(attempt: Attempt, heard: Heard, nowMs: number): Step {
    const { slice, version, move } = attempt;
    const { source, destination, inHand } = heard;
    if (source === undefined) return this.beginning(attempt);
    if (destination === undefined) return this.preparing(attempt);
    if (source.phase === 'released') {
      const { units, keys, checksum } = source;
      if (this.hasBoth(destination)) {
        const decision = { what: 'switch', family: move.family, version, keys } as const;
        return { what: 'decide', decision, saying: 'switching' };
      }
      const body = { kind: 'shards.own', slice, version, units, checksum } as const;
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

  private read(heard: Heard, asked: Ask['body']['kind'], { bundles, position, next, isEnd }: ShardsBundles): Heard {
    const what = asked === 'shards.extract' ? 'copy' : 'changes';
    const inHand = { what, bundles, position, next, isEnd, isFenced: heard.source?.phase === 'fenced' } as const;
    return bundles.length === 0 ? this.after(heard, inHand) : { ...heard, inHand };
  }

  /** The destination has what was in hand. */
  private putAside(heard: Heard, inHand: InHand, { unitsPerSecond }: Move, nowMs: number): Heard {
    const then = this.after({ ...heard, inHand: undefined }, inHand);
    if (inHand.what !== 'copy' || unitsPerSecond === 0) return then;
    const notBeforeMs = nowMs + (inHand.bundles.length / unitsPerSecond) * 1_000;
    return { ...then, notBeforeMs, waitsFor: `copying at ${unitsPerSecond} units/s` };
  }

  private after(heard: Heard, { what, bundles, isEnd, isFenced }: InHand): Heard {
    if (what === 'copy') return { ...heard, isCopied: isEnd };
    const isQuiet = isEnd && bundles.length <= this.pace.fewUnits;
    return { ...heard, rounds: heard.rounds + 1, isQuiet, isDrained: isEnd && isFenced };
  }

  private sourceStood(
    move: Move,
    heard: Heard,
    asked: Ask['body']['kind'],
    source: ShardsStanding,
    nowMs: number,
  ): Heard {
    const now = { ...heard, source };
    if (source.phase === 'fenced') return { ...now, fencedAtMs: heard.fencedAtMs ?? nowMs };
    if (asked !== 'shards.unfence') return now;
    const { fencedAtMs: _lifted, ...open } = now;
    const again = { ...open, inHand: undefined, isQuiet: false, isDrained: false, rounds: 0 };
    return this.later(move, again, 'the last changes came too slowly, so the fence was taken back', nowMs);
  }

  private refused(move: Move, heard: Heard, asked: Ask['body']['kind'], refusal: ShardsRefused, nowMs: number): Heard {
    const { because, reason } = refusal;
    if (because === 'mismatch') return this.later(move, { ...heard, undo: 'destination' }, reason, nowMs);
    if (because !== 'out-of-step') return this.later(move, heard, reason, nowMs);
    // Nothing of that version is kept there: it was cleaned before, and the answer got lost.
    if (asked === 'shards.clean') return { ...heard, isCleaned: true };
    const strikes = heard.strikes + 1;
    const isOver = asked === 'shards.begin' || (asked !== 'shards.undo' && strikes > this.pace.strikesMax);
    const { version, isCleaned } = heard;
    const afresh = { ...heardNothing(version), isCleaned, strikes };
    return this.later(move, isOver ? { ...afresh, undo: 'destination' } : afresh, reason, nowMs);
  }

  private later({ attempts }: Move, heard: Heard, waitsFor: string, nowMs: number): Heard {
    const { retryMs, retryMaxMs } = this.pace;
    const delayMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(attempts, 20));
    return { ...heard, notBeforeMs: nowMs + delayMs, waitsFor };
  }
}
