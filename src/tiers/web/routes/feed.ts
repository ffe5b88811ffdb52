/**
 * What those whom a user follows have posted, newest first. One database joins it when it is asked; where the authors lie
 * on many shards it is written down for each reader instead, and read from one.
 */
import type { HttpRequest } from '../../../protocols/http';
import { answer, withId, withRange } from '../answers';
import type { Desk } from '../desk';
import type { Plan } from '../plan';
import { postList, postOf } from '../post';
import type { Matched } from '../router';
import { ifUser } from './if-user';

const statements = {
  join: `SELECT p.id, p.user_id, p.body, p.posted_on FROM follows f JOIN posts p ON p.user_id = f.followee_id
    WHERE f.follower_id = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?`,
  table: `SELECT post_id, author_id, body, posted_on FROM feed
    WHERE user_id = ? AND post_id < ? ORDER BY post_id DESC LIMIT ?`,
} as const;

export function readFeed(request: HttpRequest, matched: Matched, { self, settings }: Desk): Plan {
  return withId(request, matched, self, (user) =>
    withRange(request, matched, self, 'before', ({ limit, from }) => ({
      kind: 'ask',
      question: { kind: 'sql.execute', statement: statements[settings.feed], parameters: [user, from, limit + 1] },
      respond: ({ rows }, via) => {
        const list = postList(`Feed of user ${user}`, `/users/${user}/feed`, rows.map(postOf), limit);
        return rows.length > 0
          ? answer(request, via, 200, list)
          : ifUser(request, user, () => answer(request, via, 200, list));
      },
    })),
  );
}
