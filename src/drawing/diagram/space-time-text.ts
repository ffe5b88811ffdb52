/**
 * A space-time diagram for a terminal: time runs down, a column per node, a row per message that arrived or was lost and
 * per thing that happened.
 */
import { cut, type Look, left, type Palette, page, palette, plural, right } from '../look';
import { duration, moment } from '../numbers';
import type { Flight, Mark, SpaceTime } from './space-time';

const timeWide = 12;
const laneMin = 4;
const laneMax = 9;
const labelMin = 24;

type Row = { readonly atUs: number; readonly line: (lanes: Lanes, colours: Palette) => string };

/** Where the columns of the nodes are. */
interface Lanes {
  readonly nodes: readonly string[];
  readonly wide: number;
  readonly labelWide: number;
}

/**
 * @example
 * const text = spaceTimeText(spaceTimeOf(world.recent(), { fromUs: world.nowUs - 50_000 }), plain);
 */
export function spaceTimeText(of: SpaceTime, look: Look): string {
  if (of.nodes.length === 0) return 'nothing happened between nodes then';
  const colours = palette(look);
  const room = look.columns - timeWide - labelMin - 2;
  const wide = Math.max(laneMin, Math.min(laneMax, Math.floor(room / of.nodes.length)));
  const nodes = of.nodes.slice(0, Math.max(1, Math.floor(room / wide)));
  const lanes = { nodes, wide, labelWide: look.columns - timeWide - 2 - nodes.length * wide };
  const rows = [...of.flights.flatMap((flight) => flightRow(flight, of)), ...of.marks.map(markRow)];
  rows.sort((a, b) => a.atUs - b.atUs);
  const titles = nodes.map((node) => left(cut(node, wide - 1), wide)).join('');
  const hidden = of.nodes.length - nodes.length;
  const notes = [
    ...(of.leftOut === 0 ? [] : [`${plural(of.leftOut, 'earlier message')} left out`]),
    ...(hidden === 0
      ? []
      : [`${plural(hidden, 'node')} left out for want of columns: ${of.nodes.slice(-hidden).join(', ')}`]),
  ];
  return page(
    [
      colours.strong(`${left('', timeWide)}  ${titles}`),
      ...rows.map(({ line }) => line(lanes, colours)),
      ...notes.map(colours.quiet),
    ],
    look,
  );
}

function flightRow(flight: Flight, { toUs }: SpaceTime): Row[] {
  const { from, to, sentUs, endUs, text, lost } = flight;
  return [
    {
      atUs: endUs ?? toUs,
      line: (lanes, { quiet, bad, name }) => {
        const [a, b] = [lanes.nodes.indexOf(from), lanes.nodes.indexOf(to)];
        const paint = lost === undefined ? (flight.isAnswer ? quiet : name) : bad;
        const took = endUs === undefined ? 'under way' : duration(endUs - sentUs);
        const label = lost === undefined ? `${text} ${quiet(took)}` : bad(`✗ ${lost}: ${text}`);
        return (
          timed(endUs ?? toUs, quiet) + paint(arrow(a, b, lanes, lost !== undefined)) + cut(label, lanes.labelWide)
        );
      },
    },
  ];
}

/** `├────▶` between two columns; a message that was lost ends in `✗`. A column that is not shown is the edge. */
function arrow(a: number, b: number, { nodes, wide }: Lanes, lost: boolean): string {
  const cells: string[] = Array.from({ length: nodes.length * wide }, (_, at) => (at % wide === 0 ? '│' : ' '));
  const [from, to] = [a < 0 ? cells.length - 1 : a * wide, b < 0 ? cells.length - 1 : b * wide];
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  for (let at = low; at <= high; at++) cells[at] = '─';
  cells[from] = from === to ? '●' : from < to ? '├' : '┤';
  if (from !== to) cells[to] = lost ? '✗' : from < to ? '▶' : '◀';
  return cells.join('');
}

function markRow({ node, atUs, type, text }: Mark): Row {
  return {
    atUs,
    line: (lanes, { quiet, warn, bad }) => {
      const at = node === undefined ? -1 : lanes.nodes.indexOf(node);
      const paint = type === 'fault' ? bad : warn;
      const cells = lanes.nodes.map((_, lane) =>
        (lane === at ? '◆' : at < 0 ? '═' : '│').padEnd(lanes.wide, at < 0 ? '═' : ' '),
      );
      const label = node === undefined || at >= 0 ? text : `${node}: ${text}`;
      return timed(atUs, quiet) + paint(cells.join('')) + paint(cut(label, lanes.labelWide));
    },
  };
}

function timed(atUs: number, quiet: Palette['quiet']): string {
  return `${quiet(right(moment(atUs), timeWide))}  `;
}
