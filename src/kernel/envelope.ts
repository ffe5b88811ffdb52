/**
 * One message in flight. A behaviour says who it is for and what it says; the kernel adds who said it, in which life,
 * and what made it be said.
 */

/** Names one node, for ever: `web-1`. A node that is killed and restarted keeps its id. */
export type NodeId = string;

/** What an envelope is addressed to: a node id, a reserved name (`cloud`) or `ip:port`. The fabric resolves it. */
export type Address = string;

/** Plain, readonly data, told apart by its kind (`http.request`). Its protocol validates it on arrival. */
export interface Body {
  readonly kind: string;
}

/** Which message made this one be sent; absent when a timer or a start did. */
export interface Cause {
  readonly from: Address;
  readonly incarnation: number;
  readonly id: number;
}

/** What a behaviour hands to the kernel. */
export interface Outgoing<B extends Body = Body> {
  readonly to: Address;
  /** Unique within one life of the sender; taken from `NodeContext.nextId`. */
  readonly id: number;
  /** The id of the message that this one answers. An envelope with `re` is never answered. */
  readonly re?: number | undefined;
  /** Which life of the receiver asked; a later life never sees the answer. */
  readonly answers?: number | undefined;
  /** What is left of the deadline in milliseconds, not a time of day: clocks differ. */
  readonly budgetMs?: number | undefined;
  /** Datagrams may be lost, doubled and reordered; everything else travels on a stream: in order, once. */
  readonly datagram?: boolean | undefined;
  readonly body: B;
}

/** What a behaviour finds in its inbox. */
export interface Envelope<B extends Body = Body> extends Outgoing<B> {
  readonly from: Address;
  readonly incarnation: number;
  readonly cause: Cause | undefined;
}

/**
 * The one shape that every envelope has at run time, so that the hot path stays monomorphic and the kernel can stamp
 * the sender on what a turn made instead of copying it.
 */
export class Mail<B extends Body = Body> implements Envelope<B> {
  from: Address = '';
  incarnation = 0;
  cause: Cause | undefined = undefined;
  budgetMs: number | undefined;

  constructor(
    readonly to: Address,
    readonly id: number,
    readonly re: number | undefined,
    readonly answers: number | undefined,
    budgetMs: number | undefined,
    readonly datagram: boolean,
    readonly body: B,
  ) {
    this.budgetMs = budgetMs;
  }

  /** A second copy of the same message, as a network that duplicates makes it. */
  copy(): Mail<B> {
    const twin = new Mail(this.to, this.id, this.re, this.answers, this.budgetMs, this.datagram, this.body);
    twin.from = this.from;
    twin.incarnation = this.incarnation;
    twin.cause = this.cause;
    return twin;
  }
}

/** Makes the kernel's own shape of what an RxJS-style behaviour emitted as a literal. */
export function toMail<B extends Body>(out: Outgoing<B>): Mail<B> {
  if (out instanceof Mail && out.from === '') return out;
  return new Mail(out.to, out.id, out.re, out.answers, out.budgetMs, out.datagram === true, out.body);
}

/** The answer to a request, addressed to the life that asked. */
export function answerTo<B extends Body>(asked: Envelope, id: number, body: B): Mail<B> {
  return new Mail(asked.from, id, asked.id, asked.incarnation, undefined, asked.datagram === true, body);
}
