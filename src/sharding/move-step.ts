/**
 * What a conductor of a move knows, and what it can do next, in words and figures.
 */
import type { ShardMap } from '../protocols/shard-map';
import type { Bundle, ShardsDecided, ShardsRead, ShardsStanding } from '../protocols/shards';
import type { Move, MoveDecision } from './decisions';

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
  /**
   * After a step it rests for this share of the time that the step took, unless a rate is wanted: so users have that much of
   * the machines for themselves, and the busier these are, the longer the rests. Never while anybody is kept out.
   */
  readonly restShare: number;
  /** Asked again where both stand so often after a word that was out of step; then the attempt is given up. */
  readonly strikesMax: number;
}

export const paceDefaults: Pace = {
  chunkUnits: 200,
  fewUnits: 20,
  roundsMax: 10,
  fenceMs: 500,
  retryMs: 200,
  retryMaxMs: 5_000,
  restShare: 2,
  strikesMax: 2,
};

/** No rest is longer: a step may have waited for something else than machines. */
const restMaxMs = 500;

export function restOf({ restShare }: Pace, tookMs: number): number {
  return Math.min(restMaxMs, restShare * tookMs);
}

/** What it says meanwhile. */
export const resting = 'resting, so that users come first';

/** Read from the source and not put aside by the destination yet. */
export interface InHand {
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
