/**
 * What is kept of users' passwords, and their sessions where those are kept here.
 */
const user = 'REFERENCES users (id) ON DELETE CASCADE';

export const accountsSchema: readonly string[] = [
  // A user without a row here cannot log in; one whose hash is empty has the password that new sites begin with.
  `CREATE TABLE credentials (
    user_id INTEGER PRIMARY KEY ${user},
    salt TEXT NOT NULL,
    hash TEXT NOT NULL,
    cost INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE sessions (
    user_id INTEGER NOT NULL ${user},
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    image TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (user_id, id)
  ) STRICT, WITHOUT ROWID`,
];

/** Hashed when its user first logs in: to hash a thousand takes longer than all else of a founding. */
export const firstCredentials = `INSERT INTO credentials (user_id, salt, hash, cost) SELECT id, '', '', 0 FROM users`;
