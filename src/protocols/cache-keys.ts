/**
 * Under which key a row of the site's tables is cached: the same for who reads it and for who changes it.
 */

export const cacheKeys = {
  user: (id: number): string => `row:user:${id}`,
  post: (user: number, id: number): string => `row:post:${user}:${id}`,
  photo: (user: number, id: number): string => `row:photo:${user}:${id}`,
} as const;

/** Rows of which something in a cache is made. */
export interface CachedRows {
  readonly table: string;
  /** Columns of such a row, all of them integers ... */
  readonly columns: readonly [string] | readonly [string, string];
  /** ... that say under which key. */
  keyOf(one: number, other: number): string;
}

export const cachedRows: readonly CachedRows[] = [
  { table: 'users', columns: ['id'], keyOf: cacheKeys.user },
  { table: 'phone_numbers', columns: ['user_id'], keyOf: cacheKeys.user },
  { table: 'posts', columns: ['user_id', 'id'], keyOf: cacheKeys.post },
  { table: 'photos', columns: ['user_id', 'id'], keyOf: cacheKeys.photo },
];

/** Whether what is cached under a key is made of rows: all else that lies in a cache, such as sessions, has no other copy. */
export function isOfRows(key: string): boolean {
  return key.startsWith('row:');
}
