/**
 * Conditional requests (RFC 9110, 13): a row's version, which every write of it changes, is its entity tag. A client that
 * has what there is gets no body again, and one that would write over what it has not seen is told so.
 */
import type { HttpRequest } from '../../protocols/http';

const versionsMax = 20;

/** Strong: JSON and HTML are different bytes, so they are different entities. */
export function etagOf(version: number | string, asHtml: boolean): string {
  return asHtml ? `"${version}-html"` : `"${version}"`;
}

/** Whether the client has this already. A weak tag is good enough here: it is compared without its weakness. */
export function notModified({ headers }: HttpRequest, etag: string): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  if (given.trim() === '*') return true;
  return tagsOf(given).some((tag) => tag.replace(/^W\//, '') === etag);
}

/** What a row must be like for a write to be done, as the end of a `WHERE`. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly number[];
}

/**
 * The condition that a client sets, `undefined` if it sets none. It is judged where the row is written, in the same
 * transaction: whoever looks first and writes then has another writer in between.
 */
export function conditionOf({ headers }: HttpRequest): Condition | undefined {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match !== undefined && match.trim() !== '*') return among('IN', versionsOf(match, true));
  if (noneMatch === undefined) return undefined;
  // It is only ever asked of rows that are there.
  return noneMatch.trim() === '*' ? among('IN', []) : among('NOT IN', versionsOf(noneMatch, false));
}

/** The same judged of a row that lies here, by all tags that it goes by. */
export function allows({ headers }: HttpRequest, tags: readonly string[]): boolean {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  const isAmong = (header: string, isStrong: boolean): boolean =>
    tagsOf(header).some((tag) => {
      const [, weak, bare = ''] = /^(W\/)?"(.*?)(?:-html)?"$/.exec(tag) ?? [];
      return tags.includes(bare) && !(isStrong && weak !== undefined);
    });
  if (match !== undefined && match.trim() !== '*') return isAmong(match, true);
  if (noneMatch === undefined) return true;
  return noneMatch.trim() !== '*' && !isAmong(noneMatch, false);
}

/** No row has a version below 0; a list must not be empty. */
function among(operator: string, versions: readonly number[]): Condition {
  const parameters = versions.length === 0 ? [-1] : versions.slice(0, versionsMax);
  return { sql: ` AND version ${operator} (${parameters.map(() => '?').join(', ')})`, parameters };
}

/** What the tags say that are ours; a weak one never matches where bytes must be the same. */
function versionsOf(header: string, isStrong: boolean): number[] {
  return tagsOf(header).flatMap((tag) => {
    const [, weak, digits] = /^(W\/)?"(\d{1,15})(?:-html)?"$/.exec(tag) ?? [];
    return digits === undefined || (isStrong && weak !== undefined) ? [] : [Number(digits)];
  });
}

function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
