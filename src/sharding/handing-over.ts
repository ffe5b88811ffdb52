/**
 * What the steps of a move do to a shard's tables: out of them into what is put aside, from there into tables, here or
 * where it comes from.
 */
import type { ShardKey } from '../protocols/shard-map';
import type { ShardsStage } from '../protocols/shards';
import type { ShardContents } from './contents';
import { furtherChange, furtherCursor } from './cursors';
import type { Attempt } from './ownership-state';
import { Tally, type TallyState } from './tally';

/**
 * Puts aside what came from the source, each unit in the place of what was read earlier, and remembers how far that is.
 * Throws a `CursorError` where that cannot be told, before anything is changed.
 */
export function putAside(
  { aside }: ShardContents,
  current: Attempt,
  { bundles, position, cursor, changesCursor }: ShardsStage,
): Attempt {
  const at = furtherCursor(current.cursor, cursor);
  const changesAt = furtherChange(current.changesCursor, changesCursor);
  const tally = new Tally(current);
  for (const { key, part, contents } of bundles) {
    const unit = { key, part };
    const before = aside.get(unit);
    // Of two that were read at the same position, both are right.
    if (before !== undefined && before.position >= position) continue;
    if (before?.contents !== undefined) tally.subtract(unit, before.contents);
    if (contents !== undefined) tally.add(unit, contents);
    aside.put(unit, { contents, position });
  }
  return {
    ...current,
    ...tally.state,
    ...(at === undefined ? {} : { cursor: at }),
    ...(changesAt === undefined ? {} : { changesCursor: changesAt }),
  };
}

/** Takes units out of the tables, and keeps them aside; says what there was. */
export function takeOut(
  contents: ShardContents,
  wanted: (key: ShardKey, part?: ShardKey) => boolean,
  keeps: boolean,
): TallyState {
  const tally = new Tally();
  for (const unit of contents.units(wanted, undefined, Number.POSITIVE_INFINITY)) {
    const text = contents.read(unit);
    if (text === undefined) continue;
    tally.add(unit, text);
    if (keeps) contents.aside.put(unit, { contents: text, position: 0 });
    contents.remove(unit, text);
  }
  return tally.state;
}

/** Puts what is aside into the tables. */
export function putIn(contents: ShardContents): void {
  for (const [unit, put] of contents.aside.each()) {
    if (put.contents !== undefined) contents.write(unit, put.contents);
  }
  contents.aside.clear();
}
