/**
 * A hash over a stream of eight-byte words. A word is a number as it lies in memory, or a mark: one of the many
 * not-a-numbers that arithmetic never makes, with a tag and 32 bits in it. So whoever reads the stream can tell numbers,
 * marks and the characters that a mark announces apart, and two different streams of calls never make the same bytes.
 */
import { createHash, type Hash } from 'node:crypto';

const blockWords = 8_192;
/** After so many names the table begins anew, and each is spelled out once more. */
const namesMax = 65_536;
const notANumber = 0x7ff80000;

/** What a mark stands for; the 32 bits beside it are a count or the number of a name. */
export const Mark = {
  nan: 1,
  define: 2,
  name: 3,
  text: 4,
  bytes: 5,
  list: 6,
  record: 7,
  end: 8,
  null: 9,
  true: 10,
  false: 11,
  undefined: 12,
  other: 13,
} as const;

export class WordHash {
  private readonly hash: Hash = createHash('sha256');
  private readonly block = new ArrayBuffer(blockWords * 8);
  private readonly bytesOfBlock = new Uint8Array(this.block);
  private readonly doubles = new Float64Array(this.block);
  private readonly ints = new Int32Array(this.block);
  private readonly units = new Uint16Array(this.block);
  private used = 0;
  private readonly names = new Map<string, number>();

  /** The hash so far; more can follow. */
  hex(): string {
    return this.hash
      .copy()
      .update(this.bytesOfBlock.subarray(0, this.used * 8))
      .digest('hex');
  }

  number(value: number): void {
    // An engine may store any of the not-a-numbers for NaN.
    if (Number.isNaN(value)) return this.mark(Mark.nan, 0);
    if (this.used === blockWords) this.flush();
    this.doubles[this.used++] = value;
  }

  mark(tag: number, payload: number): void {
    this.pair(payload, notANumber + tag);
  }

  /** Two whole numbers of 32 bits in a word. It may look like a mark: only where a reader expects a pair. */
  pair(low: number, high: number): void {
    if (this.used === blockWords) this.flush();
    const at = this.used++ * 2;
    this.ints[at] = low;
    this.ints[at + 1] = high;
  }

  /** The number of a text that comes again and again. It is spelled out when it is met first, before the next word. */
  name(text: string): number {
    const known = this.names.get(text);
    return known === undefined ? this.define(text) : known;
  }

  text(text: string, tag: number = Mark.text): void {
    const { length } = text;
    this.mark(tag, length);
    const words = (length + 3) >> 2;
    if (words > blockWords) {
      this.flush();
      this.hash.update(text, 'utf16le');
      return;
    }
    if (this.used + words > blockWords) this.flush();
    if (words === 0) return;
    const { units } = this;
    const from = this.used * 4;
    this.used += words;
    this.doubles[this.used - 1] = 0; // What the last word does not fill.
    for (let i = 0; i < length; i++) units[from + i] = text.charCodeAt(i);
  }

  bytes(bytes: Uint8Array): void {
    this.mark(Mark.bytes, bytes.length);
    this.flush();
    this.hash.update(bytes);
  }

  private define(text: string): number {
    if (this.names.size === namesMax) this.names.clear();
    const number = this.names.size + 1;
    this.names.set(text, number);
    this.text(text, Mark.define);
    return number;
  }

  private flush(): void {
    this.hash.update(this.bytesOfBlock.subarray(0, this.used * 8));
    this.used = 0;
  }
}
