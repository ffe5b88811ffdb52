/**
 * The schema of the site's users, and plausible people to fill it with.
 */
import { type Random, seeded } from '../../kernel/random';
import { accountsSchema, firstCredentials } from './accounts';
import { activity, activitySchema } from './activity';
import { cacheRingSchema } from './cache-ring';
import type { Command, Sqlite } from './sqlite';

const schema = [
  `CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
    first_name TEXT NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name TEXT NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    street_address TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT (log_position())
  ) STRICT`,
  `CREATE INDEX users_by_name ON users (last_name, first_name)`,
  `CREATE TABLE phone_numbers (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    number TEXT NOT NULL CHECK (number NOT LIKE '%' || char(10) || '%'),
    PRIMARY KEY (user_id, position)
  ) STRICT, WITHOUT ROWID`,
  // Lineage also for updates that do not mention the version: it is the log position of the write that made the row.
  `CREATE TRIGGER users_version AFTER UPDATE ON users WHEN NEW.version <> log_position()
    BEGIN UPDATE users SET version = log_position() WHERE id = NEW.id; END`,
  // Which lost writes were done once more, and where: a second time changes nothing.
  `CREATE TABLE recovered_writes (id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
];

/** Rows per statement: one statement per row would cost four times as much. */
const batch = 50;

/** Creates the tables, as many users, and what they have done so far; the same seed gives the same people. */
export function populate(
  sqlite: Sqlite,
  users: number,
  postsPerUser: number,
  seed: string,
  tables: readonly string[] = [...schema, ...activitySchema, ...accountsSchema, ...cacheRingSchema],
): void {
  const random = seeded(seed).fork('people');
  const commands: Command[] = tables.map((statement) => ({ statement, parameters: [] }));
  for (let first = 1; first <= users; first += batch) {
    commands.push(...people(random, first, Math.min(users, first + batch - 1)));
  }
  commands.push(...activity(seeded(seed).fork('activity'), users, postsPerUser));
  commands.push({ statement: firstCredentials, parameters: [] });
  sqlite.write(commands, 0);
}

function people(random: Random, first: number, last: number): Command[] {
  const rows: (string | number)[][] = [];
  const phones: (string | number)[][] = [];
  for (let id = first; id <= last; id++) {
    const [city, state, zip] = pick(random, cities);
    const street = `${1 + random.int(999)} ${pick(random, streets)}`;
    const postalCode = String(Number(zip) + random.int(90)).padStart(5, '0');
    rows.push([id, pick(random, firstNames), pick(random, lastNames), street, city, state, postalCode, 0]);
    const count = 1 + random.int(2);
    for (let position = 0; position < count; position++) phones.push([id, position, phone(random)]);
  }
  return [
    insert('users (id, first_name, last_name, street_address, city, state, postal_code, version)', rows),
    insert('phone_numbers (user_id, position, number)', phones),
  ];
}

function insert(into: string, rows: readonly (string | number)[][]): Command {
  const marks = rows.map((row) => `(${row.map(() => '?').join(',')})`).join(',');
  return { statement: `INSERT INTO ${into} VALUES ${marks}`, parameters: rows.flat() };
}

function phone(random: Random): string {
  return `${200 + random.int(800)} 555-${String(random.int(10_000)).padStart(4, '0')}`;
}

function pick<T>(random: Random, from: readonly [T, ...T[]]): T {
  return from[random.int(from.length)] ?? from[0];
}

const firstNames = words(
  'Ada Alan Alice Amina Barbara Ben Carlos Chen Clara Dana Diego Edsger Elena Emma Fatima Felix Grace Hana Hiro Ines ' +
    'Ivan Jack Jane John Juan Karen Ken Lena Leslie Liam Linus Maria Mei Nadia Noah Olga Omar Priya Radia Rosa Sam Sofia Tim Wei Yuki Zoe',
);
const lastNames = words(
  'Adams Baker Brown Chen Clark Cohen Davis Diaz Evans Fischer Garcia Gomez Green Gupta Haddad Hill Hopper Ivanov Jones Kato ' +
    "Khan Kim King Lamport Lee Lopez Lovelace Martin Meyer Miller Nguyen O'Brien Okafor Olsen Patel Perlman Petrov Rossi Sato Silva Singh Smith Tanaka Turing Wang White Wilson Young",
);
const streets: readonly [string, ...string[]] = [
  'Main Street',
  '2nd Street',
  'Oak Avenue',
  'Park Avenue',
  'Elm Street',
  'Lake View Road',
  'Maple Drive',
  'Cedar Lane',
  'Hill Street',
  'Washington Boulevard',
];
type City = readonly [city: string, state: string, firstZip: string];
const cities: readonly [City, ...City[]] = [
  ['New York', 'NY', '10001'],
  ['Boston', 'MA', '02108'],
  ['Chicago', 'IL', '60601'],
  ['Houston', 'TX', '77002'],
  ['Denver', 'CO', '80202'],
  ['Seattle', 'WA', '98101'],
  ['San Francisco', 'CA', '94102'],
  ['Miami', 'FL', '33101'],
  ['Atlanta', 'GA', '30301'],
  ['Portland', 'OR', '97201'],
];

function words(text: string): readonly [string, ...string[]] {
  const [first = '', ...others] = text.split(' ');
  return [first, ...others];
}
