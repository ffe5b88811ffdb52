/**
 * Two checksums over the same texts, each begun otherwise: 64 bits, enough to tell copies apart that nobody forged.
 */
import { crc32 } from 'node:zlib';

export class TextHash {
  private first = 0;
  private second = 0x9e3779b9;
  private length = 0;

  update(text: string): void {
    this.first = crc32(text, this.first);
    this.second = Math.imul(this.second ^ crc32(text, this.length), 0x85ebca6b) >>> 0;
    this.length = (this.length + text.length) >>> 0;
  }

  get value(): string {
    return [this.first, this.second].map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}
