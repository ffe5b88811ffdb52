/**
 * What happened between nodes in a stretch of time, ready to be drawn as a space-time diagram (Lamport, "Time, Clocks,
 * and the Ordering of Events in a Distributed System", 1978): a line of time per node, a flight per message from where
 * and when it was sent to where and when it arrived, and marks for everything else that happened.
 */
import type { Envelope, NodeId } from '../../kernel/envelope';
import { messageKey, type WorldEvent } from '../../kernel/events';
import { splitId } from '../../kernel/topology';
import { messageText } from '../message-text';
import { isNotable, type Mark, marksOf } from './marks';

/** One message on its way. */
export interface Flight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly sentUs: number;
  /** When it arrived or was lost; `undefined` while it is under way. */
  readonly endUs: number | undefined;
  readonly text: string;
  readonly isAnswer: boolean;
  /** Why it was lost. */
  readonly lost: string | undefined;
}

/** A stretch in which a node did not run. */
export interface Gap {
  readonly node: NodeId;
  readonly fromUs: number;
  readonly toUs: number;
  readonly type: 'dead' | 'paused';
}

export interface SpaceTime {
  readonly fromUs: number;
  readonly toUs: number;
  /** Those that something happened to, in the order in which it first did, those of a kind beside each other. */
  readonly nodes: readonly NodeId[];
  readonly flights: readonly Flight[];
  readonly marks: readonly Mark[];
  readonly gaps: readonly Gap[];
  /** Flights that were left out because there are too many to draw. */
  readonly leftOut: number;
}

/** What to draw: all of it by default. */
export interface Window {
  readonly fromUs?: number;
  readonly toUs?: number;
  /** Only flights between these nodes, and what happened to them. */
  readonly nodes?: (node: NodeId) => boolean;
  /** Only flights of these messages. */
  readonly mail?: (mail: Envelope) => boolean;
  /** Only marks of these events; without it those of lives, faults, acts and configs. */
  readonly marks?: (event: WorldEvent) => boolean;
  /** The newest so many flights. */
  readonly flightsMax?: number;
}

const flightsMaxByDefault = 500;
/** Needs events in full detail, in the order in which they happened at each node. */
export function spaceTimeOf(events: readonly WorldEvent[], window: Window = {}): SpaceTime {
  const fromUs = window.fromUs ?? events[0]?.atUs ?? 0;
  const toUs = window.toUs ?? events.at(-1)?.atUs ?? 0;
  const { nodes: wanted = all, mail = all, marks: isMarked = isNotable } = window;
  const seen = events.filter(({ atUs }) => atUs <= toUs);
  const flown = flightsOf(seen, mail).filter(
    ({ sentUs, endUs, from, to }) => (endUs ?? toUs) > fromUs && sentUs <= toUs && wanted(from) && wanted(to),
  );
  const flights = flown.slice(-(window.flightsMax ?? flightsMaxByDefault));
  const marked = seen.filter((event) => event.atUs >= fromUs && isMarked(event));
  const marks = marksOf(marked.filter((event) => event.type === 'fault' || wanted(event.node)));
  const gaps = gapsOf(seen, toUs).filter((gap) => gap.toUs >= fromUs && wanted(gap.node));
  const nodes = new Set([...flights.flatMap(({ from, to }) => [from, to]), ...marks.flatMap(({ node }) => node ?? [])]);
  return { fromUs, toUs, nodes: inOrder(nodes), flights, marks, gaps, leftOut: flown.length - flights.length };
}

/** Those of a kind beside each other, and otherwise as they come. */
export function inOrder(nodes: Iterable<NodeId>): readonly NodeId[] {
  const kinds = new Map<string, NodeId[]>();
  for (const node of new Set(nodes)) {
    const { kind } = splitId(node);
    kinds.set(kind, [...(kinds.get(kind) ?? []), node]);
  }
  return [...kinds.values()].flatMap((ids) => ids.sort());
}

function all(): boolean {
  return true;
}

function flightsOf(events: readonly WorldEvent[], wanted: (mail: Envelope) => boolean): Flight[] {
  const flights = new Map<string, Flight>();
  const homes = homesOf(events);
  for (const event of events) {
    if (event.type !== 'sent' && event.type !== 'delivered' && event.type !== 'dropped') continue;
    const { envelope, atUs } = event;
    if (!wanted(envelope)) continue;
    const key = flightKey(envelope);
    const known = flights.get(key);
    if (event.type === 'sent' && known === undefined) {
      const { from, to, re, body } = envelope;
      const text = messageText(body);
      const home = homes.get(to) ?? to;
      flights.set(key, {
        from,
        to: home,
        sentUs: atUs,
        endUs: undefined,
        text,
        isAnswer: re !== undefined,
        lost: undefined,
      });
    } else if (known !== undefined && known.endUs === undefined) {
      const lost = event.type === 'dropped' ? event.reason : undefined;
      flights.set(key, { ...known, endUs: atUs, lost });
    }
  }
  return [...flights.values()];
}

/** Which node an address leads to, as deliveries show it. */
function homesOf(events: readonly WorldEvent[]): ReadonlyMap<string, NodeId> {
  return new Map(events.flatMap((event) => (event.type === 'delivered' ? [[event.envelope.to, event.node]] : [])));
}

/** Answers that no life gave (refusals) share a number, so what they answer belongs to the key. */
export function flightKey(mail: Envelope): string {
  return `${messageKey(mail)} ${mail.to} ${mail.re ?? ''} ${mail.answers ?? ''}`;
}

const begins: Readonly<Record<string, Gap['type']>> = { killed: 'dead', crashed: 'dead', paused: 'paused' };
const ends: ReadonlySet<string> = new Set(['started', 'resumed', 'retired']);

function gapsOf(events: readonly WorldEvent[], toUs: number): Gap[] {
  const open = new Map<NodeId, { readonly fromUs: number; readonly type: Gap['type'] }>();
  const gaps: Gap[] = [];
  for (const event of events) {
    if (event.type !== 'life') continue;
    const { node, phase, atUs } = event;
    const type = begins[phase];
    const before = open.get(node);
    if (before !== undefined && (ends.has(phase) || type === 'dead')) {
      gaps.push({ node, ...before, toUs: atUs });
      open.delete(node);
    }
    if (type !== undefined) open.set(node, { fromUs: atUs, type });
  }
  return [...gaps, ...[...open].map(([node, gap]) => ({ node, ...gap, toUs }))];
}
