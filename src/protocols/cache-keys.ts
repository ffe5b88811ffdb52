/**
 * Under which key a row of the site's tables is cached: the same for who reads it and for who changes it.
 */

export const cacheKeys = {
  user: (id: number): string => `row:user:${id}`,
  post: (user: number, id: number): string => `row:post:${user}:${id}`,
  photo: (user: number, id: number): string => `row:photo:${user}:${id}`,
} as const;
