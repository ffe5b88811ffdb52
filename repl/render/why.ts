/**
 * Why a read said what it said: from the write that made the row to the copy that served it, put together from what the
 * messages themselves carry. An answer of a store names the log position that it reflects, a row the position of the
 * write that made it, and every message what made it be sent.
 */
import type { Envelope, NodeId } from '../../src/kernel/envelope';
import { messageKey, type WorldEvent } from '../../src/kernel/events';
import { clientFetch } from '../../src/protocols/client';
import { sqlExecute, sqlResult } from '../../src/protocols/sql';
import { type Behind, type Copy, copyOf, type Fill, fillOf, questionFor, RowWrites } from './copy-of-row';
import { allSpans, requester, type Span, traceOf } from './trace';

/** A user's request, as the one who made it saw it. */
export interface Request {
  readonly key: string;
  readonly by: NodeId;
  readonly text: string;
  readonly atUs: number;
  /** What the user got: `200`. */
  readonly got: string | undefined;
  readonly tookUs: number | undefined;
}

/** The copy of the data that a read was served from. */
export interface Served {
  readonly node: NodeId;
  readonly atUs: number;
  /** Everything up to this log position was in it. */
  readonly position: number;
  readonly term: number | undefined;
  /** The position of the write that made the row; `undefined` for what is not a single row. */
  readonly version: number | undefined;
  readonly rows: number;
  /** Of what came out of a cache: which copy it was, whence, and how old. */
  readonly copy?: Copy;
  readonly cached?: Cached;
}

/** What is told of a copy of a row in a cache. */
export interface Cached {
  readonly key: string;
  /** It had been dropped already: `staleMs` says that this will do for a while. */
  readonly wasDropped: boolean;
  /** `undefined`: not in these events; look further back. */
  readonly fill: Fill | undefined;
  /** Since the database said it, until it was given out. */
  readonly ageUs: number | undefined;
  /** `undefined`: these events do not tell with what the row is read, so they cannot tell who wrote it. */
  readonly behind: Behind | undefined;
  /** Whose request the first of the newer writes was. */
  readonly replacedBy: Made | undefined;
}

/** A write and whose doing it was. */
export interface Made {
  readonly node: NodeId;
  readonly asker: NodeId;
  readonly text: string;
  /** When the store said that it was safe. */
  readonly atUs: number;
  /** The request at the root of it, as far back as the events tell. */
  readonly request: Request | undefined;
}

export interface Why {
  readonly read: Request;
  /** Whose request it was and the nodes that it went through, nearest to the user first. */
  readonly path: readonly NodeId[];
  /** `undefined`: no store answered it. */
  readonly served: Served | undefined;
  /** `undefined`: not in these events; look further back. */
  readonly made: Made | undefined;
}

/**
 * The read that the message of this key began, or else the newest of a user at the prompt; `undefined` if the events hold
 * none. Needs events in full detail.
 */
export function whyOf(events: readonly WorldEvent[], given: { readonly key?: string } = {}): Why | undefined {
  const root = readOf(events, given.key) ?? readOf(events, newestRead(events, 'repl'));
  if (root === undefined) return undefined;
  const spans = allSpans(root);
  const served =
    spans
      .filter(({ outcome, kind }) => outcome === 'answered' && /^(sql\.|cache\.(get|load)$)/.test(kind))
      .flatMap((asked) => servedBy(events, asked) ?? [])
      .at(-1) ?? sharedBy(events, spans);
  return {
    read: requestOf(root),
    path: [...(root.kind === 'client.fetch' ? [] : [root.from]), ...pathOf(spans)],
    served,
    made: served?.version === undefined ? undefined : madeBy(events, served.version),
  };
}

function pathOf(spans: readonly Span[]): NodeId[] {
  return spans
    .filter(({ kind, outcome }) => !/^(dns\.|cache\.set$)/.test(kind) && outcome === 'answered')
    .map(({ node }) => node);
}

function readOf(events: readonly WorldEvent[], key: string | undefined): Span | undefined {
  const root = key === undefined ? undefined : traceOf(events, { key });
  return root !== undefined && (root.kind === 'sql.execute' || /^(GET|HEAD) /i.test(root.text)) ? root : undefined;
}

/** Who made the row at a log position, if these events tell. */
export function madeBy(events: readonly WorldEvent[], position: number): Made | undefined {
  for (const event of events) {
    if (event.type !== 'sent') continue;
    const { envelope } = event;
    const { body }: Envelope = envelope;
    if (!sqlResult.accepts(body) || body.position !== position || body.changes === 0) continue;
    const key = messageKey({ from: envelope.to, incarnation: envelope.answers ?? 0, id: envelope.re ?? 0 });
    const root = traceOf(events, { around: key });
    const asked = root === undefined ? undefined : allSpans(root).find((span) => span.key === key);
    if (root === undefined || asked === undefined) return undefined;
    const request = root === asked ? undefined : requestOf(root);
    return { node: event.node, asker: asked.from, text: asked.text, atUs: event.atUs, request };
  }
  return undefined;
}

function newestRead(events: readonly WorldEvent[], door: string): string | undefined {
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at];
    if (event?.type !== 'sent' || event.envelope.from !== door) continue;
    const { body }: Envelope = event.envelope;
    // Reads in SQL have a message of their own; what changes something is another.
    const reads = clientFetch.accepts(body) ? /^(GET|HEAD)$/i.test(body.method) : sqlExecute.accepts(body);
    if (reads) return messageKey(event.envelope);
  }
  return undefined;
}

/** Several requests shared one question, and another one asked it: what the response was given because of. */
function sharedBy(events: readonly WorldEvent[], spans: readonly Span[]): Served | undefined {
  const request = spans.filter(({ kind, outcome }) => kind === 'http.request' && outcome === 'answered').at(-1);
  const sent = events.flatMap((event) => (event.type === 'sent' ? [event] : []));
  const response = sent.find(({ envelope }) => request !== undefined && answers(envelope, request.key))?.envelope;
  if (response?.cause === undefined) return undefined;
  const because = messageKey(response.cause);
  const answer = sent.find(({ envelope }) => envelope.to === request?.node && messageKey(envelope) === because);
  if (answer === undefined || answer.envelope.re === undefined) return undefined;
  const { to, answers: life, re } = answer.envelope;
  const key = messageKey({ from: to, incarnation: life ?? 0, id: re });
  return servedBy(events, { key, node: answer.node });
}

function servedBy(events: readonly WorldEvent[], { key, node }: Pick<Span, 'key' | 'node'>): Served | undefined {
  const copy = copyOf(events, key);
  if (copy !== undefined) return servedFrom(events, copy);
  for (const event of events) {
    if (event.type !== 'sent' || !answers(event.envelope, key) || !sqlResult.accepts(event.envelope.body)) continue;
    const { position, term, writeId, rows } = event.envelope.body;
    const version = writeId === undefined ? undefined : Number(writeId);
    return { node, atUs: event.atUs, position, term, version, rows: rows.length };
  }
  return undefined;
}

function servedFrom(events: readonly WorldEvent[], copy: Copy): Served {
  const { server, key, atUs, position, term, version, rows } = copy;
  const fill = fillOf(events, copy);
  const question = fill?.question ?? questionFor(events, key);
  const writes = question === undefined ? undefined : new RowWrites(key, question);
  for (const event of events) writes?.see(event);
  const behind = writes?.behind(copy);
  const [first] = behind?.writes ?? [];
  const replacedBy = first === undefined ? undefined : madeBy(events, first.position);
  const cached = { ...cachedAs(copy, fill, behind), replacedBy };
  return { node: server, atUs, position, term, version, rows, copy, cached };
}

export function cachedAs({ key, wasDropped, atUs }: Copy, fill: Fill | undefined, behind: Behind | undefined): Cached {
  const ageUs = fill === undefined ? undefined : atUs - fill.saidUs;
  return { key, wasDropped, fill, ageUs, behind, replacedBy: undefined };
}

function answers({ re, answers: life, to }: Envelope, key: string): boolean {
  return re !== undefined && messageKey({ from: to, incarnation: life ?? 0, id: re }) === key;
}

function requestOf(span: Span): Request {
  const { key, text, sentUs, answer, endUs } = span;
  const tookUs = endUs === undefined ? undefined : endUs - sentUs;
  return { key, by: requester(span), text, atUs: sentUs, got: answer?.text, tookUs };
}
