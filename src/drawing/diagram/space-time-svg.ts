/**
 * A space-time diagram as an SVG picture: time runs to the right, a line per node, an arrow per message.
 */
import { cut } from '../look';
import { duration, moment } from '../numbers';
import type { Flight, Gap, Mark, SpaceTime } from './space-time';

const labelWide = 96;
const laneHigh = 56;
const headHigh = 40;
const footHigh = 28;
const colours = { question: '#2563eb', answer: '#64748b', lost: '#dc2626', fault: '#d97706', life: '#7c3aed' } as const;
const textsMax = 80;

/** Where a moment and a node are drawn. */
interface Plane {
  readonly wide: number;
  readonly high: number;
  x(atUs: number): number;
  y(node: string): number;
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
    ...ticks(of, plane),
    ...of.nodes.flatMap((node) => lane(node, plane)),
    ...of.gaps.map((gap) => gapBox(gap, plane)),
    ...of.flights.map((flight) => arrow(flight, of, plane, labelled)),
    ...of.marks.map((mark) => pin(mark, of, plane)),
    '</svg>',
    '',
  ].join('\n');
}

function planeOf({ fromUs, toUs, nodes }: SpaceTime, wide: number): Plane {
  const scale = (wide - labelWide - 16) / Math.max(1, toUs - fromUs);
  const high = headHigh + nodes.length * laneHigh + footHigh;
  return {
    wide,
    high,
    x: (atUs) => round(labelWide + (Math.min(toUs, Math.max(fromUs, atUs)) - fromUs) * scale),
    y: (node) => headHigh + nodes.indexOf(node) * laneHigh + laneHigh / 2,
  };
}

function lane(node: string, { wide, y }: Plane): string[] {
  const at = y(node);
  return [
    `<line x1="${labelWide}" y1="${at}" x2="${wide - 16}" y2="${at}" stroke="#cbd5e1"/>`,
    text(8, at + 4, cut(node, 14), { size: 12 }),
  ];
}

function ticks({ fromUs, toUs }: SpaceTime, { x, high }: Plane): string[] {
  return Array.from({ length: 9 }, (_, at) => fromUs + ((toUs - fromUs) * at) / 8).flatMap((atUs) => [
    `<line x1="${x(atUs)}" y1="${headHigh}" x2="${x(atUs)}" y2="${high - footHigh}" stroke="#f1f5f9"/>`,
    text(x(atUs), high - 10, moment(Math.round(atUs)), { anchor: 'middle', colour: '#94a3b8' }),
  ]);
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
  return line + text((x1 + x2) / 2 + 4, (y1 + y2) / 2 - 3, label, { size: 9, colour: colours[type] });
}

/** A fault crosses all lines; what happens to one node stands on its line. */
function pin({ node, atUs, type, text: what }: Mark, of: SpaceTime, { x, y, high }: Plane): string {
  const at = x(atUs);
  const title = `<title>${escaped(`${moment(atUs)} ${node ?? ''} ${what}`)}</title>`;
  if (node === undefined || !of.nodes.includes(node)) {
    const line = `<line x1="${at}" y1="${headHigh - 8}" x2="${at}" y2="${high - footHigh}" stroke="${colours.fault}" stroke-width="2">${title}</line>`;
    return line + text(at + 3, headHigh - 10, cut(what, 40), { colour: colours.fault });
  }
  const colour = type === 'life' ? colours.life : '#334155';
  return `<circle cx="${at}" cy="${y(node)}" r="4" fill="${colour}">${title}</circle>${text(at + 3, y(node) - 10, cut(what, 32), { size: 9, colour })}`;
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
