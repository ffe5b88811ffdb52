/**
 * Small line charts: the newest point on the right, as many points as there is room for.
 */
import { type Look, left, page, palette, width } from '../../src/drawing/look';

/** How large a chart is, all of it. */
export interface Shape {
  readonly high: number;
  readonly wide: number;
}

/** The numbers and the axis at the left take this much at least. */
const axisWide = 9;

/** A chart with its title above it: `high` lines and one. */
export function chart(title: string, points: readonly number[], { high, wide }: Shape, look: Look): string[] {
  const { quiet, name } = palette(look);
  const asciichart: typeof import('asciichart') = require('asciichart');
  const shown = points.slice(-Math.max(2, wide - axisWide));
  const most = Math.max(1, ...shown);
  const format = (value: number): string =>
    `${value < 10 && most < 10 ? value.toFixed(1) : Math.round(value)}`.padStart(axisWide - 2);
  const drawn = asciichart.plot([...shown], { min: 0, max: most, height: high - 1, format }).split('\n');
  const heading = `${quiet(title)} ${format(shown.at(-1) ?? 0).trim()}`;
  return [heading, ...drawn.map((line) => page([name(line)], { ...look, columns: wide }))];
}

/** Two blocks of lines beside each other. */
export function sideBySide(first: readonly string[], second: readonly string[], columns: number): string[] {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, at) => {
    const line = first[at] ?? '';
    return width(line) >= columns ? line : left(line, columns) + (second[at] ?? '');
  });
}
