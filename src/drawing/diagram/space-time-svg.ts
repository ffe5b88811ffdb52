/**
 * A space-time diagram as an SVG picture: time runs to the right, a line per node, an arrow per message. What can be
 * pointed at tells the rest.
 */
import { cut } from '../look';
import { duration, moment } from '../numbers';
import { type Axis, axisOf } from './axis';
import type { Mark } from './marks';
import type { Flight, Gap, SpaceTime } from './space-time';

const labelWide = 96;
const rightWide = 40;
const laneHigh = 56;
const headHigh = 84;
const footHigh = 28;
const colours = {
  question: '#2563eb',
  answer: '#64748b',
  lost: '#dc2626',
  fault: '#d97706',
  life: '#7c3aed',
  violation: '#dc2626',
} as const;
/** What crosses all lines is told in rows above them, so that neighbours do not cover each other. */
const headRows = 3;
const textsMax = 80;

/** Where a moment and a node are drawn. */
interface Plane {
  readonly wide: number;
  readonly high: number;
  x(atUs: number): number;
  y(node: string): number;
  readonly axis: Axis;
}

/**
 * @example
 * writeFileSync('failure.svg', spaceTimeSvg(spaceTimeOf(world.recent())));
 */
export function spaceTimeSvg(of: SpaceTime, wide = 1200): string {
  const plane = planeOf(of, wide);
  const labelled = of.flights.length <= textsMax;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${plane.wide} ${plane.high}" font-family="sans-serif" font-size="11">`,
    '<defs>',
    ...Object.entries(colours).map(([name, colour]) => arrowhead(name, colour)),
    '</defs>',
    `<rect width="${plane.wide}" height="${plane.high}" fill="#ffffff"/>`,
    text(8, 18, `${moment(of.fromUs)} to ${moment(of.toUs)} (${duration(of.toUs - of.fromUs)})`, { size: 13 }),
    ...cuts(plane),
    ...ticks(plane),
    ...of.nodes.flatMap((node) => lane(node, plane)),
    ...of.gaps.map((gap) => gapBox(gap, plane)),
    ...of.flights.map((flight) => arrow(flight, of, plane, labelled)),
    ...of.marks.map((mark, at) => pin(mark, at, of, plane)),
    '</svg>',
    '',
  ].join('\n');
}

function planeOf({ fromUs, toUs, nodes, flights, marks }: SpaceTime, wide: number): Plane {
  const ends = flights.flatMap(({ sentUs, endUs }) => [sentUs, endUs ?? toUs]);
  const axis = axisOf(
    [...ends, ...marks.map(({ atUs }) => atUs), toUs].filter((atUs) => atUs >= fromUs && atUs <= toUs),
  );
  const high = headHigh + nodes.length * laneHigh + footHigh;
  return {
    wide,
    high,
    axis,
    x: (atUs) => round(labelWide + axis.place(atUs) * (wide - labelWide - rightWide)),
    y: (node) => headHigh + nodes.indexOf(node) * laneHigh + laneHigh / 2,
  };
}

function lane(node: string, { wide, y }: Plane): string[] {
  const at = y(node);
  return [
    `<line x1="${labelWide}" y1="${at}" x2="${wide - rightWide}" y2="${at}" stroke="#cbd5e1"/>`,
    text(8, at + 4, cut(node, 14), { size: 12 }),
  ];
}

/** A moment has its label unless that would cover the one before. */
function ticks({ x, high, axis }: Plane): string[] {
  let freeFrom = 0;
  return axis.labelled.flatMap((atUs) => {
    const line = `<line x1="${x(atUs)}" y1="${headHigh}" x2="${x(atUs)}" y2="${high - footHigh}" stroke="#f1f5f9"/>`;
    if (x(atUs) < freeFrom) return [line];
    freeFrom = x(atUs) + 72;
    return [line, text(x(atUs), high - 10, moment(Math.round(atUs)), { anchor: 'middle', colour: '#94a3b8' })];
  });
}

function cuts({ wide, high, axis }: Plane): string[] {
  const room = wide - labelWide - rightWide;
  return axis.cuts.map(({ from, to }) => {
    const title = '<title>nothing of this happened here: time is cut short</title>';
    return `<rect x="${round(labelWide + from * room)}" y="${headHigh}" width="${round((to - from) * room)}" height="${high - footHigh - headHigh}" fill="#f8fafc">${title}</rect>`;
  });
}

function gapBox({ node, fromUs, toUs, type }: Gap, { x, y }: Plane): string {
  const wide = Math.max(1, x(toUs) - x(fromUs));
  const fill = type === 'dead' ? '#fecaca' : '#fde68a';
  return `<rect x="${x(fromUs)}" y="${y(node) - 7}" width="${round(wide)}" height="14" fill="${fill}" opacity="0.8"><title>${escaped(`${node} ${type}`)}</title></rect>`;
}

function arrow(flight: Flight, { toUs }: SpaceTime, { x, y }: Plane, labelled: boolean): string {
  const { from, to, sentUs, endUs, isAnswer, lost, text: what } = flight;
  const type = lost !== undefined ? 'lost' : isAnswer ? 'answer' : 'question';
  const [x1, y1, x2, y2] = [x(sentUs), y(from), x(endUs ?? toUs), y(to)];
  const dash = isAnswer || lost !== undefined ? ' stroke-dasharray="4 3"' : '';
  const head = endUs === undefined ? '' : ` marker-end="url(#${type})"`;
  const title = `${from} → ${to}: ${what}, ${moment(sentUs)}${lost === undefined ? '' : `, lost: ${lost}`}`;
  const line = `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colours[type]}"${dash}${head}><title>${escaped(title)}</title></line>`;
  if (!labelled) return line;
  const label = cut(lost === undefined ? what : `✗ ${lost}`, 28);
  // The answer goes back where the question came: its label keeps to the other side.
  const side = isAnswer ? -6 : 6;
  const anchor = isAnswer ? 'end' : 'start';
  return (
    line +
    text((x1 + x2) / 2 + side, (y1 + y2) / 2 + (isAnswer ? 11 : -3), label, { size: 9, colour: colours[type], anchor })
  );
}

/** A fault crosses all lines; what happens to one node stands on its line. */
function pin({ node, atUs, type, text: what }: Mark, place: number, of: SpaceTime, { x, y, high }: Plane): string {
  const at = x(atUs);
  const title = `<title>${escaped(`${moment(atUs)} ${node ?? ''} ${what}`)}</title>`;
  if (node === undefined || !of.nodes.includes(node)) {
    const row = headHigh - 10 - 14 * (place % headRows);
    const colour = type === 'violation' ? colours.violation : type === 'life' ? colours.life : colours.fault;
    const line = `<line x1="${at}" y1="${row}" x2="${at}" y2="${high - footHigh}" stroke="${colour}" stroke-width="${type === 'violation' ? 3 : 1.5}">${title}</line>`;
    // Near the right edge what is said stands before its line.
    const late = at > 800;
    return line + text(late ? at - 3 : at + 3, row + 4, cut(what, 60), { colour, anchor: late ? 'end' : 'start' });
  }
  const colour = type === 'life' ? colours.life : '#334155';
  // What an operation came to stands before its end, what it was called for behind its call: neighbours do not meet.
  const anchor = type === 'end' ? 'end' : 'start';
  const label = text(at + (type === 'end' ? -6 : 3), y(node) - (type === 'call' ? 20 : 10), cut(what, 44), {
    size: 9,
    colour,
    anchor,
  });
  return `<circle cx="${at}" cy="${y(node)}" r="4" fill="${colour}">${title}</circle>${label}`;
}

function arrowhead(name: string, colour: string): string {
  return `<marker id="${name}" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L10 5L0 10z" fill="${colour}"/></marker>`;
}

interface TextStyle {
  readonly size?: number;
  readonly colour?: string;
  readonly anchor?: string;
}

function text(
  x: number,
  y: number,
  what: string,
  { size = 11, colour = '#0f172a', anchor = 'start' }: TextStyle,
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}">${escaped(what)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(what: string): string {
  return what.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
