/**
 * What it costs a shard to go through the units of a slice. How many there are no kind of message tells: the most is done
 * when an entry of the log is applied, on every copy.
 */
import type { ShardsAnswer, ShardsDecided, ShardsStanding } from '../protocols/shards';

/** Hears of units that were read, put aside, taken out or put in. */
export type UnitWork = (units: number) => void;

/** How many units a decision went through; asked for once more, it goes through none. */
export function unitsThrough(command: ShardsDecided, before: ShardsStanding['phase'], answer: ShardsAnswer): number {
  if (answer.kind !== 'shards.standing') return 0;
  if (command.kind === 'shards.stage') return command.bundles.length;
  const isHandedOver = command.kind === 'shards.release' || command.kind === 'shards.own';
  return isHandedOver && answer.phase !== before ? answer.units : 0;
}

/** How many units an answer holds. */
export function unitsIn(answer: ShardsAnswer): number {
  return answer.kind === 'shards.bundles' ? answer.bundles.length : 0;
}
