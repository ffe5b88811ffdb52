/**
 * 64 bits that can be reckoned with quickly. A bigint would be correct too, and some thirty times as slow: it is a new
 * object on the heap for each step. Here it is two halves, changed in place.
 */

const half = 2 ** 32;
const least = -(2n ** 63n);
const most = 2n ** 64n - 1n;

/** 64 bits, changed in place; what overflows is dropped, as in C. */
export class Word64 {
  // Signed, because V8 keeps signed 32-bit integers inside of an object and all other numbers outside of it.
  private high32: number;
  private low32: number;

  constructor(high: number, low: number) {
    this.high32 = high | 0;
    this.low32 = low | 0;
  }

  /**
   * The bits of an integer from −2⁶³ to 2⁶⁴ − 1; negative ones as two's complement.
   *
   * @throws RangeError if it is not an integer, has more than 64 bits, or is a number too large to be exact
   * @example
   * Word64.of(-1).high; // 4294967295
   */
  static of(integer: number | bigint): Word64 {
    if (typeof integer === 'number') {
      if (Number.isSafeInteger(integer)) return new Word64(Math.floor(integer / half), integer);
      throw new RangeError(`${integer} is no exact integer: beyond 2^53 a key must be a bigint`);
    }
    if (integer < least || integer > most) throw new RangeError(`${integer} has more than 64 bits`);
    const bits = BigInt.asUintN(64, integer);
    return new Word64(Number(bits >> 32n), Number(bits & 0xffffffffn));
  }

  /** The upper half, from 0 to 2³² − 1. */
  get high(): number {
    return this.high32 >>> 0;
  }

  /** The lower half, from 0 to 2³² − 1. */
  get low(): number {
    return this.low32 >>> 0;
  }

  /** The upper 53 bits: as many as a number holds exactly. */
  get top53(): number {
    return this.high * 2 ** 21 + (this.low32 >>> 11);
  }

  /** A number in the open interval (0, 1), from the upper 52 bits: neither end, so that its logarithm is finite and not 0. */
  get fraction(): number {
    return (this.high * 2 ** 20 + (this.low32 >>> 12) + 0.5) / 2 ** 52;
  }

  set(high: number, low: number): this {
    this.high32 = high | 0;
    this.low32 = low | 0;
    return this;
  }

  plus(high: number, low: number): this {
    const sum = this.low + (low >>> 0);
    this.high32 = (this.high32 + high + (sum >= half ? 1 : 0)) | 0;
    this.low32 = sum | 0;
    return this;
  }

  /** Schoolbook multiplication in 16-bit digits: no partial result needs more than 32 bits. */
  times(high: number, low: number): this {
    const a = this.low32;
    const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, low & 0xffff, low >>> 16];
    const lowest = a0 * b0;
    const middle = a1 * b0 + (lowest >>> 16);
    const other = a0 * b1 + (middle & 0xffff);
    const carried = a1 * b1 + (middle >>> 16) + (other >>> 16);
    this.high32 = (Math.imul(this.high32, low) + Math.imul(a, high) + carried) | 0;
    this.low32 = Math.imul(a, low);
    return this;
  }

  /** `x ^= x >>> bits`, for 1 to 31 bits. */
  fold(bits: number): this {
    const { high32, low32 } = this;
    this.low32 = low32 ^ ((low32 >>> bits) | (high32 << (32 - bits)));
    this.high32 = high32 ^ (high32 >>> bits);
    return this;
  }

  toBigInt(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }
}
