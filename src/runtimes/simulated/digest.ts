/**
 * One hash over everything that happened, in full detail: two runs that differ in one message differ here. What a
 * message says is hashed when it is sent; from then on its key stands for it.
 */

import type { Envelope } from '../../kernel/envelope';
import type { WorldEvent } from '../../kernel/events';
import { Mark, WordHash } from './word-hash';

/** Which parts that may be absent an envelope has. */
const datagram = 0x100;
const re = 0x200;
const answers = 0x400;
const budget = 0x800;
const cause = 0x1000;

/** A running hash; `hex` can be asked for at any time. */
export class Digest {
  private readonly words = new WordHash();
  /** Events hashed so far. */
  count = 0;

  add(event: WorldEvent): void {
    this.count++;
    switch (event.type) {
      case 'sent':
        return this.whole(1, event.atUs, event.node, event.envelope);
      case 'delivered':
        return this.known(2, event.atUs, event.node, event.envelope);
      case 'handled':
        return this.known(3, event.atUs, event.node, event.envelope);
      case 'dropped':
        this.whole(4, event.atUs, event.node, event.envelope);
        return this.words.text(event.reason);
      default:
        this.words.number(event.atUs);
        this.words.pair(0, 0);
        this.value(event);
    }
  }

  hex(): string {
    return this.words.hex();
  }

  /** A message that was sent before. What no life said (a refusal of the network) never was, so it is told whole. */
  private known(type: number, atUs: number, node: string, mail: Envelope): void {
    if (mail.incarnation === 0) return this.whole(type, atUs, node, mail);
    const { words } = this;
    const nodeName = words.name(node);
    const from = words.name(mail.from);
    words.number(atUs);
    words.pair(type, nodeName);
    words.pair(from, mail.incarnation);
    words.number(mail.id);
  }

  private whole(type: number, atUs: number, node: string, mail: Envelope): void {
    const { words } = this;
    // Names first: a new one is spelled out where it is met, and that must not fall between the words of a head.
    const nodeName = words.name(node);
    const from = words.name(mail.from);
    const to = words.name(mail.to);
    const because = mail.cause === undefined ? 0 : words.name(mail.cause.from);
    let parts = type;
    if (mail.datagram === true) parts |= datagram;
    if (mail.re !== undefined) parts |= re;
    if (mail.answers !== undefined) parts |= answers;
    if (mail.budgetMs !== undefined) parts |= budget;
    if (mail.cause !== undefined) parts |= cause;
    words.number(atUs);
    words.pair(parts, nodeName);
    words.pair(from, mail.incarnation);
    words.number(mail.id);
    words.pair(to, mail.answers ?? 0);
    if (mail.re !== undefined) words.number(mail.re);
    if (mail.budgetMs !== undefined) words.number(mail.budgetMs);
    if (mail.cause !== undefined) {
      words.pair(because, mail.cause.incarnation);
      words.number(mail.cause.id);
    }
    this.value(mail.body);
  }

  /** Plain data, structure and all: marks keep `['ab']` and `['a', 'b']` apart. */
  private value(value: unknown): void {
    const { words } = this;
    switch (typeof value) {
      case 'string':
        return words.text(value);
      case 'number':
        return words.number(value);
      case 'boolean':
        return words.mark(value ? Mark.true : Mark.false, 0);
      case 'undefined':
        return words.mark(Mark.undefined, 0);
      case 'object':
        if (value === null) return words.mark(Mark.null, 0);
        if (Array.isArray(value)) return this.list(value);
        if (value instanceof Uint8Array) return words.bytes(value);
        return this.record(value);
      default:
        return words.text(`${typeof value} ${String(value)}`, Mark.other);
    }
  }

  private list(values: readonly unknown[]): void {
    this.words.mark(Mark.list, values.length);
    for (let i = 0; i < values.length; i++) this.value(values[i]);
  }

  private record(record: object): void {
    const { words } = this;
    const values = record as Readonly<Record<string, unknown>>;
    words.mark(Mark.record, 0);
    for (const key in values) {
      const value = values[key];
      const name = words.name(key);
      words.mark(Mark.name, name);
      if (key === 'kind' && typeof value === 'string') {
        const kind = words.name(value);
        words.mark(Mark.name, kind);
      } else this.value(value);
    }
    words.mark(Mark.end, 0);
  }
}
