/**
 * What happened, one line each: when, to whom, what kind of thing, and the rest in words.
 */
import { wordsOf } from '../../src/drawing/event-words';
import { type Look, left, oneLine, type Paint, type Palette, page, palette, right, wrap } from '../../src/drawing/look';
import { count, moment } from '../../src/drawing/numbers';
import type { WorldEvent } from '../../src/kernel/events';

const timeWide = 13;
const nodeWide = 9;
const typeWide = 9;
const headWide = timeWide + nodeWide + typeWide + 6;

/** `  12.345678 s  lb-1       sent       → web-2 http.request #17 GET /users/12` */
export function eventLine(event: WorldEvent, look: Look): string {
  const colours = palette(look);
  const { quiet, name } = colours;
  const head = [
    quiet(right(moment(event.atUs), timeWide)),
    name(left(oneLine(event.node), nodeWide)),
    paintOf(event, colours)(left(event.type, typeWide)),
  ];
  const words = oneLine(wordsOf(event));
  if ('envelope' in event) return page([`${head.join('  ')}  ${words}`], look);
  // Of a message one line is enough, everything else is told to its end.
  const [first = '', ...rest] = wrap(words, Math.max(20, look.columns - headWide));
  return page([`${head.join('  ')}  ${first}`, ...rest.map((line) => ' '.repeat(headWide) + line)], look);
}

/** An event that stands for all that followed it and were lost at the same place for the same reason. */
export interface Folded {
  readonly event: WorldEvent;
  /** How many followed it; none for most. */
  readonly more: number;
}

/** A node that is down loses a message per request: their first tells what there is to know. */
export function foldLosses(events: readonly WorldEvent[]): readonly Folded[] {
  const folded: { event: WorldEvent; more: number }[] = [];
  for (const event of events) {
    const last = folded.at(-1);
    if (last !== undefined && sameLoss(last.event, event)) last.more++;
    else folded.push({ event, more: 0 });
  }
  return folded;
}

function sameLoss(one: WorldEvent, other: WorldEvent): boolean {
  return one.type === 'dropped' && other.type === 'dropped' && one.node === other.node && one.reason === other.reason;
}

/** Several of them, oldest first. `leftOut` says how many older ones are not shown. */
export function eventList(events: readonly Folded[], look: Look, leftOut = 0): string {
  if (events.length === 0) return 'no event is like that';
  const { quiet } = palette(look);
  const before = leftOut === 0 ? [] : [page([quiet(`… ${count(leftOut)} earlier`)], look)];
  const lines = events.flatMap(({ event, more }) => {
    const rest = more === 0 ? [] : [page([quiet(`${' '.repeat(headWide)}and ${count(more)} more like it`)], look)];
    return [eventLine(event, look), ...rest];
  });
  return [...before, ...lines].join('\n');
}

function paintOf(event: WorldEvent, { good, warn, bad, name, quiet }: Palette): Paint {
  switch (event.type) {
    case 'life':
      return ['started', 'ready', 'resumed', 'box-up', 'host-up', 'spawned', 'resized'].includes(event.phase)
        ? good
        : bad;
    case 'dropped':
      return bad;
    case 'fault':
    case 'act':
      return warn;
    case 'log':
      return event.level === 'error' ? bad : event.level === 'warn' ? warn : name;
    case 'config':
      return event.phase === 'refused' ? bad : name;
    default:
      return quiet;
  }
}
