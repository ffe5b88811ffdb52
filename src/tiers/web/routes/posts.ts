/**
 * What users post. Posts of one user may lie on another shard than the user, and on several, so no statement here needs
 * both: each is about posts of one user, or about that user.
 */
import { cacheKeys } from '../../../protocols/cache-keys';
import type { HttpRequest } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import { answer, done, untouched, withBody, withId, withIds, withRange } from '../answers';
import { conditionOf } from '../conditions';
import type { Desk } from '../desk';
import type { Plan } from '../plan';
import { newPost, postColumns, postList, postOf, postPage, postVersionPlace } from '../post';
import type { Matched } from '../router';
import { asOwner } from '../sessions/guard';
import { ifUser } from './if-user';

const selectSome = `SELECT ${postColumns} FROM posts WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?`;
const selectOne = `SELECT ${postColumns} FROM posts WHERE user_id = ? AND id = ?`;
const insertOne = `INSERT INTO posts (id, user_id, body, posted_on) VALUES (?, ?, ?, date(?, 'unixepoch'))`;
const deleteOne = 'DELETE FROM posts WHERE user_id = ? AND id = ?';

export function listPosts(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withId(request, matched, self, (user) =>
    withRange(request, matched, self, 'before', ({ limit, from }) => ({
      kind: 'ask',
      question: { kind: 'sql.execute', statement: selectSome, parameters: [user, from, limit + 1] },
      respond: ({ rows }, via) => {
        const list = postList(`Posts of user ${user}`, `/users/${user}/posts`, rows.map(postOf), limit);
        return rows.length > 0
          ? answer(request, via, 200, list)
          : ifUser(request, user, () => answer(request, via, 200, list));
      },
    })),
  );
}

export function readPost(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withIds(request, matched, self, (user, id) => ({
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectOne, parameters: [user, id] },
    cached: cacheKeys.post(user, id),
    respond: ({ rows: [row] }, via) => {
      if (row === undefined) return problemResponse(request, 404, `user ${user} has no post ${id}`, via);
      const post = postOf(row);
      const version = Number(row[postVersionPlace]);
      return answer(request, via, 200, { json: () => post, html: () => postPage(post), version });
    },
  }));
}

export function createPost(request: HttpRequest, matched: Matched, desk: Desk): Plan {
  const { self, wallNowMs } = desk;
  return withId(request, matched, self, (user) =>
    withBody(request, self, newPost, ({ body }) => {
      const id = { newId: 'posts' };
      const seconds = Math.floor(wallNowMs() / 1_000);
      return asOwner(request, user, desk, () =>
        ifUser(request, user, () => ({
          kind: 'ask',
          question: {
            kind: 'sql.transaction',
            statements: [
              { statement: insertOne, parameters: [id, user, body, seconds] },
              { statement: selectOne, parameters: [user, id] },
            ],
          },
          changes: (result) => {
            const made = result?.rows[0];
            return made === undefined ? [] : [cacheKeys.post(user, postOf(made).id)];
          },
          showsRow: true,
          respond: ({ rows: [row = []] }, via) => {
            const post = postOf(row);
            const version = Number(row[postVersionPlace]);
            const made = answer(request, via, 201, { json: () => post, html: () => postPage(post), version });
            return { ...made, headers: { ...made.headers, location: `/users/${user}/posts/${post.id}` } };
          },
          orElse: ({ because }, via) =>
            because === 'constraint'
              ? problemResponse(request, 404, `there is no user ${user} any more`, via)
              : undefined,
        })),
      );
    }),
  );
}

export function deletePost(request: HttpRequest, matched: Matched, desk: Desk): Plan {
  return withIds(request, matched, desk.self, (user, id) => {
    const condition = conditionOf(request);
    const read = { statement: selectOne, parameters: [user, id] };
    const statement = deleteOne + (condition?.sql ?? '');
    const gone = { statement, parameters: [user, id, ...(condition?.parameters ?? [])] };
    return asOwner(request, user, desk, () => ({
      kind: 'ask',
      question: { kind: 'sql.transaction', statements: condition === undefined ? [gone] : [gone, read] },
      changes: () => [cacheKeys.post(user, id)],
      respond: ({ changes, rows }, via) =>
        changes > 0 ? done(via) : untouched(request, via, `post ${id} of user ${user}`, rows.length > 0),
    }));
  });
}
