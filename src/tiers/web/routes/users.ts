/** Users: one, all of them page by page, and what changes them. */
import { cacheKeys } from '../../../protocols/cache-keys';
import type { HttpRequest, HttpResponse } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import { passwordCheck, passwordOutcome } from '../../../protocols/password';
import type { SqlParameter, SqlResult, SqlTransaction, SqlValue } from '../../../protocols/sql';
import { answer, done, untouched, withBody, withId, withRange } from '../answers';
import { allows, conditionOf } from '../conditions';
import type { Desk } from '../desk';
import type { Plan, RowChange } from '../plan';
import type { Matched } from '../router';
import { asOwner } from '../sessions/guard';
import {
  type NewUser,
  newUser,
  partOfUser,
  userColumns,
  userOf,
  userPage,
  usersPage,
  versionPlace,
  type WholeUser,
  wholeUser,
} from '../user';

type Statement = SqlTransaction['statements'][number];

const insertOne = `INSERT INTO users (id, first_name, last_name, street_address, city, state, postal_code)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
/** Phone numbers travel as one JSON text; for a user who is not there nothing is inserted. */
const insertPhones = `INSERT INTO phone_numbers (user_id, position, number)
  SELECT u.id, p.key, p.value FROM json_each(?) p, users u WHERE u.id = ?`;
const insertCredentials = 'INSERT INTO credentials (user_id, salt, hash, cost) VALUES (?, ?, ?, ?)';
const deletePhones = 'DELETE FROM phone_numbers WHERE user_id = ?';
const selectOne = `SELECT ${userColumns} FROM users u WHERE u.id = ?`;
const updateOne = `UPDATE users SET first_name = coalesce(?, first_name), last_name = coalesce(?, last_name),
  street_address = coalesce(?, street_address), city = coalesce(?, city), state = coalesce(?, state),
  postal_code = coalesce(?, postal_code), version = log_position() WHERE id = ?`;
/** Fails the whole transaction unless the row is there in this version: no user has the id 0. */
const demandVersion = `INSERT INTO users (id, first_name, last_name, street_address, city, state, postal_code)
  SELECT 0, '', '', '', '', '', '' WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = ? AND version = ?)`;
const deleteOne = 'DELETE FROM users WHERE id = ?';
const selectPage = `SELECT ${userColumns} FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?`;
/** That the user is what this very transaction has made of it. */
const wasWritten = 'EXISTS (SELECT 1 FROM users w WHERE w.id = ? AND w.version = log_position())';

export function readUser(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withId(request, matched, self, (id) => ({
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectOne, parameters: [id] },
    cached: cacheKeys.user(id),
    respond: (result, via) => oneUser(request, via, result, id, 200),
  }));
}

export function listUsers(request: HttpRequest, matched: Matched, { self }: Desk): Plan {
  return withRange(request, matched, self, 'after', ({ limit, from }) => ({
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectPage, parameters: [from, limit + 1] },
    respond: ({ rows }, via) => {
      const users = rows.slice(0, limit).map(userOf);
      const last = users.at(-1);
      const next = rows.length > limit && last !== undefined ? `/users?limit=${limit}&after=${last.id}` : undefined;
      return answer(request, via, 200, {
        json: () => ({ users, ...(next === undefined ? {} : { next }) }),
        html: () => usersPage(users, next),
      });
    },
  }));
}

/** Who gives no password along cannot log in. */
export function createUser(request: HttpRequest, _matched: Matched, desk: Desk): Plan {
  return withBody(request, desk.self, newUser, ({ password, ...user }) => {
    if (password === undefined) return insertUser(request, user, () => []);
    const salt = desk.newSalt();
    const cost = desk.settings.passwordCost;
    return {
      kind: 'work',
      job: passwordCheck({ password, salt, cost }),
      respond: (result) => {
        const hash = passwordOutcome.accepts(result) ? result.hash : '';
        return insertUser(request, user, (id) => [
          { statement: insertCredentials, parameters: [id, salt, hash, cost] },
        ]);
      },
    };
  });
}

function insertUser(
  request: HttpRequest,
  user: Omit<NewUser, 'password'>,
  more: (id: SqlParameter) => readonly Statement[],
): Plan {
  const id = user.id ?? { newId: 'users' };
  return {
    kind: 'ask',
    question: {
      kind: 'sql.transaction',
      statements: [
        { statement: insertOne, parameters: [id, ...valuesOf(user)] },
        { statement: insertPhones, parameters: [JSON.stringify(user.phoneNumbers ?? []), id] },
        ...more(id),
        { statement: selectOne, parameters: [id] },
      ],
    },
    changes: (result) => {
      const made = result?.rows[0]?.[0] ?? user.id;
      return typeof made === 'number' ? [cacheKeys.user(made)] : [];
    },
    showsRow: true,
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
}

export function replaceUser(request: HttpRequest, matched: Matched, desk: Desk): Plan {
  const { self } = desk;
  return withId(request, matched, self, (id) =>
    withBody(request, self, wholeUser, (user) => {
      if (user.id !== undefined && user.id !== id) {
        return problemResponse(request, 400, `id: expected ${id} as in the path, got ${user.id}`, self);
      }
      return asOwner(request, id, desk, () => writeUser(request, id, valuesOf(user), user.phoneNumbers));
    }),
  );
}

export function changeUser(request: HttpRequest, matched: Matched, desk: Desk): Plan {
  const { self } = desk;
  return withId(request, matched, self, (id) =>
    withBody(request, self, partOfUser, ({ firstName, lastName, address, phoneNumbers }) => {
      const { streetAddress, city, state, postalCode } = address ?? {};
      const values = [firstName, lastName, streetAddress, city, state, postalCode].map((value) => value ?? null);
      return asOwner(request, id, desk, () => writeUser(request, id, values, phoneNumbers));
    }),
  );
}

export function deleteUser(request: HttpRequest, matched: Matched, desk: Desk): Plan {
  return withId(request, matched, desk.self, (id) => {
    const condition = conditionOf(request);
    const gone = { statement: deleteOne, parameters: [id] };
    const read = { statement: selectOne, parameters: [id] };
    const statements =
      condition === undefined
        ? [gone]
        : [{ statement: deleteOne + condition.sql, parameters: [id, ...condition.parameters] }, read];
    return asOwner(request, id, desk, () => ({
      kind: 'ask',
      question: { kind: 'sql.transaction', statements },
      changes: () => [cacheKeys.user(id)],
      respond: ({ changes, rows }, via) =>
        changes > 0 ? done(via) : untouched(request, via, `user ${id}`, rows.length > 0),
    }));
  });
}

/** Sets what is not null, replaces the phone numbers if some were given, and reads the row back: all or nothing. */
function writeUser(
  request: HttpRequest,
  id: number,
  values: readonly SqlValue[],
  phoneNumbers: readonly string[] | undefined,
): Plan {
  const condition = conditionOf(request);
  const update: Statement =
    condition === undefined
      ? { statement: updateOne, parameters: [...values, id] }
      : { statement: updateOne + condition.sql, parameters: [...values, id, ...condition.parameters] };
  const phones = phoneNumbers === undefined ? [] : phonesOf(id, phoneNumbers, condition !== undefined);
  const read = { statement: selectOne, parameters: [id] };
  return {
    kind: 'ask',
    question: { kind: 'sql.transaction', statements: [update, ...phones, read] },
    changes: () => [cacheKeys.user(id)],
    showsRow: true,
    behind: changeOf(request, id, values, phoneNumbers),
    respond: (result, via) =>
      condition !== undefined && result.changes === 0
        ? untouched(request, via, `user ${id}`, result.rows.length > 0)
        : oneUser(request, via, result, id, 200),
  };
}

/** The same for a row that lies in a cache. */
function changeOf(
  request: HttpRequest,
  id: number,
  values: readonly SqlValue[],
  phoneNumbers: readonly string[] | undefined,
): RowChange {
  return {
    key: cacheKeys.user(id),
    read: { kind: 'sql.execute', statement: selectOne, parameters: [id] },
    versionPlace,
    apply: (row, tags) => {
      if (!allows(request, tags)) return undefined;
      const names = row.slice(1, versionPlace).map((value, place) => values[place] ?? value);
      const numbers = phoneNumbers ?? userOf(row).phoneNumbers;
      const flush = [
        { statement: demandVersion, parameters: [id, { base: true as const }] },
        { statement: updateOne, parameters: [...names, id] },
        { statement: deletePhones, parameters: [id] },
        { statement: insertPhones, parameters: [JSON.stringify(numbers), id] },
        { statement: selectOne, parameters: [id] },
      ];
      const phones = numbers.length === 0 ? null : numbers.join('\n');
      return { row: [id, ...names, row[versionPlace] ?? null, phones], flush };
    },
  };
}

/** @param onlyIfWritten leaves them alone where the row of the user was. */
function phonesOf(id: SqlParameter, phoneNumbers: readonly string[], onlyIfWritten: boolean): Statement[] {
  const numbers = JSON.stringify(phoneNumbers);
  if (!onlyIfWritten) {
    return [
      { statement: deletePhones, parameters: [id] },
      { statement: insertPhones, parameters: [numbers, id] },
    ];
  }
  return [
    { statement: `${deletePhones} AND ${wasWritten}`, parameters: [id, id] },
    { statement: `${insertPhones} AND u.version = log_position()`, parameters: [numbers, id] },
  ];
}

function valuesOf({ firstName, lastName, address }: Omit<WholeUser, 'phoneNumbers'>): SqlValue[] {
  const { streetAddress, city, state, postalCode } = address;
  return [firstName, lastName, streetAddress, city, state, postalCode];
}

function oneUser(request: HttpRequest, via: string, { rows }: SqlResult, id: number, status: number): HttpResponse {
  const row = rows[0];
  if (row === undefined) return problemResponse(request, 404, `there is no user ${id}`, via);
  const user = userOf(row);
  // A row that the database does not have yet goes by the name of the write that made it.
  const version = row[versionPlace] ?? 0;
  return answer(request, via, status, { json: () => user, html: () => userPage(user), version });
}
