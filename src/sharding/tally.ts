/**
 * How many units there are and what is in them, as a number that does not depend on their order: source and destination
 * compare it before the slice changes hands. Hashes are added up, so a unit can be taken out again.
 */
import { hash64 } from '../algorithms/hashing/hash64';
import { Word64 } from '../algorithms/hashing/word64';
import type { Unit } from './contents';
import { unitName } from './shard-key';

export interface TallyState {
  readonly units: number;
  /** So many of the units are keys, and not parts of one: what people count. */
  readonly keys: number;
  /** 16 hexadecimal digits. */
  readonly checksum: string;
}

export const emptyTally: TallyState = { units: 0, keys: 0, checksum: '0'.repeat(16) };

export class Tally {
  private units: number;
  private keys: number;
  private readonly sum: Word64;

  constructor({ units, keys, checksum }: TallyState = emptyTally) {
    this.units = units;
    this.keys = keys;
    this.sum = new Word64(Number.parseInt(checksum.slice(0, 8), 16), Number.parseInt(checksum.slice(8), 16));
  }

  add(unit: Unit, contents: string): void {
    const { high, low } = hashOf(unit, contents);
    this.sum.plus(high, low);
    this.units++;
    if (unit.part === undefined) this.keys++;
  }

  /** Takes out what was added. */
  subtract(unit: Unit, contents: string): void {
    const { high, low } = hashOf(unit, contents);
    // Two's complement: turn all bits over and add one.
    this.sum.plus(~high >>> 0, ~low >>> 0).plus(0, 1);
    this.units--;
    if (unit.part === undefined) this.keys--;
  }

  get state(): TallyState {
    const words = [this.sum.high, this.sum.low].map((word) => word.toString(16).padStart(8, '0'));
    return { units: this.units, keys: this.keys, checksum: words.join('') };
  }
}

function hashOf({ key, part }: Unit, contents: string): Word64 {
  return hash64(`${unitName(key, part)}\n${contents}`);
}
