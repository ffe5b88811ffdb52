/**
 * What happens beside the messages, as marks on a space-time diagram: faults, deaths, what clients began and how it
 * ended. What happens to many at the same moment, when a host dies, is one mark.
 */
import type { NodeId } from '../../kernel/envelope';
import type { LifeEvent, LifePhase, WorldEvent } from '../../kernel/events';
import { wordsOf } from '../event-words';

/** Something that happened to one node, or to all or several at once (`node` is absent). */
export interface Mark {
  readonly node: NodeId | undefined;
  readonly atUs: number;
  readonly type: 'fault' | 'life' | 'call' | 'end' | 'violation' | 'other';
  readonly text: string;
}

/** Lives, faults, acts and configs: what changes the world rather than passes through it. */
export function isNotable({ type }: WorldEvent): boolean {
  return type === 'life' || type === 'fault' || type === 'act' || type === 'config';
}

/** Marks in the order of the events. */
export function marksOf(events: readonly WorldEvent[]): Mark[] {
  const marks: Mark[] = [];
  for (let at = 0; at < events.length; ) {
    const first = events[at];
    if (first === undefined) break;
    const lives = livesFrom(events, at);
    at += Math.max(1, lives.length);
    if (lives.length > 1) marks.push({ node: undefined, atUs: first.atUs, type: 'life', text: together(lives) });
    else marks.push(markOf(first));
  }
  return marks;
}

function markOf(event: WorldEvent): Mark {
  const node = event.type === 'fault' || isOfMachine(event) ? undefined : event.node;
  const text = isOfMachine(event) ? `${event.node} ${wordsOf(event)}` : wordsOf(event);
  return { node, atUs: event.atUs, type: typeOf(event), text };
}

function typeOf(event: WorldEvent): Mark['type'] {
  if (event.type === 'operation') return event.operation.phase === 'invoke' ? 'call' : 'end';
  return event.type === 'life' || event.type === 'fault' ? event.type : 'other';
}

/** Hosts and boxes have no line of time of their own. */
function isOfMachine(event: WorldEvent): boolean {
  return event.type === 'life' && /^(host|box)-/.test(event.phase);
}

/** Everything that began or ended to live at the same moment. */
function livesFrom(events: readonly WorldEvent[], from: number): LifeEvent[] {
  const lives: LifeEvent[] = [];
  for (let at = from; at < events.length; at++) {
    const event = events[at];
    if (event?.type !== 'life' || event.atUs !== events[from]?.atUs) break;
    lives.push(event);
  }
  return lives;
}

const machines: Partial<Readonly<Record<LifePhase, string>>> = {
  'host-down': 'down',
  'box-down': 'down',
  'host-up': 'up',
  'box-up': 'up',
};

/** `host-2, box-db-1 down; db-1 killed` */
function together(lives: readonly LifeEvent[]): string {
  const byPhase = new Map<string, NodeId[]>();
  for (const { node, phase } of lives) {
    const word = machines[phase] ?? phase;
    byPhase.set(word, [...(byPhase.get(word) ?? []), node]);
  }
  return [...byPhase].map(([word, nodes]) => `${nodes.join(', ')} ${word}`).join('; ');
}
