/** What is known of users' photos. */
import { cacheKeys } from '../../../protocols/cache-keys';
import type { HttpRequest } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import { answer, withId, withIds, withRange } from '../answers';
import type { Desk } from '../desk';
import { photoColumns, photoOf, photoPage, photosPage, photoVersionPlace } from '../photo';
import type { Plan } from '../plan';
import type { Matched } from '../router';
import { ifUser } from './if-user';

const selectSome = `SELECT ${photoColumns} FROM photos WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?`;
const selectOne = `SELECT ${photoColumns} FROM photos WHERE user_id = ? AND id = ?`;

export function listPhotos(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withId(request, matched, self, (user) =>
    withRange(request, matched, self, 'after', ({ limit, from }) => ({
      kind: 'ask',
      question: { kind: 'sql.execute', statement: selectSome, parameters: [user, from, limit + 1] },
      respond: ({ rows }, via) => {
        const photos = rows.slice(0, limit).map(photoOf);
        const last = rows.length > limit ? photos.at(-1) : undefined;
        const next = last === undefined ? {} : { next: `/users/${user}/photos?limit=${limit}&after=${last.id}` };
        const list = { json: () => ({ photos, ...next }), html: () => photosPage(user, photos) };
        return rows.length > 0
          ? answer(request, via, 200, list)
          : ifUser(request, user, () => answer(request, via, 200, list));
      },
    })),
  );
}

export function readPhoto(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withIds(request, matched, self, (user, id) => ({
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectOne, parameters: [user, id] },
    cached: cacheKeys.photo(user, id),
    respond: ({ rows: [row] }, via) => {
      if (row === undefined) return problemResponse(request, 404, `user ${user} has no photo ${id}`, via);
      const photo = photoOf(row);
      const version = Number(row[photoVersionPlace]);
      return answer(request, via, 200, { json: () => photo, html: () => photoPage(photo), version });
    },
  }));
}
