/**
 * What the feed of a user has to be at rest, against the join that it stands for; and what mends it where it is not.
 *
 * A feed holds posts of those whom the user follows, each as it is now, and none that is gone or of anybody else: it is a
 * part of the join. It holds all of the newest `feedPosts` of each author. Older ones may be in it, if they were told while
 * the user followed; nobody goes through years of posts when somebody begins to follow.
 */
import type { SqlValue } from '../protocols/sql';

/** So many posts of each author are in every feed: a new follower is told those, and one more when one of them goes. */
export const feedPosts = 20;

export interface FeedRow {
  readonly post: number;
  readonly author: number;
  readonly postedOn: string;
  readonly body: string;
}

/** A place where a feed is not as the join says. */
export interface FeedGap {
  readonly what: 'missing' | 'stale' | 'extra';
  readonly user: number;
  readonly post: number;
  readonly author: number;
}

/** One statement with its parameters. */
export interface Said {
  readonly statement: string;
  readonly parameters: readonly SqlValue[];
}

/** What the user should see: over as many shards as there are. */
export function joinOf(user: number): Said {
  const statement = `SELECT p.id, p.user_id, p.posted_on, p.body FROM follows f JOIN posts p ON p.user_id = f.followee_id
    WHERE f.follower_id = ? ORDER BY p.id DESC`;
  return { statement, parameters: [user] };
}

/** What the user sees: from one shard. */
export function feedOf(user: number): Said {
  const statement = 'SELECT post_id, author_id, posted_on, body FROM feed WHERE user_id = ? ORDER BY post_id DESC';
  return { statement, parameters: [user] };
}

export function feedRows(rows: readonly (readonly SqlValue[])[]): readonly FeedRow[] {
  return rows.map(([post, author, postedOn, body]) => ({
    post: Number(post),
    author: Number(author),
    postedOn: String(postedOn),
    body: String(body),
  }));
}

/** Where a feed is not what it has to be. Both newest first. */
export function feedGaps(user: number, join: readonly FeedRow[], feed: readonly FeedRow[]): readonly FeedGap[] {
  const told = new Map(feed.map((row) => [row.post, row]));
  const posted = new Map(join.map((row) => [row.post, row]));
  const perAuthor = new Map<number, number>();
  const gaps: FeedGap[] = [];
  for (const row of join) {
    const { post, author } = row;
    const place = perAuthor.get(author) ?? 0;
    perAuthor.set(author, place + 1);
    const found = told.get(post);
    if (found === undefined) {
      if (place < feedPosts) gaps.push({ what: 'missing', user, post, author });
    } else if (found.body !== row.body || found.postedOn !== row.postedOn || found.author !== author) {
      gaps.push({ what: 'stale', user, post, author });
    }
  }
  for (const { post, author } of feed) if (!posted.has(post)) gaps.push({ what: 'extra', user, post, author });
  return gaps;
}

/**
 * What mends a gap; all of it may be done at any time, twice, and while users write. A post that is missing or stale is
 * told once more by the shard that has it, in the order of all that it tells. A row too many is taken away; if it has
 * become right meanwhile, the next comparison finds it missing.
 */
export function mendOf({ what, user, post, author }: FeedGap): Said {
  if (what === 'extra') {
    return { statement: 'DELETE FROM feed WHERE user_id = ? AND post_id = ?', parameters: [user, post] };
  }
  return { statement: 'UPDATE posts SET body = body WHERE user_id = ? AND id = ?', parameters: [author, post] };
}
