/**
 * A trace on the screen: the tree of who asked whom, where the time went, and a waterfall. In the waterfall a line is a
 * message on its way, a block is the time until its receiver answered.
 */
import {
  cut,
  type Look,
  left,
  oneLine,
  type Palette,
  page,
  palette,
  plural,
  right,
  width,
} from '../../src/drawing/look';
import { duration, moment } from '../../src/drawing/numbers';
import { allSpans, requester, type Span } from './trace';

/** What a trace is as JSON: the spans, with what was worked out from their times. All times in microseconds. */
export interface SpanJson extends Omit<Span, 'calls'> {
  /** On its way there. */
  readonly thereUs: number | undefined;
  /** Waiting and being served at its receiver. */
  readonly servedUs: number | undefined;
  /** The answer on its way back. */
  readonly backUs: number | undefined;
  readonly totalUs: number | undefined;
  readonly calls: readonly SpanJson[];
}

export function traceJson(span: Span): SpanJson {
  return { ...span, ...times(span), calls: span.calls.map(traceJson) };
}

const timeWide = 7;
const barMin = 12;
const barMax = 24;
/** Levels of the tree are drawn as `├── `: four columns for the first, two for each below. */
const levelWide = 2;

/** The times that there is room for, as titles. */
type Part = 'there' | 'served' | 'back' | 'total';
const parts: readonly Part[] = ['there', 'served', 'back', 'total'];

/**
 * @example
 * const span = traceOf(world.recent());
 * const text = span === undefined ? noTrace : traceText(span, plain);
 */
export function traceText(root: Span, look: Look): string {
  const colours = palette(look);
  const wide = look.columns >= 60;
  const shown = wide ? parts : look.columns >= 44 ? parts.filter((part) => part === 'served' || part === 'total') : [];
  const timesWide = shown.length * timeWide;
  const tree = treeOf(root, look.columns - timesWide - (wide ? barMin + 2 : 0), colours);
  const labelWide = Math.max(...tree.map(({ text, span }) => (span === undefined ? 0 : width(text))));
  const barWide = Math.min(barMax, look.columns - labelWide - timesWide - 2);
  const endUs = Math.max(...allSpans(root).map(lastUs));
  const rows = tree.map(({ text, span }) => {
    if (span === undefined) return text; // The problem of the span above: it has the line for itself.
    const us = times(span);
    const cells = shown.map((part) => right(timeText(us[`${part}Us`]), timeWide)).join('');
    return left(text, labelWide) + cells + (wide ? `  ${colours.name(barOf(span, root.sentUs, endUs, barWide))}` : '');
  });
  const titles = left('', labelWide) + shown.map((part) => right(part, timeWide)).join('');
  return page([...headline(root, colours), '', ...(shown.length === 0 ? [] : [colours.quiet(titles)]), ...rows], look);
}

/** What to say where there is nothing to trace. */
export const noTrace = 'no request to trace yet; make one, for example: get /users/12';

/** `GET /users/12 by app-1: 200 after 43 ms`, and when it began. */
function headline(root: Span, { good, bad, quiet }: Palette): string[] {
  const took = root.endUs === undefined ? '' : ` after ${duration(root.endUs - root.sentUs)}`;
  const heard = root.answer !== undefined && root.endUs !== undefined;
  const ending = heard ? root.answer.text : (root.problem ?? 'told');
  const inside = plural(allSpans(root).length - 1, 'message');
  return [
    `${root.text} by ${requester(root)}: ${(root.outcome === 'answered' ? good : bad)(ending)}${took}`,
    quiet(`it began at ${moment(root.sentUs)}; ${inside} inside`),
  ];
}

/** Derived times; clocks of different threads may disagree by a little, so nothing is below zero. */
function times({
  sentUs,
  deliveredUs,
  handledUs,
  answer,
  endUs,
}: Span): Pick<SpanJson, 'thereUs' | 'servedUs' | 'backUs' | 'totalUs'> {
  return {
    thereUs: between(sentUs, deliveredUs),
    servedUs: between(deliveredUs, handledUs),
    backUs: between(answer?.sentUs, answer?.deliveredUs),
    totalUs: between(sentUs, endUs),
  };
}

function timeText(us: number | undefined): string {
  return us === undefined || us === 0 ? '-' : duration(us);
}

function between(fromUs: number | undefined, toUs: number | undefined): number | undefined {
  return fromUs === undefined || toUs === undefined ? undefined : Math.max(0, toUs - fromUs);
}

interface TreeLine {
  readonly text: string;
  readonly span: Span | undefined;
}

/** The tree as lines; a span's problem is a line of its own under it. */
function treeOf(root: Span, columns: number, colours: Palette): TreeLine[] {
  const archy: typeof import('archy') = require('archy');
  const drawn = archy(branch(root, columns, 0, colours))
    .trimEnd()
    .split('\n');
  const owners = allSpans(root).flatMap((span) => [span, ...(span.problem === undefined ? [] : [undefined])]);
  return drawn.map((text, at) => ({ text, span: owners[at] }));
}

interface Branch {
  readonly label: string;
  readonly nodes: Branch[];
}

function branch(span: Span, columns: number, level: number, colours: Palette): Branch {
  const nodes = span.calls.map((call) => branch(call, columns, level + 1, colours));
  const problem = span.problem === undefined ? '' : `\n${colours.bad(`✗ ${oneLine(span.problem)}`)}`;
  return { label: labelOf(span, columns - (level === 0 ? 0 : (level + 1) * levelWide), colours) + problem, nodes };
}

/** `web-1 GET /users/12 → 200`: where there is no room, the question is cut before the answer. */
function labelOf(span: Span, columns: number, { name, bad, good, warn }: Palette): string {
  const { node, attempt, answer, outcome } = span;
  const heard = answer !== undefined && (outcome === 'answered' || outcome === 'failed');
  const ending = heard
    ? cut(answer.text, Math.max(8, Math.floor(columns / 3)))
    : outcome === 'told'
      ? ''
      : outcome === 'open'
        ? '…'
        : 'nothing';
  const paint = outcome === 'answered' ? good : outcome === 'open' ? warn : bad;
  const again = attempt > 1 ? ' again' : '';
  const tail = ending === '' ? '' : ` → ${ending}`;
  const question = cut(span.text, Math.max(6, columns - width(node) - width(again) - width(tail) - 1));
  return `${name(node)}${warn(again)} ${question}${ending === '' ? '' : ` → ${paint(ending)}`}`;
}

/** One line of the waterfall: from when the message was sent until its answer was heard. */
function barOf(span: Span, startUs: number, endUs: number, columns: number): string {
  const scale = columns / Math.max(1, endUs - startUs);
  const place = (us: number): number => Math.min(columns - 1, Math.max(0, Math.floor((us - startUs) * scale)));
  const first = place(span.sentUs);
  const last = Math.max(first, place(lastUs(span) - 1));
  const from = span.deliveredUs === undefined ? columns : place(span.deliveredUs);
  const to = place(span.answer?.sentUs ?? span.handledUs ?? lastUs(span));
  const cells = Array.from({ length: last + 1 }, (_, at) => (at < first ? ' ' : at >= from && at <= to ? '█' : '─'));
  return cells.join('');
}

/** The last moment that is known of a span itself. */
function lastUs({ sentUs, deliveredUs, handledUs, endUs }: Span): number {
  return endUs ?? Math.max(sentUs, deliveredUs ?? 0, handledUs ?? 0);
}
