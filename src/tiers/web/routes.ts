/**
 * What the site does with each request, as pure functions: from a request to a response, or to one question for the
 * database and what its answer means. Who sends what to whom is not their business.
 */
import type { TSchema } from '@sinclair/typebox';
import type { Schema, Static } from '../../kernel/schema';
import { type HttpRequest, type HttpResponse, wantsHtml } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import type { SqlExecute, SqlFailure, SqlParameter, SqlResult, SqlTransaction, SqlValue } from '../../protocols/sql';
import { type Matched, queryOf, type Route, router } from './router';
import {
  newUser,
  page,
  partOfUser,
  userColumns,
  userOf,
  userPage,
  usersPage,
  versionPlace,
  type WholeUser,
  wholeUser,
} from './user';

/** What to do: answer at once, or ask the database first. */
export type Plan =
  | HttpResponse
  | {
      readonly kind: 'ask';
      readonly question: SqlExecute | SqlTransaction;
      /** @param via the database and who asked it. */
      respond(result: SqlResult, via: string): HttpResponse;
      /** What a refusal of the database means, where it is the client's doing. */
      orElse?(failure: SqlFailure, via: string): HttpResponse | undefined;
    };

const bodyMax = 64_000;
const pageMax = 100;

const insertOne = `INSERT INTO users (id, first_name, last_name, street_address, city, state, postal_code)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
/** Phone numbers travel as one JSON text; for a user who is not there nothing is inserted. */
const insertPhones = `INSERT INTO phone_numbers (user_id, position, number)
  SELECT u.id, p.key, p.value FROM json_each(?) p, users u WHERE u.id = ?`;
const selectOne = `SELECT ${userColumns} FROM users u WHERE u.id = ?`;
const updateOne = `UPDATE users SET first_name = coalesce(?, first_name), last_name = coalesce(?, last_name),
  street_address = coalesce(?, street_address), city = coalesce(?, city), state = coalesce(?, state),
  postal_code = coalesce(?, postal_code), version = log_position() WHERE id = ?`;
const selectPage = `SELECT ${userColumns} FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?`;

/** Tells what a request asks for; `self` is who says so when it is nothing good. */
export function planFor(request: HttpRequest, self: string): Plan {
  const found = route(request.method, request.path);
  if (found === 'no such path') {
    return problemResponse(request, 404, `there is nothing at ${request.path}; try /users or /users/12`, self);
  }
  if (found === 'bad escape') return problemResponse(request, 400, `path: bad % escape in ${request.path}`, self);
  if ('allow' in found) {
    const reason = `${request.method} is not for ${request.path}; allowed: ${found.allow}`;
    return problemResponse(request, 405, reason, self, { allow: found.allow });
  }
  return found.handler(request, found.matched, self);
}

const routes: readonly Route<Plan>[] = [
  { path: '/users/:id', methods: { GET: readUser, PUT: replaceUser, PATCH: changeUser, DELETE: deleteUser } },
  { path: '/users', methods: { GET: listUsers, POST: createUser } },
  { path: '/', methods: { GET: welcome } },
];
const route = router(routes);

function welcome(request: HttpRequest, _matched: Matched, self: string): Plan {
  const html = (): string => page('My site', '<p><a href="/users">Users</a></p>');
  return respond(request, self, 200, () => ({ users: '/users' }), html);
}

function readUser(request: HttpRequest, matched: Matched, self: string): Plan {
  return withId(request, matched, self, (id) => ({
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectOne, parameters: [id] },
    respond: (result, via) => oneUser(request, via, result, id, 200),
  }));
}

function listUsers(request: HttpRequest, { query }: Matched, self: string): Plan {
  const given = queryOf(query);
  if (given === undefined) return problemResponse(request, 400, `query: bad % escape in ${query}`, self);
  const limit = wholeNumber(given.get('limit') ?? '20');
  const after = wholeNumber(given.get('after') ?? '0');
  if (limit === undefined || limit < 1 || limit > pageMax) {
    return problemResponse(request, 400, `limit: expected a whole number from 1 to ${pageMax}`, self);
  }
  if (after === undefined) return problemResponse(request, 400, 'after: expected the id of a user', self);
  return {
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectPage, parameters: [after, limit + 1] },
    respond: ({ rows }, via) => {
      const users = rows.slice(0, limit).map(userOf);
      const last = users.at(-1);
      const next = rows.length > limit && last !== undefined ? `/users?limit=${limit}&after=${last.id}` : undefined;
      const json = (): unknown => ({ users, ...(next === undefined ? {} : { next }) });
      return respond(request, via, 200, json, () => usersPage(users, next));
    },
  };
}

function createUser(request: HttpRequest, _matched: Matched, self: string): Plan {
  return withBody(request, self, newUser, (user) => {
    const id = user.id ?? { newId: 'users' };
    return {
      kind: 'ask',
      question: {
        kind: 'sql.transaction',
        statements: [
          { statement: insertOne, parameters: [id, ...valuesOf(user)] },
          insertPhonesOf(id, user.phoneNumbers ?? []),
          { statement: selectOne, parameters: [id] },
        ],
      },
      respond: (result, via) => {
        const made = oneUser(request, via, result, user.id ?? 0, 201);
        return { ...made, headers: { ...made.headers, location: `/users/${result.rows[0]?.[0]}` } };
      },
      orElse: ({ because, reason }, via) => {
        if (because !== 'constraint') return undefined;
        const taken = reason.includes('users.id') ? `there is a user ${user.id} already` : reason;
        return problemResponse(request, 409, taken, via);
      },
    };
  });
}

function replaceUser(request: HttpRequest, matched: Matched, self: string): Plan {
  return withId(request, matched, self, (id) =>
    withBody(request, self, wholeUser, (user) => {
      if (user.id !== undefined && user.id !== id) {
        return problemResponse(request, 400, `id: expected ${id} as in the path, got ${user.id}`, self);
      }
      return writeUser(request, id, valuesOf(user), user.phoneNumbers);
    }),
  );
}

function changeUser(request: HttpRequest, matched: Matched, self: string): Plan {
  return withId(request, matched, self, (id) =>
    withBody(request, self, partOfUser, ({ firstName, lastName, address, phoneNumbers }) => {
      const { streetAddress, city, state, postalCode } = address ?? {};
      const values = [firstName, lastName, streetAddress, city, state, postalCode].map((value) => value ?? null);
      return writeUser(request, id, values, phoneNumbers);
    }),
  );
}

function deleteUser(request: HttpRequest, matched: Matched, self: string): Plan {
  return withId(request, matched, self, (id) => ({
    kind: 'ask',
    question: {
      kind: 'sql.transaction',
      statements: [{ statement: 'DELETE FROM users WHERE id = ?', parameters: [id] }],
    },
    respond: ({ changes }, via) =>
      changes === 0
        ? problemResponse(request, 404, `there is no user ${id}`, via)
        : { kind: 'http.response', status: 204, headers: { via }, body: '' },
  }));
}

/** Sets what is not null, replaces the phone numbers if some were given, and reads the row back: all or nothing. */
function writeUser(
  request: HttpRequest,
  id: number,
  values: readonly SqlValue[],
  phoneNumbers: readonly string[] | undefined,
): Plan {
  const phones =
    phoneNumbers === undefined
      ? []
      : [
          { statement: 'DELETE FROM phone_numbers WHERE user_id = ?', parameters: [id] },
          insertPhonesOf(id, phoneNumbers),
        ];
  const update = { statement: updateOne, parameters: [...values, id] };
  const read = { statement: selectOne, parameters: [id] };
  return {
    kind: 'ask',
    question: { kind: 'sql.transaction', statements: [update, ...phones, read] },
    respond: (result, via) => oneUser(request, via, result, id, 200),
  };
}

function insertPhonesOf(id: SqlParameter, phoneNumbers: readonly string[]): SqlTransaction['statements'][number] {
  return { statement: insertPhones, parameters: [JSON.stringify(phoneNumbers), id] };
}

function valuesOf({ firstName, lastName, address }: Omit<WholeUser, 'phoneNumbers'>): SqlValue[] {
  const { streetAddress, city, state, postalCode } = address;
  return [firstName, lastName, streetAddress, city, state, postalCode];
}

function oneUser(request: HttpRequest, via: string, { rows }: SqlResult, id: number, status: number): HttpResponse {
  const row = rows[0];
  if (row === undefined) return problemResponse(request, 404, `there is no user ${id}`, via);
  const user = userOf(row);
  return respond(
    request,
    via,
    status,
    () => user,
    () => userPage(user),
    `"${row[versionPlace]}"`,
  );
}

/** In the form that the client likes best; without the body for a HEAD. */
function respond(
  request: HttpRequest,
  via: string,
  status: number,
  json: () => unknown,
  html: () => string,
  etag?: string,
): HttpResponse {
  const asHtml = wantsHtml(request);
  const type = asHtml ? 'text/html; charset=utf-8' : 'application/json';
  const headers = etag === undefined ? { 'content-type': type, via } : { 'content-type': type, via, etag };
  const body = request.method === 'HEAD' ? '' : asHtml ? html() : JSON.stringify(json());
  return { kind: 'http.response', status, headers, body };
}

function withId(request: HttpRequest, { parameters }: Matched, self: string, handle: (id: number) => Plan): Plan {
  const [given = ''] = parameters;
  const id = wholeNumber(given);
  if (id !== undefined && id > 0) return handle(id);
  return problemResponse(request, 400, `id: expected a whole number above 0, got ${given.slice(0, 40)}`, self);
}

function withBody<S extends TSchema>(
  request: HttpRequest,
  self: string,
  shape: Schema<S>,
  handle: (value: Static<S>) => Plan,
): Plan {
  const { body } = request;
  if (body === undefined || body === '') return problemResponse(request, 400, 'body: expected JSON, got nothing', self);
  if (body.length > bodyMax) {
    return problemResponse(request, 413, `body: ${body.length} characters; at most ${bodyMax} are taken`, self);
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (failure) {
    return problemResponse(request, 400, `body: ${failure instanceof Error ? failure.message : 'not JSON'}`, self);
  }
  if (shape.accepts(value)) return handle(value);
  return problemResponse(request, 400, shape.problem(value), self);
}

/** Decimal digits only: `1e3`, ` 1` and `0x1` are not ids. */
function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
