/**
 * What the fields of faults have in common: which nodes, how often, how long; and how these read.
 */
import picomatch from 'picomatch';
import type { NodeId } from '../kernel/envelope';
import type { Reach } from '../kernel/rule';
import { Type } from '../kernel/schema';

/** Which nodes and doors: an id or a glob over ids, `web-*`, `{lb,web}-1`, `!db-1`. */
export const nodes = Type.String({ minLength: 1, maxLength: 200 });

/** Of how many messages: 0.1 is one in ten. */
export const share = Type.Number({ minimum: 0, maximum: 1 });

/** A span of time in milliseconds. */
export const spanMs = Type.Number({ minimum: 0, maximum: 86_400_000 });

/** Compiles a pattern; do it once per fault. */
export function matcher(pattern: string): (id: NodeId) => boolean {
  const matches = picomatch(pattern, { dot: true, bash: true });
  return (id) => matches(id); // Handed to `some` itself it would take the index for an option.
}

/** The links from one side to the other. */
export function oneWay(from: string, to: string): readonly Reach[] {
  return [{ from: matcher(from), to: matcher(to) }];
}

/** The links between two sides, in both directions. */
export function bothWays(a: string, b: string): readonly Reach[] {
  const [left, right] = [matcher(a), matcher(b)];
  return [
    { from: left, to: right },
    { from: right, to: left },
  ];
}

/** Every link of these nodes, in both directions. */
export function around(node: string): readonly Reach[] {
  return bothWays(node, '*');
}

/** `200ms`, `2s`, `1.5s`. */
export function span(ms: number): string {
  return Math.abs(ms) >= 1000 ? `${ms / 1000}s` : `${ms}ms`;
}

/** `10%`. */
export function percent(part: number): string {
  return `${Number((part * 100).toPrecision(6))}%`;
}

/** `+2s`, `-50ms`. */
export function signed(amount: number, text: string): string {
  return amount > 0 ? `+${text}` : text;
}
