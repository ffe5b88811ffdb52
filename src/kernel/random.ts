/**
 * Seeded chance, forked by label: a node, a link and a workload each draw from a generator of their own, so that adding
 * one leaves the draws of the others alone.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A source of chance. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number in [0, below); throws a `RangeError` when there is none. */
  int(below: number): number;
  /** An independent generator; the same label from the same parent gives the same one, whatever was drawn before. */
  fork(label: string): Random;
}

/**
 * A generator for a seed (any text or number).
 *
 * @example
 * const random = seeded(7).fork('node:web-1');
 * random.int(6); // the same die for everyone with seed 7
 */
export function seeded(seed: string | number): Random {
  return new Seeded(escaped(String(seed)));
}

/** An exponentially distributed draw, the time between arrivals of a Poisson process. */
export function exponential(random: Random, mean: number): number {
  return -Math.log1p(-random.next()) * mean;
}

class Seeded implements Random {
  private generator: RandomGenerator | undefined;

  constructor(private readonly path: string) {}

  next(): number {
    return uniformFloat64(this.draw());
  }

  int(below: number): number {
    if (!(below >= 1)) throw new RangeError(`there is no whole number from 0 up to but not including ${below}`);
    return uniformInt(this.draw(), 0, below - 1);
  }

  fork(label: string): Random {
    return new Seeded(`${this.path}/${escaped(label)}`);
  }

  /** Most forks are never drawn from: the generator is made on first use. */
  private draw(): RandomGenerator {
    this.generator ??= xoroshiro128plusFromState(stateOf(this.path));
    return this.generator;
  }
}

/** The label `a/b` is another path than `a` and then `b`. */
function escaped(label: string): string {
  return label.replaceAll('%', '%25').replaceAll('/', '%2f');
}

/** Four 32-bit words from a text: FNV-1a, each word from another basis, finished with the murmur3 mixer. */
function stateOf(text: string): number[] {
  return [0x811c9dc5, 0x01234567, 0x89abcdef, 0x5bd1e995].map((basis) => {
    let hash = basis;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) | 0;
  });
}
