/**
 * Who asks, and whether that one may.
 */
import type { HttpRequest, HttpResponse } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import type { Desk } from '../desk';
import type { Plan } from '../plan';
import { type Session, sessionIdOf } from './session';

/** Goes on with the session that a device has; a 401 where it has none. */
export function withSession(request: HttpRequest, desk: Desk, then: (session: Session) => Plan): Plan {
  const id = sessionIdOf(request);
  if (id === undefined) return unknown(request, desk, 'you are not logged in: POST /login first');
  return desk.sessions.find(id, (found) =>
    found === undefined ? unknown(request, desk, `${desk.self} knows no such session: log in again`) : then(found),
  );
}

/** Goes on if the site asks nobody who they are, or if it is this user who asks: a 401 or 403 otherwise. */
export function asOwner(request: HttpRequest, user: number, desk: Desk, then: () => Plan): Plan {
  if (desk.settings.writes === 'anybody') return then();
  return withSession(request, desk, (session) => {
    if (session.user === user) return then();
    const reason = `you are logged in as user ${session.user}: what is user ${user}'s is not yours to change`;
    return problemResponse(request, 403, reason, desk.self);
  });
}

/** A 401 has to say how one can become known (RFC 9110, 11.6.1). */
export function unknown(request: HttpRequest, { self }: Desk, reason: string): HttpResponse {
  return problemResponse(request, 401, reason, self, { 'www-authenticate': 'Session realm="site", login="/login"' });
}
