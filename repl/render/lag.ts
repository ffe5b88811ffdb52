/**
 * How far every copy is behind the primary: entries, time, and how it went lately.
 */
import { type Look, page, palette, wrap } from '../../src/drawing/look';
import { count, durationOfMs } from '../../src/drawing/numbers';
import type { NodeId } from '../../src/kernel/envelope';
import type { Replicas } from '../../src/world/replicas';
import { roleOf } from './replicas';
import { table } from './table';

/** One look at all copies: how many entries each lacks, where that is known. */
export type LagPoint = ReadonlyMap<NodeId, number>;

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * @param history the looks before and this one, oldest first; a trend is drawn where there are several.
 */
export function lag({ primary, copies }: Replicas, history: readonly LagPoint[], look: Look): string {
  const { name, warn, quiet } = palette(look);
  if (copies.length === 0) return 'there is no database here';
  const behind = copies.filter(({ node }) => node !== primary);
  const lead = copies.find(({ node }) => node === primary);
  const where =
    lead?.standing === undefined
      ? 'nobody leads now'
      : `${primary} leads in term ${lead.standing.term}, its log ends at ${lead.standing.lastIndex}`;
  const below = page(wrap(where, look.columns).map(quiet), look);
  if (behind.length === 0) return `${below}\nthere is no other copy`;
  const most = Math.max(1, ...history.flatMap((point) => [...point.values()]));
  const figures = table(
    behind,
    [
      { title: 'copy', cell: ({ node }) => node, paint: name },
      { title: 'role', cell: roleOf },
      {
        title: 'entries',
        cell: ({ behindEntries }) => (behindEntries === undefined ? 'unknown' : count(behindEntries)),
        align: 'right',
        paint: (text, { behindEntries = 0 }) => (behindEntries > 0 ? warn(text) : text),
      },
      {
        title: 'time',
        cell: ({ behindMs }) => (behindMs === undefined ? '-' : durationOfMs(behindMs)),
        align: 'right',
      },
      ...(history.length < 2
        ? []
        : [{ title: `up to ${count(most)}`, cell: ({ node }: { node: NodeId }) => trend(node, history, most) }]),
    ],
    look,
  );
  return `${figures}\n${below}`;
}

function trend(node: NodeId, history: readonly LagPoint[], most: number): string {
  return history
    .map((point) => {
      const entries = point.get(node);
      return entries === undefined ? ' ' : (bars[Math.ceil((entries / most) * (bars.length - 1))] ?? '█');
    })
    .join('');
}
