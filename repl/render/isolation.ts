/**
 * What became of a key that was moved to shards of its own: rows and requests of each shard before and after, and what the
 * users felt.
 */
import { type Look, page, palette, wrap } from '../../src/drawing/look';
import { count, rate } from '../../src/drawing/numbers';
import type { MoveProgress } from '../../src/protocols/placement';
import type { ShardKey } from '../../src/protocols/shard-map';
import { move as drawMove } from './moves';
import { table } from './table';

/** What a shard has of the key, if that can be counted, and what it has to do. */
interface Part {
  readonly rows?: number;
  readonly requestsPerS: number;
}

export interface ShardOfKey {
  readonly shard: string;
  /** Absent while there was no such shard. */
  readonly before?: Part;
  readonly after?: Part;
}

export interface Isolation {
  readonly key: ShardKey;
  readonly move: MoveProgress;
  readonly shards: readonly ShardOfKey[];
  /** Absent where nobody kept up a load. */
  readonly p99Ms: { readonly before?: number; readonly meanwhile?: number; readonly after?: number };
  /** Before and after, so many seconds were looked at. */
  readonly measuredS: number;
}

export function isolation(of: Isolation, look: Look): string {
  const { name, quiet } = palette(look);
  const right = 'right' as const;
  const rows = (part: Part | undefined): string => (part?.rows === undefined ? '-' : count(part.rows));
  const perS = (part: Part | undefined): string => (part === undefined ? '-' : rate(part.requestsPerS));
  const drawn = table(
    of.shards,
    [
      { title: 'shard', cell: ({ shard }) => shard, paint: name },
      { title: `rows of ${of.key} before`, cell: ({ before }) => rows(before), align: right },
      { title: 'after', cell: ({ after }) => rows(after), align: right },
      { title: 'requests before', cell: ({ before }) => perS(before), align: right },
      { title: 'after', cell: ({ after }) => perS(after), align: right },
    ],
    look,
  );
  const notes = [
    p99Line(of),
    `requests as the routers sent them, in ${of.measuredS} s before and ${of.measuredS} s after`,
  ];
  const below = notes.flatMap((note) => wrap(note, look.columns)).map(quiet);
  return [drawMove(of.move, look), drawn, page(below, look)].join('\n');
}

function p99Line({ p99Ms: { before, meanwhile, after } }: Isolation): string {
  if (before === undefined && after === undefined) {
    return 'nobody keeps up a load: with one, such as load 300rps --hot 42=50% --likes 30%, the difference is seen';
  }
  const ms = (value: number | undefined): string => (value === undefined ? '-' : `${value.toFixed(1)} ms`);
  const during = meanwhile === undefined ? '' : `${ms(meanwhile)} while it moved, `;
  return `99 in 100 requests within ${ms(before)} before, ${during}${ms(after)} after (of every second; the middle one)`;
}
