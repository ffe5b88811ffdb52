/**
 * How far a copy has come, as text that whoever conducts a move hands on without reading it: the last unit that was copied,
 * or the last change that was caught up with.
 */
import { Schema, Type } from '../kernel/schema';
import { shardKey } from '../protocols/shard-map';
import { compareTouches, compareUnits, type Touch, type Unit } from './contents';
import { unitName } from './shard-key';

const unitShape = new Schema(Type.Union([Type.Tuple([shardKey]), Type.Tuple([shardKey, shardKey])]));

/** A text that is no cursor. */
export class CursorError extends Error {
  override name = 'CursorError';
}

/** Before all units. */
export const atStart = '';

export function cursorOf({ key, part }: Unit): string {
  return unitName(key, part);
}

/** The text of a place among the changes: a position, and the unit behind which to go on at it. */
export function changesCursorOf({ position, unit }: Touch): string {
  return `${position} ${cursorOf(unit)}`;
}

/** Before all changes. */
const beforeAll = '0';

/** `0` is before all changes. Throws a `CursorError` for what is no such text. */
export function changeAt(cursor: string): Touch | undefined {
  if (cursor === beforeAll) return undefined;
  const end = cursor.indexOf(' ');
  const position = Number(cursor.slice(0, Math.max(0, end)));
  if (end < 1 || !Number.isSafeInteger(position)) throw new CursorError(`'${cursor}' is no place among the changes`);
  return { position, unit: unitOf(cursor.slice(end + 1)) };
}

/** The one that is further on. */
export function furtherCursor(a: string | undefined, b: string | undefined): string | undefined {
  const [one, other] = [unitAt(a ?? atStart), unitAt(b ?? atStart)];
  if (a === undefined || b === undefined) return a ?? b;
  if (one === undefined || other === undefined) return one === undefined ? b : a;
  return compareUnits(one, other) >= 0 ? a : b;
}

/** The same for places among the changes. */
export function furtherChange(a: string | undefined, b: string | undefined): string | undefined {
  const [one, other] = [changeAt(a ?? beforeAll), changeAt(b ?? beforeAll)];
  if (a === undefined || b === undefined) return a ?? b;
  if (one === undefined || other === undefined) return one === undefined ? b : a;
  return compareTouches(one, other) >= 0 ? a : b;
}

/** The unit behind which to go on; none at the start. Throws a `CursorError` for any other text. */
export function unitAt(cursor: string): Unit | undefined {
  return cursor === atStart ? undefined : unitOf(cursor);
}

function unitOf(text: string): Unit {
  const value = jsonOf(text);
  if (!unitShape.accepts(value)) throw new CursorError(`'${text}' is no place in a slice`);
  const [key, part] = value;
  return part === undefined ? { key } : { key, part };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CursorError(`'${text}' is no place in a slice`);
  }
}
