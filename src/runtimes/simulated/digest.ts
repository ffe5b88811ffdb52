/**
 * One hash over everything that happened, in full detail: two runs that differ in one message differ here. Values are
 * fed to the hash as numbers and characters as they are met; making text of each event first would cost several times
 * the simulation itself.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Envelope } from '../../kernel/envelope';
import type { WorldEvent } from '../../kernel/events';

const capacity = 1 << 16;
const shortMax = 64;

/** A running hash; `hex` can be asked for at any time. */
export class Digest {
  private readonly hash: Hash = createHash('sha256');
  private readonly buffer = Buffer.alloc(capacity);
  private readonly view = new DataView(this.buffer.buffer, this.buffer.byteOffset, capacity);
  private used = 0;
  /** Events hashed so far. */
  count = 0;

  add(event: WorldEvent): void {
    this.count++;
    this.number(event.atUs);
    this.text(event.type);
    this.text(event.node);
    switch (event.type) {
      case 'sent':
      case 'delivered':
      case 'handled':
        this.envelope(event.envelope);
        break;
      case 'dropped':
        this.envelope(event.envelope);
        this.text(event.reason);
        break;
      default:
        this.value(event);
    }
  }

  hex(): string {
    return this.hash.copy().update(this.buffer.subarray(0, this.used)).digest('hex');
  }

  private envelope(mail: Envelope): void {
    this.text(mail.from);
    this.number(mail.incarnation);
    this.number(mail.id);
    this.text(mail.to);
    this.number(mail.re ?? -1);
    this.number(mail.budgetMs ?? -1);
    this.value(mail.body);
  }

  /** Plain data, structure and all: a tag per value keeps `['ab']` and `['a', 'b']` apart. */
  private value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.text(value);
        break;
      case 'number':
        this.number(value);
        break;
      case 'object':
        if (value === null) this.byte(1);
        else if (Array.isArray(value)) this.list(value);
        else if (value instanceof Uint8Array) this.bytes(value);
        else this.record(value);
        break;
      case 'boolean':
        this.byte(value ? 2 : 3);
        break;
      default:
        this.text(String(value));
    }
  }

  private list(values: readonly unknown[]): void {
    this.byte(4);
    this.number(values.length);
    for (const value of values) this.value(value);
  }

  private record(value: object): void {
    this.byte(5);
    for (const key in value) {
      this.text(key);
      this.value(value[key as keyof typeof value]);
    }
    this.byte(6);
  }

  private bytes(bytes: Uint8Array): void {
    this.byte(7);
    this.number(bytes.length);
    this.flush();
    this.hash.update(bytes);
  }

  private byte(byte: number): void {
    if (this.used + 1 > capacity) this.flush();
    this.buffer[this.used++] = byte;
  }

  private number(value: number): void {
    if (this.used + 8 > capacity) this.flush();
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  private text(text: string): void {
    const room = 4 + text.length * 3;
    if (room > capacity) {
      this.number(text.length);
      this.flush();
      this.hash.update(text);
      return;
    }
    if (this.used + room > capacity) this.flush();
    this.view.setUint32(this.used, text.length, true);
    this.used += 4;
    if (!this.ascii(text)) this.used += this.buffer.write(text, this.used, 'utf8');
  }

  /** Names and kinds are short and plain, and a call into the encoder costs more than to copy them here. */
  private ascii(text: string): boolean {
    const { buffer, used } = this;
    if (text.length > shortMax) return false;
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      if (code > 127) return false;
      buffer[used + place] = code;
    }
    this.used = used + text.length;
    return true;
  }

  private flush(): void {
    this.hash.update(this.buffer.subarray(0, this.used));
    this.used = 0;
  }
}
