/**
 * What the source reads out of its tables for the destination, in pieces that fit into a message.
 */
import type { ShardKey } from '../protocols/shard-map';
import type { Bundle, ShardsBundles } from '../protocols/shards';
import type { ShardContents, Unit } from './contents';
import { atStart, changeAt, changesCursorOf, cursorOf, unitAt } from './cursors';

/** Once so many characters are together, no further unit is added to them. */
const charactersMax = 500_000;

/** Units in their order, after a place. */
export function unitsIn(
  contents: ShardContents,
  wanted: (key: ShardKey, part?: ShardKey) => boolean,
  after: string | undefined,
  unitsMax: number,
  position: number,
): ShardsBundles {
  const units = contents.units(wanted, after === undefined ? undefined : unitAt(after), unitsMax);
  const bundles = bundlesOf(contents, units);
  const last = units[bundles.length - 1];
  const next = last === undefined ? (after ?? atStart) : cursorOf(last);
  const isEnd = units.length < unitsMax && bundles.length === units.length;
  return { kind: 'shards.bundles', bundles, position, next, isEnd };
}

/** Units that were changed, those changed longest ago first. */
export function changesIn(contents: ShardContents, since: string, unitsMax: number, position: number): ShardsBundles {
  const touches = contents.touched(changeAt(since), unitsMax);
  const bundles = bundlesOf(
    contents,
    touches.map(({ unit }) => unit),
  );
  const last = touches[bundles.length - 1];
  const isEnd = touches.length < unitsMax && bundles.length === touches.length;
  return { kind: 'shards.bundles', bundles, position, next: last === undefined ? since : changesCursorOf(last), isEnd };
}

/** At least one of them, if there is any. */
function bundlesOf(contents: ShardContents, units: readonly Unit[]): Bundle[] {
  const bundles: Bundle[] = [];
  let characters = 0;
  for (const { key, part } of units) {
    if (characters >= charactersMax) break;
    const text = contents.read({ key, part });
    characters += text?.length ?? 0;
    bundles.push({ key, ...(part === undefined ? {} : { part }), ...(text === undefined ? {} : { contents: text }) });
  }
  return bundles;
}
