/**
 * A post: what it is, what may be said, how it is shown. No messages here.
 */
import { Schema, Type } from '../../kernel/schema';
import { escapeHtml } from '../../protocols/http';
import type { SqlValue } from '../../protocols/sql';
import { page } from './user';

/** A post as clients see it. */
export interface Post {
  readonly id: number;
  readonly user: number;
  readonly body: string;
  /** The day: `2026-02-21`. */
  readonly postedOn: string;
}

/** What makes a post. */
export const newPost = new Schema(
  Type.Object({ body: Type.String({ minLength: 1, maxLength: 1_000 }) }, { additionalProperties: false }),
);

/** The columns that `postOf` reads, in its order. */
export const postColumns = 'id, user_id, body, posted_on, version';
export const postVersionPlace = 4;

export function postOf(row: readonly SqlValue[]): Post {
  return { id: Number(row[0]), user: Number(row[1]), body: String(row[2] ?? ''), postedOn: String(row[3] ?? '') };
}

export function postPage(post: Post): string {
  return page(`Post ${post.id}`, `${postHtml(post)}\n<p><a href="/users/${post.user}/posts">All posts</a></p>`);
}

/** A page that lists posts, and leads on to older ones. */
export function postsPage(title: string, posts: readonly Post[], next: string | undefined): string {
  const more = next === undefined ? '' : `\n<p><a href="${escapeHtml(next)}">Older</a></p>`;
  return page(title, posts.map(postHtml).join('\n') + more);
}

function postHtml({ user, body, postedOn }: Post): string {
  return `<article><p>${escapeHtml(body)}</p><p><a href="/users/${user}">User ${user}</a>, ${postedOn}</p></article>`;
}

/** A list of posts, newest first, as JSON and as a page. */
export function postList(title: string, path: string, posts: readonly Post[], limit: number) {
  const shown = posts.slice(0, limit);
  const last = shown.at(-1);
  const next = posts.length > limit && last !== undefined ? `${path}?limit=${limit}&before=${last.id}` : undefined;
  return {
    json: () => ({ posts: shown, ...(next === undefined ? {} : { next }) }),
    html: () => postsPage(title, shown, next),
  };
}
