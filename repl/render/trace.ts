/**
 * One request as a tree, built from what made each message be sent. A question hangs under the message whose handling
 * asked it; what is asked because an answer came belongs to whoever was answered, beside the question before it.
 */

import { failureOf, messageText } from '../../src/drawing/message-text';
import type { Address, Body, Envelope, NodeId } from '../../src/kernel/envelope';
import { messageKey, type WorldEvent } from '../../src/kernel/events';

/** One message that asks or tells something, and what came of it. Times are true microseconds of the world. */
export interface Span {
  /** Names the message: sender, life, number. */
  readonly key: string;
  readonly from: Address;
  /** Who took it; where nobody did, whom it was for. */
  readonly node: NodeId;
  readonly kind: string;
  readonly text: string;
  /** 1, or more where the same was asked before and failed. */
  readonly attempt: number;
  readonly sentUs: number;
  readonly deliveredUs: number | undefined;
  /** It had waited and been served. */
  readonly handledUs: number | undefined;
  readonly answer: SpanAnswer | undefined;
  /** When the asker had its answer, or went on without one. */
  readonly endUs: number | undefined;
  /** `told`: it wanted no answer. `open`: the answer may still come. */
  readonly outcome: 'answered' | 'failed' | 'unanswered' | 'told' | 'open';
  /** What went wrong, in words. */
  readonly problem: string | undefined;
  /** What its receiver asked and told others because of it, in order. */
  readonly calls: readonly Span[];
}

export interface SpanAnswer {
  readonly kind: string;
  readonly text: string;
  /** Absent for an answer that nobody gave: the network or the machine refused. */
  readonly sentUs: number | undefined;
  readonly deliveredUs: number | undefined;
}

/** Which request: the message of this key, or else the newest that this door had a client fetch. */
export interface TraceOptions {
  readonly key?: string;
  /** The whole request that the message of this key is a part of. */
  readonly around?: string;
  readonly door?: string;
}

/** More than anybody reads; a runaway conversation is cut here. */
const spansMax = 300;

/** A message on its way, as its events tell of it. */
interface Journey {
  readonly mail: Envelope;
  sentUs: number | undefined;
  takenBy: NodeId | undefined;
  deliveredUs: number | undefined;
  handledUs: number | undefined;
  dropped: { readonly atUs: number; readonly node: NodeId; readonly reason: string } | undefined;
}

/**
 * The newest request of a user at the prompt, or `undefined` if the events hold none. Needs events in full detail, in
 * the order in which they happened at each node.
 */
export function traceOf(events: readonly WorldEvent[], options: TraceOptions = {}): Span | undefined {
  const log = new Journeys(events);
  const root = options.key ?? log.rootOf(options.around) ?? log.newestFetch(options.door ?? 'repl');
  const span = root === undefined ? undefined : log.span(root);
  return span === undefined ? undefined : asTheUserSees(span);
}

/** A user taps on the device: the way of the order from a prompt to it is not a part of what the user waits for. */
function asTheUserSees(span: Span): Span {
  const { kind, deliveredUs, answer } = span;
  if (kind !== 'client.fetch' || deliveredUs === undefined || answer?.sentUs === undefined) return span;
  const { sentUs } = answer;
  return { ...span, sentUs: deliveredUs, endUs: sentUs, answer: { ...answer, deliveredUs: sentUs } };
}

/** Whose request it is: a device does what its user asks, everybody else speaks for himself. */
export function requester({ kind, node, from }: Span): NodeId {
  return kind === 'client.fetch' ? node : from;
}

/** All spans of a trace, each before what it caused. */
export function allSpans(root: Span): Span[] {
  return [root, ...root.calls.flatMap(allSpans)];
}

class Journeys {
  private readonly questions = new Map<string, Journey>();
  /** By the question that they answer. */
  private readonly answers = new Map<string, Journey>();
  /** By their own key: refusals that no life gave share one. */
  private readonly answersByKey = new Map<string, Journey[]>();
  private readonly calls = new Map<string, string[]>();
  private readonly parents = new Map<string, string>();
  private spans = 0;

  constructor(events: readonly WorldEvent[]) {
    for (const event of events) {
      if ('envelope' in event) this.note(event);
    }
    const placed = new Set<string>();
    for (const key of this.questions.keys()) this.place(key, placed);
    for (const key of this.questions.keys()) {
      const parent = this.parents.get(key);
      if (parent === undefined) continue;
      const siblings = this.calls.get(parent);
      if (siblings === undefined) this.calls.set(parent, [key]);
      else siblings.push(key);
    }
  }

  newestFetch(door: string): string | undefined {
    let newest: string | undefined;
    for (const [key, { mail }] of this.questions) {
      if (mail.from === door && mail.body.kind === 'client.fetch') newest = key;
    }
    return newest;
  }

  /** The first message of the chain that led to this one. */
  rootOf(key: string | undefined): string | undefined {
    for (let at = key, steps = 0; at !== undefined && steps < spansMax; steps++) {
      const parent = this.parents.get(at);
      if (parent === undefined) return at;
      at = parent;
    }
    return undefined;
  }

  span(key: string, attempt = 1, gaveUpUs?: number): Span | undefined {
    const question = this.questions.get(key);
    if (question?.sentUs === undefined || ++this.spans > spansMax) return undefined;
    const { mail, sentUs, deliveredUs, handledUs, dropped } = question;
    const answer = this.answers.get(key);
    const heardUs = answer === undefined ? undefined : heardAt(answer);
    const endUs = heardUs ?? (mail.budgetMs === undefined ? undefined : gaveUpUs);
    const failure = answer === undefined || heardUs === undefined ? undefined : failureOf(answer.mail.body);
    const outcome =
      heardUs !== undefined
        ? failure === undefined
          ? 'answered'
          : 'failed'
        : mail.budgetMs === undefined
          ? 'told'
          : gaveUpUs === undefined && dropped === undefined && answer?.dropped === undefined
            ? 'open'
            : 'unanswered';
    return {
      key,
      from: mail.from,
      node: question.takenBy ?? mail.to,
      kind: mail.body.kind,
      text: messageText(mail.body),
      attempt,
      sentUs,
      deliveredUs,
      handledUs,
      answer: answer === undefined ? undefined : answerOf(answer),
      endUs,
      outcome,
      problem: problemOf(question, answer, failure, outcome),
      calls: this.callsOf(key, answer?.sentUs),
    };
  }

  private callsOf(key: string, answeredUs: number | undefined): Span[] {
    const keys = (this.calls.get(key) ?? []).sort((a, b) => this.sentUs(a) - this.sentUs(b));
    const said = keys.map((call) => this.questions.get(call)?.mail).map((mail) => same(mail));
    return keys.flatMap((call, at) => {
      const attempt = said.slice(0, at + 1).filter((text) => text === said[at]).length;
      const next = keys[said.indexOf(said[at] ?? '', at + 1)];
      const span = this.span(call, attempt, next === undefined ? answeredUs : this.sentUs(next));
      return span === undefined ? [] : [span];
    });
  }

  private note(event: WorldEvent & { readonly envelope: Envelope }): void {
    const journey = this.journey(event.envelope);
    switch (event.type) {
      case 'sent':
        journey.sentUs ??= event.atUs;
        break;
      case 'delivered':
        journey.deliveredUs ??= event.atUs;
        journey.takenBy ??= event.node;
        break;
      case 'handled':
        journey.handledUs ??= event.atUs;
        break;
      case 'dropped':
        journey.dropped ??= event;
        if (event.node !== event.envelope.from) journey.takenBy ??= event.node;
    }
  }

  private journey(mail: Envelope): Journey {
    const asked = questionKey(mail);
    const journeys = asked === undefined ? this.questions : this.answers;
    const key = asked ?? messageKey(mail);
    const known = journeys.get(key);
    if (known !== undefined) return known;
    const fresh: Journey = {
      mail,
      sentUs: undefined,
      takenBy: undefined,
      deliveredUs: undefined,
      handledUs: undefined,
      dropped: undefined,
    };
    journeys.set(key, fresh);
    if (asked !== undefined) {
      const own = messageKey(mail);
      this.answersByKey.set(own, [...(this.answersByKey.get(own) ?? []), fresh]);
    }
    return fresh;
  }

  /**
   * Finds the message under which a question hangs: the one in whose turn it was asked, or, where that was an answer, the one
   * under which the question before it hangs. Who asks again at each answer makes a chain as long as all that is kept, so each
   * question is looked at once.
   */
  private place(key: string, placed: Set<string>): void {
    const chain: string[] = [];
    let parent: string | undefined;
    for (let at: string | undefined = key; at !== undefined && parent === undefined; ) {
      if (placed.has(at)) {
        parent = this.parents.get(at);
        break;
      }
      placed.add(at);
      chain.push(at);
      parent = this.askedBecauseOf(at);
      at = this.askedBefore(at);
    }
    if (parent === undefined) return;
    for (const one of chain) if (one !== parent) this.parents.set(one, parent);
  }

  /** The question in whose turn this one was asked. */
  private askedBecauseOf(key: string): string | undefined {
    const cause = this.questions.get(key)?.mail.cause;
    const because = cause === undefined ? undefined : messageKey(cause);
    return because !== undefined && this.questions.has(because) ? because : undefined;
  }

  /** The question whose answer made somebody ask this one. */
  private askedBefore(key: string): string | undefined {
    const question = this.questions.get(key);
    if (question?.mail.cause === undefined) return undefined;
    const { mail, sentUs = 0 } = question;
    const heard = (this.answersByKey.get(messageKey(question.mail.cause)) ?? []).filter(
      (answer) => answer.mail.to === mail.from && (answer.deliveredUs ?? Number.POSITIVE_INFINITY) <= sentUs,
    );
    const answer = heard.reduce<Journey | undefined>(
      (latest, one) => ((one.deliveredUs ?? 0) >= (latest?.deliveredUs ?? 0) ? one : latest),
      undefined,
    );
    const asked = answer === undefined ? undefined : questionKey(answer.mail);
    return asked !== undefined && this.questions.has(asked) ? asked : undefined;
  }

  private sentUs(key: string): number {
    return this.questions.get(key)?.sentUs ?? 0;
  }
}

/** When an answer reached who waited for it. One that is dropped in its turn came too late; a second copy does not count. */
function heardAt({ handledUs, deliveredUs, dropped }: Journey): number | undefined {
  if (dropped === undefined) return handledUs ?? deliveredUs;
  return handledUs !== undefined && handledUs < dropped.atUs ? handledUs : undefined;
}

/** The question that an envelope answers; `undefined` if it is one itself. */
function questionKey(mail: Envelope): string | undefined {
  if (mail.re === undefined) return undefined;
  return messageKey({ from: mail.to, incarnation: mail.answers ?? 0, id: mail.re });
}

function answerOf({ mail, sentUs, deliveredUs }: Journey): SpanAnswer {
  return { kind: mail.body.kind, text: messageText(mail.body), sentUs, deliveredUs };
}

/** What makes two questions of one handling the same question, asked again. */
function same(mail: Envelope<Body> | undefined): string {
  return mail === undefined ? '' : `${mail.body.kind} ${messageText(mail.body)}`;
}

/** Where a message ended, unless its sender was as far as it came. */
function whereOf({ mail, dropped }: Journey): string {
  return dropped === undefined || dropped.node === mail.from ? '' : ` at ${dropped.node}`;
}

function problemOf(
  question: Journey,
  answer: Journey | undefined,
  failure: { readonly reason: string } | undefined,
  outcome: Span['outcome'],
): string | undefined {
  if (failure !== undefined) return failure.reason === '' ? undefined : failure.reason;
  if (outcome === 'answered') return undefined;
  if (question.dropped !== undefined) return `lost${whereOf(question)}: ${question.dropped.reason}`;
  if (answer?.dropped !== undefined) return `the answer was lost${whereOf(answer)}: ${answer.dropped.reason}`;
  if (outcome === 'unanswered') return 'no answer in time';
  return outcome === 'open' ? 'no answer yet' : undefined;
}
