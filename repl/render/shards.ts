/**
 * Shards side by side: what each has and has to do, and under every column how even that is.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs, rate } from '../../src/drawing/numbers';
import type { Evenness } from '../../src/sharding/evenness';
import type { ShardStanding, Shards } from '../../src/world/sharding-operator';
import { probability, tooFewNote } from './probability';
import { table } from './table';

/** One line of the table: a shard, or how even its column is. */
interface Line {
  readonly name: string;
  readonly keys: string;
  readonly rows: string;
  readonly bytes: string;
  readonly requests: string;
  readonly sent: string;
  readonly kind: 'shard' | 'silent' | 'figure';
}

export function shards(of: Shards, look: Look): string {
  const { name, quiet, bad } = palette(look);
  const { evenness } = of;
  const figures = (title: string, text: (one: Evenness) => string, sizes = true): Line => ({
    name: title,
    keys: text(evenness.keys),
    rows: text(evenness.rows),
    // Bytes are no events: there is nothing to test.
    bytes: sizes ? text(evenness.bytes) : '',
    requests: text(evenness.requests),
    sent: '',
    kind: 'figure',
  });
  const lines: Line[] = [
    ...of.shards.map((one) => shardLine(one, of.windowMs)),
    figures('max/mean', ({ maxToMean }) => maxToMean.toFixed(2)),
    figures('chi-square', ({ chiSquare }) => chiSquare.statistic.toFixed(1), false),
    figures('p', ({ chiSquare }) => probability(chiSquare), false),
  ];
  const right = 'right' as const;
  const drawn = table(
    lines,
    [
      {
        title: 'shard',
        cell: (line) => line.name,
        paint: (text, { kind }) => (kind === 'figure' ? quiet(text) : kind === 'silent' ? bad(text) : name(text)),
      },
      { title: 'keys', cell: (line) => line.keys, align: right },
      { title: 'rows', cell: (line) => line.rows, align: right },
      { title: 'bytes', cell: (line) => line.bytes, align: right, keep: 2 },
      { title: 'requests', cell: (line) => line.requests, align: right },
      { title: 'rows sent', cell: (line) => line.sent, align: right, keep: 1 },
    ],
    look,
  );
  return [
    drawn,
    page(
      notes(of)
        .flatMap((note) => wrap(note, look.columns))
        .map(quiet),
      look,
    ),
  ].join('\n');
}

function shardLine({ shard, keys, rows, bytes, requests, rowsSent, problem }: ShardStanding, windowMs: number): Line {
  const perS = (events: number): string => (windowMs === 0 ? '-' : rate((events * 1000) / windowMs));
  const load = { requests: perS(requests), sent: perS(rowsSent) };
  if (problem !== undefined) return { name: shard, keys: '-', rows: '-', bytes: '-', ...load, kind: 'silent' };
  return { name: shard, keys: count(keys), rows: count(rows), bytes: count(bytes), ...load, kind: 'shard' };
}

function notes({ family, version, method, move, windowMs, shards: all, evenness }: Shards): string[] {
  const { keys, rows, requests } = evenness;
  const isTooFew = [keys, rows, requests].some(({ chiSquare }) => chiSquare.isTooFew);
  const moving =
    move === undefined ? '' : `; a move is under way, ${move.done} of ${plural(move.slices, 'slice')} done`;
  const problems = all.flatMap(({ shard, problem }) => (problem === undefined ? [] : [`without ${shard}: ${problem}`]));
  return [
    `${family} map version ${version}, by ${method}${moving}`,
    `requests as the routers sent them in the last ${durationOfMs(windowMs)}`,
    'p: how often even chance alone is at least this uneven, if each one came by itself; rows of one key come together',
    ...(isTooFew ? [tooFewNote] : []),
    ...problems,
  ];
}
