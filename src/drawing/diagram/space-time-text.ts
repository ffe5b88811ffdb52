/**
 * A space-time diagram for a terminal: time runs down, a column per node, a row per message that arrived or was lost and
 * per thing that happened. Where a node does not run its line is interrupted.
 */
import { cut, type Look, left, type Palette, page, palette, plural, right } from '../look';
import { duration, moment } from '../numbers';
import type { Mark } from './marks';
import type { Flight, SpaceTime } from './space-time';

const timeWide = 12;
const laneMin = 4;
const laneMax = 9;
const labelMin = 24;
/** A stretch of so much of the whole in which nothing is drawn is told apart, so that rows which follow each other do not seem to. */
const silenceShare = 1 / 8;

interface Row {
  readonly atUs: number;
  /** A stretch of silence has no moment. */
  readonly timeless?: boolean;
  line(lanes: Lanes, colours: Palette): string;
}

/** Where the columns of the nodes are. */
interface Lanes {
  readonly nodes: readonly string[];
  readonly wide: number;
  readonly labelWide: number;
  /** How the line of time of a node looks at a moment. */
  stroke(node: string, atUs: number): string;
}

/**
 * @example
 * const text = spaceTimeText(spaceTimeOf(world.recent(), { fromUs: world.nowUs - 50_000 }), plain);
 */
export function spaceTimeText(of: SpaceTime, look: Look): string {
  if (of.nodes.length === 0 && of.marks.length === 0) return 'nothing happened between nodes then';
  const colours = palette(look);
  const { lanes, hidden } = lanesOf(of, look);
  const rows = [...of.flights.map((flight) => flightRow(flight, of)), ...of.marks.map(markRow)];
  rows.sort((a, b) => a.atUs - b.atUs);
  const titles = lanes.nodes.map((node) => left(cut(node, lanes.wide - 1), lanes.wide)).join('');
  const notes = [
    ...(of.leftOut === 0 ? [] : [`${plural(of.leftOut, 'message')} left out`]),
    ...(hidden.length === 0
      ? []
      : [`${plural(hidden.length, 'node')} left out for want of columns: ${hidden.join(', ')}`]),
  ];
  return page(
    [
      colours.strong(`${left('', timeWide)}  ${titles}`),
      ...withSilences(rows, of).map((row) => `${time(row, colours)}  ${row.line(lanes, colours)}`),
      ...notes.map(colours.quiet),
    ],
    look,
  );
}

function lanesOf(of: SpaceTime, { columns }: Look): { readonly lanes: Lanes; readonly hidden: readonly string[] } {
  const room = columns - timeWide - labelMin - 2;
  const widest = Math.min(laneMax, Math.max(0, ...of.nodes.map((node) => node.length)) + 1);
  const wide = Math.max(laneMin, Math.min(widest, Math.floor(room / Math.max(1, of.nodes.length))));
  const nodes = of.nodes.slice(0, Math.max(1, Math.floor(room / wide)));
  const stroke = (node: string, atUs: number): string => {
    const gap = of.gaps.find((one) => one.node === node && one.fromUs < atUs && atUs < one.toUs);
    return gap === undefined ? '│' : gap.type === 'dead' ? ' ' : '┊';
  };
  const labelWide = columns - timeWide - 2 - nodes.length * wide;
  return { lanes: { nodes, wide, labelWide, stroke }, hidden: of.nodes.slice(nodes.length) };
}

function withSilences(rows: readonly Row[], { flights }: SpaceTime): Row[] {
  const [firstUs, lastUs] = [rows[0]?.atUs ?? 0, rows.at(-1)?.atUs ?? 0];
  return rows.flatMap((row, at) => {
    const beforeUs = rows[at - 1]?.atUs ?? row.atUs;
    const isLong = row.atUs - beforeUs > (lastUs - firstUs) * silenceShare;
    const middleUs = (beforeUs + row.atUs) / 2;
    const isQuiet = flights.every(({ sentUs, endUs = lastUs }) => sentUs > middleUs || endUs < middleUs);
    return isLong && isQuiet ? [silence(beforeUs, row.atUs), row] : [row];
  });
}

function silence(fromUs: number, toUs: number): Row {
  const atUs = (fromUs + toUs) / 2;
  const text = duration(toUs - fromUs);
  return { atUs, timeless: true, line: (lanes, { quiet }) => quiet(`${line(lanes, atUs)}${text} later`) };
}

function time({ atUs, timeless }: Row, { quiet }: Palette): string {
  return quiet(right(timeless === true ? '⋮ ' : moment(atUs), timeWide));
}

function flightRow(flight: Flight, { toUs }: SpaceTime): Row {
  const { from, to, sentUs, endUs, text, lost } = flight;
  const atUs = endUs ?? toUs;
  return {
    atUs,
    line: (lanes, { quiet, bad, name }) => {
      const [a, b] = [lanes.nodes.indexOf(from), lanes.nodes.indexOf(to)];
      const paint = lost === undefined ? (flight.isAnswer ? quiet : name) : bad;
      const took = endUs === undefined ? 'under way' : duration(endUs - sentUs);
      const label = lost === undefined ? `${text} ${quiet(took)}` : bad(`✗ ${lost}: ${text}`);
      return paint(arrow(a, b, lanes, lost !== undefined, atUs)) + cut(label, lanes.labelWide);
    },
  };
}

/** `├────▶` between two columns; a message that was lost ends in `✗`. A column that is not shown is the edge. */
function arrow(a: number, b: number, lanes: Lanes, lost: boolean, atUs: number): string {
  const { wide } = lanes;
  const cells = [...line(lanes, atUs)];
  const [from, to] = [a < 0 ? cells.length - 1 : a * wide, b < 0 ? cells.length - 1 : b * wide];
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  for (let at = low; at <= high; at++) cells[at] = '─';
  cells[from] = from === to ? '●' : from < to ? '├' : '┤';
  if (from !== to) cells[to] = lost ? '✗' : from < to ? '▶' : '◀';
  return cells.join('');
}

/** What happens to one node stands on its line, what happens to all crosses all lines. */
function markRow({ node, atUs, type, text }: Mark): Row {
  return {
    atUs,
    line: (lanes, { warn, bad, strong }) => {
      const at = node === undefined ? -1 : lanes.nodes.indexOf(node);
      const paint = type === 'fault' || type === 'violation' ? bad : type === 'call' || type === 'end' ? strong : warn;
      if (at < 0) return paint(across(node === undefined ? text : `${node}: ${text}`, lanes));
      return paint(onLine(at, text, lanes, atUs));
    },
  };
}

function across(text: string, { nodes, wide, labelWide }: Lanes): string {
  const fitting = `══ ${cut(text, nodes.length * wide + labelWide - 4)} `;
  return fitting.padEnd(nodes.length * wide, '═');
}

/** Beside all lines where there is room for it, else across the lines to its right. */
function onLine(at: number, text: string, lanes: Lanes, atUs: number): string {
  const { wide, labelWide, nodes } = lanes;
  const cells = [...line(lanes, atUs)];
  cells[at * wide] = '◆';
  if (text.length <= labelWide) return cells.join('') + text;
  const before = cells.slice(0, at * wide + 1).join('');
  return `${before} ${cut(text, (nodes.length - at) * wide - 2 + labelWide)}`;
}

/** All lines of time at a moment. */
function line({ nodes, wide, stroke }: Lanes, atUs: number): string {
  return nodes.map((node) => stroke(node, atUs).padEnd(wide)).join('');
}
