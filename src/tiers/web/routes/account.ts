/**
 * Logging in and out, and who one is: the only routes that are about a device rather than about data.
 */
import { Schema, Type } from '../../../kernel/schema';
import { withSetCookie } from '../../../protocols/cookies';
import { escapeHtml, type HttpRequest, type HttpResponse } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import { type PasswordInput, passwordCheck, passwordOutcome } from '../../../protocols/password';
import type { SqlValue } from '../../../protocols/sql';
import { answer, done, withBody } from '../answers';
import type { Desk } from '../desk';
import type { Plan } from '../plan';
import type { Matched } from '../router';
import { unknown, withSession } from '../sessions/guard';
import { imageOf, noSessionCookie, type Session, sessionCookie, sessionIdOf } from '../sessions/session';
import { page } from '../user';

const loginBody = new Schema(
  Type.Object(
    { user: Type.Integer({ minimum: 1 }), password: Type.String({ minLength: 1, maxLength: 200 }) },
    { additionalProperties: false },
  ),
);

const selectCredentials = `SELECT u.first_name, u.last_name, c.salt, c.hash, c.cost
  FROM users u LEFT JOIN credentials c ON c.user_id = u.id WHERE u.id = ?`;
const updateCredentials = `UPDATE credentials SET salt = ?, hash = ?, cost = ? WHERE user_id = ? AND hash = ''`;

export function login(request: HttpRequest, _matched: Matched, desk: Desk): Plan {
  return withBody(request, desk.self, loginBody, ({ user, password }) => {
    const waitMs = desk.logins.attempt(user);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      const reason = `too many attempts to log in as user ${user}; the next one in ${seconds} s`;
      return problemResponse(request, 429, reason, desk.self, { 'retry-after': String(seconds) });
    }
    return {
      kind: 'ask',
      freshness: 'newest',
      question: { kind: 'sql.execute', statement: selectCredentials, parameters: [user] },
      respond: ({ rows: [row] }) => checked(request, desk, user, password, row),
    };
  });
}

/** Hashes whatever is known of the user: how long it takes must not tell who is one. */
function checked(
  request: HttpRequest,
  desk: Desk,
  user: number,
  password: string,
  row: readonly SqlValue[] | undefined,
): Plan {
  const { passwordCost, initialPassword } = desk.settings;
  const [first = '', last = '', salt, hash, cost] = row ?? [];
  const isFirst = hash === '';
  const input: PasswordInput =
    typeof salt === 'string' && typeof hash === 'string' && !isFirst
      ? { password, salt, hash, cost: Number(cost) }
      : { password, salt: desk.newSalt(), cost: passwordCost, ...(isFirst ? { plain: initialPassword } : {}) };
  return {
    kind: 'work',
    job: passwordCheck(input),
    respond: (result) => {
      if (!passwordOutcome.accepts(result) || !result.matches) return unknown(request, desk, 'wrong user or password');
      desk.logins.succeeded(user);
      const name = `${first} ${last}`;
      const begin = (): Plan =>
        begun(request, desk, { id: desk.newSessionId(user), user, name, image: imageOf(user, name) });
      if (!isFirst) return begin();
      const parameters = [input.salt, result.hash, input.cost, user];
      const statements = [{ statement: updateCredentials, parameters }];
      return { kind: 'ask', question: { kind: 'sql.transaction', statements }, respond: begin };
    },
  };
}

/** A session of one's own, never one that somebody else may know of: an id that the device brought along ends here. */
function begun(request: HttpRequest, desk: Desk, session: Session): Plan {
  const before = sessionIdOf(request);
  const begin = (): Plan =>
    desk.sessions.begin(session, () => {
      const shown = me(request, desk, session);
      return {
        ...shown,
        headers: withSetCookie(shown.headers, sessionCookie(session.id)),
      };
    });
  return before === undefined ? begin() : desk.sessions.end(before, begin);
}

export function logout(request: HttpRequest, _matched: Matched, desk: Desk): Plan {
  const id = sessionIdOf(request);
  const out = done(desk.self);
  const told = { ...out, headers: withSetCookie(out.headers, noSessionCookie) };
  return id === undefined ? told : desk.sessions.end(id, () => told);
}

/** Answered out of the session alone: whoever has it needs no database. */
export function readMe(request: HttpRequest, _matched: Matched, desk: Desk): Plan {
  return withSession(request, desk, (session) => me(request, desk, session));
}

export function readImage(request: HttpRequest, _matched: Matched, desk: Desk): Plan {
  return withSession(request, desk, ({ image }) => ({
    kind: 'http.response',
    status: 200,
    headers: { 'content-type': 'image/svg+xml', via: desk.self, 'cache-control': 'no-store' },
    body: request.method === 'HEAD' ? '' : image,
  }));
}

function me(request: HttpRequest, { self }: Desk, { user, name }: Session): HttpResponse {
  const image = '/me/image';
  const shown = answer(request, self, 200, {
    json: () => ({ user, name, image }),
    html: () =>
      page(name, `<p><img src="${image}" alt=""> <a href="/users/${user}">${escapeHtml(name)}</a> is logged in.</p>`),
  });
  return { ...shown, headers: { ...shown.headers, 'cache-control': 'no-store' } };
}
