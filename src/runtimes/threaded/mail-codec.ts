/**
 * Envelopes as bytes, a batch at a time: headers in a binary form of their own with addresses as numbers, bodies as one
 * msgpack array. Both ends keep state (addresses and record shapes are spelt out once), so batches must be read in the
 * order in which they were written, all of them.
 */
import { Packr, RESET_BUFFER_MODE, Unpackr } from 'msgpackr';
import { type Address, type Body, Mail } from '../../kernel/envelope';
import { ReadersBook, type Role, role, spelt, WritersBook } from './address-book';

/** `[kind u8][mails u32][bytes of headers u32]`, then the headers, then the bodies. */
const batchHeaderBytes = 9;
/** A header without spelt-out addresses: flags, three addresses, seven numbers of up to eight bytes. */
const headerBytesMax = 64;

const fresh = 1;

const flag = { re: 1, answers: 2, budget: 4, datagram: 8, cause: 16, wide: 32, follows: 64 } as const;

/** Sequential: a shape that was spelt out once is known from then on. */
const options = { sequential: true, copyBuffers: true, variableMapSize: true } as const;

/** A batch: two pieces that travel one after the other. Valid until the next batch is written. */
export interface Batch {
  readonly headers: Uint8Array;
  readonly bodies: Uint8Array;
}

export class MailWriter {
  private readonly book = new WritersBook();
  private packr = new Packr({ ...options });
  private buffer = Buffer.allocUnsafe(16_384);
  private view = viewOf(this.buffer);
  private at = 0;
  private isFresh = true;

  /** Throws when a body is no plain data; the reader never notices. */
  write(mails: readonly Mail[]): Batch {
    try {
      return this.tryWrite(mails);
    } catch (failure) {
      // What only the failed batch spelt out is unknown to the reader: both ends begin anew.
      this.packr = new Packr({ ...options });
      this.book.clear();
      this.isFresh = true;
      throw failure;
    }
  }

  private tryWrite(mails: readonly Mail[]): Batch {
    const bodies = this.packr.pack(
      mails.map((mail) => mail.body),
      RESET_BUFFER_MODE,
    );
    this.at = batchHeaderBytes;
    let before: Mail | undefined;
    for (const mail of mails) {
      if (before !== undefined && follows(mail, before)) this.follower();
      else this.header(mail);
      before = mail;
    }
    this.view.setUint8(0, this.isFresh ? fresh : 0);
    this.view.setUint32(1, mails.length, true);
    this.view.setUint32(5, this.at - batchHeaderBytes, true);
    this.isFresh = false;
    return { headers: this.buffer.subarray(0, this.at), bodies };
  }

  private follower(): void {
    if (this.buffer.length === this.at) this.grow(headerBytesMax);
    this.buffer[this.at++] = flag.follows;
  }

  private header(mail: Mail): void {
    const { from, to, id, incarnation, re, answers, budgetMs, cause } = mail;
    if (this.buffer.length - this.at < headerBytesMax) this.grow(headerBytesMax);
    const wide = !(
      isUint32(id) &&
      isUint32(incarnation) &&
      (re === undefined || isUint32(re)) &&
      (answers === undefined || isUint32(answers)) &&
      (cause === undefined || (isUint32(cause.id) && isUint32(cause.incarnation)))
    );
    this.view.setUint8(
      this.at++,
      (re === undefined ? 0 : flag.re) |
        (answers === undefined ? 0 : flag.answers) |
        (budgetMs === undefined ? 0 : flag.budget) |
        (mail.datagram ? flag.datagram : 0) |
        (cause === undefined ? 0 : flag.cause) |
        (wide ? flag.wide : 0),
    );
    this.address(from, role.from);
    this.address(to, role.to);
    this.number(id, wide);
    this.number(incarnation, wide);
    if (re !== undefined) this.number(re, wide);
    if (answers !== undefined) this.number(answers, wide);
    if (budgetMs !== undefined) this.number(budgetMs, true);
    if (cause === undefined) return;
    this.address(cause.from, role.cause);
    this.number(cause.id, wide);
    this.number(cause.incarnation, wide);
  }

  private number(value: number, wide: boolean): void {
    if (wide) this.view.setFloat64(this.at, value, true);
    else this.view.setUint32(this.at, value, true);
    this.at += wide ? 8 : 4;
  }

  private address(address: Address, as: Role): void {
    const number = this.book.find(address, as);
    if (number >= 0) {
      this.view.setUint16(this.at, number, true);
      this.at += 2;
      return;
    }
    const length = Buffer.byteLength(address);
    if (this.buffer.length - this.at < headerBytesMax + 6 + length) this.grow(headerBytesMax + 6 + length);
    this.view.setUint16(this.at, spelt, true);
    this.view.setUint32(this.at + 2, length, true);
    this.buffer.write(address, this.at + 6);
    this.at += 6 + length;
  }

  private grow(more: number): void {
    const bigger = Buffer.allocUnsafe(this.buffer.length * 2 + more);
    this.buffer.copy(bigger, 0, 0, this.at);
    this.buffer = bigger;
    this.view = viewOf(bigger);
  }
}

export class MailReader {
  private readonly book = new ReadersBook();
  private unpackr = new Unpackr({ ...options });
  private bytes: Buffer = Buffer.alloc(0);
  private view = viewOf(this.bytes);
  private at = 0;

  /** Hands on the envelopes of one batch in order; returns how many. Bodies are copies: `bytes` may be used again. */
  read(bytes: Buffer, each: (mail: Mail) => void): number {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    if (this.view.getUint8(0) === fresh) {
      this.unpackr = new Unpackr({ ...options });
      this.book.clear();
    }
    const count = this.view.getUint32(1, true);
    const end = batchHeaderBytes + this.view.getUint32(5, true);
    const bodies: Body[] = this.unpackr.unpack(bytes.subarray(end));
    this.at = batchHeaderBytes;
    let before: Mail | undefined;
    for (let i = 0; i < count; i++) {
      before = this.mail(bodies[i] as Body, before);
      each(before);
    }
    return count;
  }

  private mail(body: Body, before: Mail | undefined): Mail {
    const flags = this.view.getUint8(this.at++);
    if (flags === flag.follows && before !== undefined) return follower(before, body);
    const wide = (flags & flag.wide) !== 0;
    const from = this.address();
    const to = this.address();
    const id = this.number(wide);
    const incarnation = this.number(wide);
    const re = flags & flag.re ? this.number(wide) : undefined;
    const answers = flags & flag.answers ? this.number(wide) : undefined;
    const budgetMs = flags & flag.budget ? this.number(true) : undefined;
    const mail = new Mail(to, id, re, answers, budgetMs, (flags & flag.datagram) !== 0, body);
    mail.from = from;
    mail.incarnation = incarnation;
    if (flags & flag.cause) {
      mail.cause = { from: this.address(), id: this.number(wide), incarnation: this.number(wide) };
    }
    return mail;
  }

  private number(wide: boolean): number {
    const value = wide ? this.view.getFloat64(this.at, true) : this.view.getUint32(this.at, true);
    this.at += wide ? 8 : 4;
    return value;
  }

  private address(): Address {
    const number = this.view.getUint16(this.at, true);
    this.at += 2;
    if (number !== spelt) return this.book.at(number);
    const length = this.view.getUint32(this.at, true);
    const from = this.at + 4;
    this.at = from + length;
    return this.book.add(this.bytes.toString('utf8', from, this.at));
  }
}

/**
 * Whether an envelope was said right after another one, in the same turn and to the same receiver. What is said in bulk
 * is, so one byte stands for its header. Answers and deadlines are spelt out.
 */
function follows(mail: Mail, before: Mail): boolean {
  return (
    mail.id === before.id + 1 &&
    mail.to === before.to &&
    mail.from === before.from &&
    mail.incarnation === before.incarnation &&
    mail.cause === before.cause &&
    mail.datagram === before.datagram &&
    mail.re === undefined &&
    mail.answers === undefined &&
    mail.budgetMs === undefined
  );
}

function follower(before: Mail, body: Body): Mail {
  const mail = new Mail(before.to, before.id + 1, undefined, undefined, undefined, before.datagram, body);
  mail.from = before.from;
  mail.incarnation = before.incarnation;
  mail.cause = before.cause;
  return mail;
}

/** Minus zero is no whole number here: it would come back as zero. */
function isUint32(value: number): boolean {
  return value >>> 0 === value && !Object.is(value, -0);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
