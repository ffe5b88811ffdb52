/**
 * One direction of a link between two threads. Frames go through a ring in shared memory; what finds no room there
 * waits here, up to a bound, and what goes beyond is refused: a slow thread never makes another one's memory grow.
 */
import type { Mail } from '../../kernel/envelope';
import { MailReader, MailWriter } from './mail-codec';
import { RingReader, RingWriter } from './ring';

/** Envelopes per batch, at most. */
const batchMax = 256;
/** Bytes that may wait for room in the ring. */
export const backlogMaxBytes = 4 << 20;
/** A frame longer than this was never written by us. */
const frameMaxBytes = 1 << 30;
const readChunkBytes = 1 << 16;
/** `[bytes u32][kind u8]` before each frame. */
const frameHeaderBytes = 5;
const mailFrame = 0;
const noteFrame = 1;

export class LinkOut {
  private readonly ring: RingWriter;
  private readonly writer = new MailWriter();
  private readonly head = Buffer.alloc(frameHeaderBytes);
  private outbox: Mail[] = [];
  private readonly backlog: Uint8Array[] = [];
  private backlogAt = 0;
  /** Bytes that wait for room. */
  backlogBytes = 0;

  constructor(
    memory: SharedArrayBuffer,
    /** Hears of envelopes that cannot travel. */
    private readonly unfit: (mail: Mail, reason: string) => void,
    private readonly backlogMax = backlogMaxBytes,
  ) {
    this.ring = new RingWriter(memory);
  }

  /** Takes an envelope, or says no: the other side does not keep up. */
  post(mail: Mail): boolean {
    if (this.backlogBytes > this.backlogMax) return false;
    this.outbox.push(mail);
    if (this.outbox.length >= batchMax) this.encode();
    return true;
  }

  /** Nothing waits to be encoded: what there was is on its way. */
  get isEmpty(): boolean {
    return this.outbox.length === 0;
  }

  /** Sends a word of the runtime itself, in order with the mail and never refused. */
  note(bytes: Uint8Array): void {
    this.encode();
    this.frame(noteFrame, bytes);
  }

  /** Sends on what waits, as far as there is room. */
  flush(): void {
    this.drain();
    this.encode();
  }

  /** Whether anything was written since this was last asked: then the reader may have to be woken. */
  takeWritten(): boolean {
    return this.ring.takeWritten();
  }

  private encode(): void {
    if (this.outbox.length === 0) return;
    const mails = this.outbox;
    this.outbox = [];
    if (!this.tryEncode(mails)) for (const mail of mails) this.tryEncode([mail]);
  }

  private tryEncode(mails: readonly Mail[]): boolean {
    try {
      const { headers, bodies } = this.writer.write(mails);
      this.frame(mailFrame, headers, bodies);
      return true;
    } catch (failure) {
      const [only] = mails;
      if (mails.length === 1 && only !== undefined) this.unfit(only, `cannot travel between threads: ${failure}`);
      return false;
    }
  }

  private frame(kind: number, ...pieces: readonly Uint8Array[]): void {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.head.writeUInt32LE(length, 0);
    this.head.writeUInt8(kind, 4);
    this.push(this.head);
    for (const piece of pieces) this.push(piece);
  }

  private push(bytes: Uint8Array): void {
    const sent = this.backlog.length === 0 ? this.ring.write(bytes) : 0;
    if (sent === bytes.length) return;
    this.backlog.push(Uint8Array.from(bytes.subarray(sent)));
    this.backlogBytes += bytes.length - sent;
  }

  private drain(): void {
    for (let first = this.backlog[0]; first !== undefined; first = this.backlog[0]) {
      const sent = this.ring.write(first, this.backlogAt);
      this.backlogAt += sent;
      this.backlogBytes -= sent;
      if (this.backlogAt < first.length) return;
      this.backlog.shift();
      this.backlogAt = 0;
    }
  }
}

/** What a link hands to the thread that it leads to. */
export interface LinkListener {
  mail(mail: Mail): void;
  note(bytes: Uint8Array): void;
}

export class LinkIn {
  private readonly ring: RingReader;
  private readonly reader = new MailReader();
  private buffer = Buffer.allocUnsafe(readChunkBytes * 2);
  private from = 0;
  private to = 0;

  constructor(
    memory: SharedArrayBuffer,
    private readonly listener: LinkListener,
  ) {
    this.ring = new RingReader(memory);
  }

  get empty(): boolean {
    return this.ring.empty;
  }

  /** Takes in one chunk of what has arrived; how many envelopes that was, or 1 for a part of one. */
  drain(): number {
    if (this.ring.empty) return 0;
    this.makeRoom();
    const got = this.ring.read(
      this.buffer.subarray(0, Math.min(this.buffer.length, this.to + readChunkBytes)),
      this.to,
    );
    this.to += got;
    let heard = 0;
    for (let length = this.frameLength(); length !== undefined; length = this.frameLength()) {
      const kind = this.buffer[this.from + 4];
      const payload = this.buffer.subarray(this.from + frameHeaderBytes, this.from + frameHeaderBytes + length);
      this.from += frameHeaderBytes + length;
      if (kind === mailFrame) heard += this.reader.read(payload, (mail) => this.listener.mail(mail));
      else this.listener.note(Uint8Array.from(payload));
    }
    return Math.max(heard, 1);
  }

  /** Length of the next frame if all of it is there. */
  private frameLength(): number | undefined {
    const there = this.to - this.from;
    if (there < frameHeaderBytes) return undefined;
    const length = this.buffer.readUInt32LE(this.from);
    if (length > frameMaxBytes) throw new RangeError(`a frame of ${length} bytes: the link is out of step`);
    return there - frameHeaderBytes >= length ? length : undefined;
  }

  /** Moves the beginning of an unfinished frame to the front, and grows when the frame is larger than the buffer. */
  private makeRoom(): void {
    if (this.from > 0) {
      this.buffer.copyWithin(0, this.from, this.to);
      this.to -= this.from;
      this.from = 0;
    }
    if (this.buffer.length - this.to >= readChunkBytes) return;
    const bigger = Buffer.allocUnsafe(this.buffer.length * 2);
    this.buffer.copy(bigger, 0, 0, this.to);
    this.buffer = bigger;
  }
}
