/**
 * Everything that can be asked of the site: its paths, and which file answers them.
 */
import type { HttpRequest, HttpResponse } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import { answer } from './answers';
import type { Desk } from './desk';
import type { Plan } from './plan';
import { type Matched, router } from './router';
import { login, logout, readImage, readMe } from './routes/account';
import { readFeed } from './routes/feed';
import { like, readLikes } from './routes/likes';
import { listPhotos, readPhoto } from './routes/photos';
import { createPost, deletePost, listPosts, readPost } from './routes/posts';
import { changeUser, createUser, deleteUser, listUsers, readUser, replaceUser } from './routes/users';
import { page } from './user';

const route = router<Desk, Plan>([
  { path: '/users/:id', methods: { GET: readUser, PUT: replaceUser, PATCH: changeUser, DELETE: deleteUser } },
  { path: '/users', methods: { GET: listUsers, POST: createUser } },
  { path: '/users/:id/posts', methods: { GET: listPosts, POST: createPost } },
  { path: '/users/:id/posts/:post', methods: { GET: readPost, DELETE: deletePost } },
  { path: '/users/:id/feed', methods: { GET: readFeed } },
  { path: '/users/:id/likes', methods: { GET: readLikes, POST: like } },
  { path: '/users/:id/photos', methods: { GET: listPhotos } },
  { path: '/users/:id/photos/:photo', methods: { GET: readPhoto } },
  { path: '/login', methods: { POST: login } },
  { path: '/logout', methods: { POST: logout } },
  { path: '/me', methods: { GET: readMe } },
  { path: '/me/image', methods: { GET: readImage } },
  { path: '/', methods: { GET: welcome } },
]);

/** Tells what to do about a request. */
export function planFor(request: HttpRequest, desk: Desk): Plan {
  const { self } = desk;
  const found = route(request.method, request.path);
  if (found === 'no such path') {
    return problemResponse(request, 404, `there is nothing at ${request.path}; try /users or /users/12`, self);
  }
  if (found === 'bad escape') return problemResponse(request, 400, `path: bad % escape in ${request.path}`, self);
  if ('allow' in found) {
    if (request.method === 'OPTIONS') return options(found.allow, self);
    const reason = `${request.method} is not for ${request.path}; allowed: ${found.allow}`;
    return problemResponse(request, 405, reason, self, { allow: found.allow });
  }
  return found.handler(request, found.matched, desk);
}

/** What can be done there. */
function options(allow: string, self: string): HttpResponse {
  return { kind: 'http.response', status: 204, headers: { allow, via: self }, body: '' };
}

function welcome(request: HttpRequest, _matched: Matched, { self }: Desk): Plan {
  return answer(request, self, 200, {
    json: () => ({ users: '/users', me: '/me' }),
    html: () => page('My site', '<p><a href="/users">Users</a> <a href="/me">Me</a></p>'),
  });
}
