/**
 * Everything that was said because a client did one thing: the light cone of an operation, from the moment of its call to
 * that of its end. What made each message be sent, and which question it answers, stands on the message itself.
 */
import type { Cause, Envelope } from '../../kernel/envelope';
import { messageKey, type OperationEvent, type SentEvent, type WorldEvent } from '../../kernel/events';

/** What somebody did and when; an operation of a history is one. */
export interface Concern {
  readonly process: string;
  readonly calledAtUs?: number | undefined;
  /** Absent where nobody knows how it ended. */
  readonly endedAtUs?: number | undefined;
}

/** What the events tell of one concern. */
export interface Cone {
  readonly call: OperationEvent;
  readonly end: OperationEvent | undefined;
  /** Its messages in the order in which they were sent, by `messageKey`. */
  readonly mail: readonly Envelope[];
}

/** `undefined` if the events do not hold its call. */
export function coneOf(events: readonly WorldEvent[], concern: Concern): Cone | undefined {
  const callAt = events.findIndex((event) => {
    return isStep(event, concern) && event.operation.phase === 'invoke' && event.atUs === concern.calledAtUs;
  });
  const call = events[callAt];
  if (call?.type !== 'operation') return undefined;
  const endAt = events.findIndex((event, at) => at > callAt && isStep(event, concern));
  const end = endAt < 0 ? undefined : events[endAt];
  const during = events.slice(callAt + 1, endAt < 0 ? undefined : endAt);
  const caused = causedBy(during, firstWords(during, call));
  return { call, end: end?.type === 'operation' ? end : undefined, mail: caused };
}

function isStep(event: WorldEvent, { process }: Concern): event is OperationEvent {
  return event.type === 'operation' && event.operation.process === process;
}

/**
 * The messages with which it begins. A client that does one thing at a time says all that it says for its sake; of a
 * client that does many, only what it says in the same turn is sure to belong here.
 */
function firstWords(during: readonly WorldEvent[], { node, atUs }: OperationEvent): ReadonlySet<string> {
  const others = during.findIndex((event) => event.type === 'operation' && event.node === node);
  const alone = others < 0 ? during : during.slice(0, others);
  const said = alone.filter((event): event is SentEvent => event.type === 'sent' && event.node === node);
  const asked = said.filter(({ envelope }) => envelope.re === undefined);
  const atOnce = others < 0 ? asked : asked.filter((event) => event.atUs === atUs);
  return new Set((atOnce.length > 0 ? atOnce : asked.slice(0, 1)).map(({ envelope }) => messageKey(envelope)));
}

function causedBy(during: readonly WorldEvent[], first: ReadonlySet<string>): Envelope[] {
  const keys = new Set(first);
  const mail: Envelope[] = [];
  for (const event of during) {
    if (event.type !== 'sent') continue;
    const { envelope } = event;
    const key = messageKey(envelope);
    if (!keys.has(key) && !follows(envelope.cause, keys) && !follows(questionOf(envelope), keys)) continue;
    // A refusal that no life gave has the number of others, which it does not cause.
    if (envelope.id !== 0) keys.add(key);
    mail.push(envelope);
  }
  return mail;
}

function follows(cause: Cause | undefined, keys: ReadonlySet<string>): boolean {
  return cause !== undefined && keys.has(messageKey(cause));
}

function questionOf({ to, re, answers }: Envelope): Cause | undefined {
  return re === undefined ? undefined : { from: to, incarnation: answers ?? 0, id: re };
}
