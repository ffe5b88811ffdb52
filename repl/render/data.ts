/**
 * Plain data as indented `name: value` lines, for what a behaviour tells of itself: nobody knows its shape beforehand.
 */
import { manyLines, oneLine } from '../../src/drawing/look';
import { count } from '../../src/drawing/numbers';

const depthMax = 6;
/** What fits a line is written in one: `[1, 2, 3]`, `{ id: 12 }`. */
const shortMax = 56;

/** The lines of a value; at most so many, the last of them saying how many more there are. */
export function dataLines(value: unknown, linesMax = 40): string[] {
  const lines = linesOf(value, 0);
  if (lines.length <= linesMax) return lines;
  const shown = Math.max(1, linesMax - 1);
  return [...lines.slice(0, shown), `… ${count(lines.length - shown)} more lines`];
}

/** A value in one line, whatever it is. Numbers are exact: one may want to type them again. */
export function dataText(value: unknown, depth = 0): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (typeof value === 'string') return oneLine(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth >= depthMax) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value)) return `[${value.map((item: unknown) => dataText(item, depth + 1)).join(', ')}]`;
  const members = membersOf(value).map(([name, member]) => `${oneLine(name)}: ${dataText(member, depth + 1)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function linesOf(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return manyLines(value);
  if (typeof value !== 'object' || value === null || depth >= depthMax) return [dataText(value, depth)];
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]'];
    return value.flatMap((item: unknown) => {
      const [first = '', ...rest] = shortOf(item, depth + 1) ?? linesOf(item, depth + 1);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  const members = membersOf(value);
  if (members.length === 0) return ['{}'];
  return members.flatMap(([name, member]) => {
    const inner = shortOf(member, depth + 1) ?? linesOf(member, depth + 1);
    if (inner.length === 1) return [`${oneLine(name)}: ${inner[0]}`];
    return [`${oneLine(name)}:`, ...inner.map((line) => `  ${line}`)];
  });
}

/** Lists and what is deep inside go into one line where they fit; members near the top have a line each. */
function shortOf(value: unknown, depth: number): string[] | undefined {
  if (typeof value !== 'object' || value === null || (depth === 1 && !Array.isArray(value))) return undefined;
  const text = dataText(value, depth);
  return text.length <= shortMax ? [text] : undefined;
}

/** Members that are there: a view with holes shows none of them. Maps read like objects. */
function membersOf(value: object): [string, unknown][] {
  const entries: [string, unknown][] =
    value instanceof Map ? [...value].map(([name, member]) => [String(name), member]) : Object.entries(value);
  return entries.filter(([, member]) => member !== undefined);
}
