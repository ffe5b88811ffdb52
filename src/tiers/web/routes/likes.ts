/**
 * How many like a user: a count that lies in parts, each of which is written for itself. Whoever likes adds to any of them,
 * so that those of a famous user may lie on several shards and none of them is written by everybody; whoever asks adds up.
 */
import type { HttpRequest } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import { answer, done, withId } from '../answers';
import type { Desk } from '../desk';
import type { Plan } from '../plan';
import type { Matched } from '../router';
import { page } from '../user';
import { ifUser } from './if-user';

/** Parts of a count: more shards than that do not help. */
const parts = 16;

const selectSum = "SELECT sum(value) FROM counters WHERE user_id = ? AND name = 'likes'";
const addOne = `INSERT INTO counters (user_id, name, part, value) VALUES (?, 'likes', ?, 1)
  ON CONFLICT (user_id, name, part) DO UPDATE SET value = value + 1`;

/** `{"user":42,"likes":17}`. */
export function readLikes(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withId(request, matched, self, (user) => ({
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectSum, parameters: [user] },
    respond: ({ rows: [[likes = null] = []] }, via) => {
      const list = shown(user, Number(likes ?? 0));
      return likes === null
        ? ifUser(request, user, () => answer(request, via, 200, list))
        : answer(request, via, 200, list);
    },
  }));
}

/** One more. Answered without the count: that would cost a question to every shard that has a part of it. */
export function like(request: HttpRequest, matched: Matched, desk: Desk): Plan {
  return withId(request, matched, desk.self, (user) =>
    ifUser(request, user, () => ({
      kind: 'ask',
      question: {
        kind: 'sql.transaction',
        statements: [{ statement: addOne, parameters: [user, desk.draw(parts)] }],
      },
      respond: (_result, via) => done(via),
      orElse: ({ because }, via) =>
        because === 'constraint' ? problemResponse(request, 404, `there is no user ${user} any more`, via) : undefined,
    })),
  );
}

function shown(user: number, likes: number) {
  return {
    json: () => ({ user, likes }),
    html: () => page(`Likes of user ${user}`, `<p>Liked ${likes} times.</p>`),
  };
}
