/**
 * What a conductor learns from what the two shards of a slice answer. A pure function: what was known and an answer, in; what
 * is known, out.
 */
import type { Slice } from '../protocols/shard-map';
import type { ShardsAnswer, ShardsBundles, ShardsRefused, ShardsStanding } from '../protocols/shards';
import type { Move } from './decisions';
import {
  type Ask,
  type Decided,
  type Heard,
  heardNothing,
  type InHand,
  type Pace,
  paceDefaults,
  resting,
  restOf,
} from './move-step';

export class MoveHearing {
  constructor(readonly pace: Pace = paceDefaults) {}

  /**
   * What an answer tells.
   *
   * @param tookMs from the question to its answer.
   */
  learn(decided: Decided, given: Heard, asked: Ask, answer: ShardsAnswer, nowMs: number, tookMs = 0): Heard {
    const heard = this.told(decided, given, asked, answer, nowMs);
    const isCopying = asked.body.kind === 'shards.extract' || asked.body.kind === 'shards.stage';
    const isFree = heard.source?.phase === 'copying' && decided.move.unitsPerSecond === 0;
    if (!isCopying || !isFree || heard.notBeforeMs > nowMs) return heard;
    const restMs = restOf(this.pace, tookMs);
    return restMs > 0 ? { ...heard, notBeforeMs: nowMs + restMs, waitsFor: resting } : heard;
  }

  private told(
    { move, map }: Decided,
    given: Heard,
    { shard, body: asked }: Ask,
    answer: ShardsAnswer,
    nowMs: number,
  ): Heard {
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

  /** The destination has promised that it will not own the slice: now the source may take it back. */
  private undoneBy(shard: string, { to }: Slice): NonNullable<Heard['undo']> {
    return shard === to ? 'source' : 'undone';
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
