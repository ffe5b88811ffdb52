/**
 * Which documents are meant: conditions on values at paths, and what part of an index can hold what meets them.
 */
import {
  compareScalars,
  isComparable,
  isScalar,
  type JsonObject,
  type JsonScalar,
  valueAt,
} from '../../algorithms/json';
import type { Condition } from '../../protocols/doc';

/** Whether a document meets all of them. What has no scalar at a path meets nothing there. */
export function meets(document: JsonObject, where: readonly Condition[]): boolean {
  return where.every(({ path, is, value }) => {
    const there = valueAt(document, path);
    return isScalar(there) && isComparable(there, value) && holds(is, compareScalars(there, value));
  });
}

/** Between which values of an index everything lies that meets conditions on its path; both ends belong to it. */
export interface Range {
  readonly lowest: JsonScalar;
  readonly highest: JsonScalar | undefined;
}

/** What conditions on one path leave of its index, roughly: everything that meets them is in it. */
export function rangeOf(where: readonly Condition[]): Range {
  let lowest: JsonScalar = null;
  let highest: JsonScalar | undefined;
  for (const { is, value } of where) {
    if (is !== '<' && is !== '<=' && compareScalars(value, lowest) > 0) lowest = value;
    if (is !== '>' && is !== '>=' && (highest === undefined || compareScalars(value, highest) < 0)) highest = value;
  }
  return { lowest, highest };
}

function holds(is: Condition['is'], compared: number): boolean {
  switch (is) {
    case '=':
      return compared === 0;
    case '<':
      return compared < 0;
    case '<=':
      return compared <= 0;
    case '>':
      return compared > 0;
    case '>=':
      return compared >= 0;
  }
}
