/**
 * A user: what it is, what may be said about one, how it is shown. No messages here.
 */
import { Schema, type Static, Type } from '../../kernel/schema';
import { escapeHtml } from '../../protocols/http';
import type { SqlValue } from '../../protocols/sql';

const name = Type.String({ minLength: 1, maxLength: 100 });
const place = Type.String({ maxLength: 200 });
const phoneNumbers = Type.Array(Type.String({ pattern: '^[0-9 +()./-]{3,30}$' }), { maxItems: 10 });

const address = Type.Object(
  { streetAddress: place, city: place, state: place, postalCode: Type.String({ maxLength: 20 }) },
  { additionalProperties: false },
);

/** A user as clients see it (and say it, without the id). */
export interface User {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly address: Static<typeof address>;
  readonly phoneNumbers: readonly string[];
}

const whole = { firstName: name, lastName: name, address, phoneNumbers };

/** What creates a user; without an id the database chooses one. */
export const newUser = new Schema(
  Type.Object(
    {
      id: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
      ...whole,
      phoneNumbers: Type.Optional(phoneNumbers),
      password: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
);
export type NewUser = Static<(typeof newUser)['type']>;

/** What replaces a user as a whole. */
export const wholeUser = new Schema(
  Type.Object({ id: Type.Optional(Type.Integer()), ...whole }, { additionalProperties: false }),
);
export type WholeUser = Static<(typeof wholeUser)['type']>;

/** What changes some of a user. */
export const partOfUser = new Schema(
  Type.Object(
    {
      firstName: Type.Optional(name),
      lastName: Type.Optional(name),
      address: Type.Optional(Type.Partial(address, { additionalProperties: false })),
      phoneNumbers: Type.Optional(phoneNumbers),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
);
export type PartOfUser = Static<(typeof partOfUser)['type']>;

/** The columns that `userOf` reads, in its order; phone numbers come joined by line feeds, which none of them holds. */
export const userColumns = `u.id, u.first_name, u.last_name, u.street_address, u.city, u.state, u.postal_code, u.version,
  (SELECT group_concat(number, '\n')
     FROM (SELECT number FROM phone_numbers WHERE user_id = u.id ORDER BY position)) AS phone_numbers`;

/** Where the version, the log position of the write that made the row, stands among them. */
export const versionPlace = 7;

export function userOf(row: readonly SqlValue[]): User {
  const phones = row[8];
  return {
    id: Number(row[0]),
    firstName: text(row[1]),
    lastName: text(row[2]),
    address: {
      streetAddress: text(row[3]),
      city: text(row[4]),
      state: text(row[5]),
      postalCode: text(row[6]),
    },
    phoneNumbers: typeof phones !== 'string' ? [] : phones.includes('\n') ? phones.split('\n') : [phones],
  };
}

/** A page about one user. */
export function userPage(user: User): string {
  const { streetAddress, city, state, postalCode } = user.address;
  const full = `${user.firstName} ${user.lastName}`;
  const phones = user.phoneNumbers.map((number) => `<li>${escapeHtml(number)}</li>`).join('');
  return page(
    full,
    `<dl>
<dt>Id</dt><dd>${user.id}</dd>
<dt>Address</dt><dd>${escapeHtml(streetAddress)}<br>${escapeHtml(city)}, ${escapeHtml(state)} ${escapeHtml(postalCode)}</dd>
<dt>Phone</dt><dd><ul>${phones}</ul></dd>
</dl>
<p><a href="/users">All users</a></p>`,
  );
}

/** A page that lists users, and leads on to the next one. */
export function usersPage(users: readonly User[], next: string | undefined): string {
  const rows = users.map(
    ({ id, firstName, lastName, address: { city } }) =>
      `<tr><td>${id}</td><td><a href="/users/${id}">${escapeHtml(`${firstName} ${lastName}`)}</a></td><td>${escapeHtml(city)}</td></tr>`,
  );
  const more = next === undefined ? '' : `\n<p><a href="${escapeHtml(next)}">More</a></p>`;
  return page('Users', `<table>\n<tr><th>Id</th><th>Name</th><th>City</th></tr>\n${rows.join('\n')}\n</table>${more}`);
}

/** A whole page around a title and some HTML. */
export function page(title: string, content: string): string {
  const safe = escapeHtml(title);
  return `<!doctype html>\n<html lang="en">\n<title>${safe}</title>\n<h1>${safe}</h1>\n${content}\n</html>\n`;
}

function text(value: SqlValue | undefined): string {
  return typeof value === 'string' ? value : String(value ?? '');
}
