/** Which keys a write changes, however it is written. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEntry } from './log';
import { Refusal } from './refusal';
import { defaults } from './settings';
import { DatabaseState } from './state';

class Tracked {
  private readonly state = new DatabaseState({ ...defaults, seedUsers: 0 });
  private position = 0;

  constructor() {
    this.state.install(this.state.founding());
    this.state.trackChanges(true);
    this.changed("INSERT INTO users SELECT value, 'Ada', 'Byron', '', '', '', '', 0 FROM json_each('[1,2,3]')");
    this.changed(
      "INSERT INTO posts (id, user_id, body, posted_on) VALUES (7, 1, 'x', '2026-01-01'), (8, 2, 'y', '2026-01-01')",
    );
    this.changed(
      "INSERT INTO photos (id, user_id, post_id, path, bytes) VALUES (5, 1, 7, '/a', 1), (6, 2, NULL, '/b', 1)",
    );
  }

  get digest(): string {
    return this.state.digest();
  }

  track(isWanted: boolean): void {
    this.state.trackChanges(isWanted);
  }

  /** What a transaction was said to have changed, in order of the keys. */
  changed(...statements: string[]): readonly string[] | 'everything' {
    const commands = statements.map((statement) => ({ statement, parameters: [] }));
    const entry = encodeEntry({ id: 'test', commands, rowsMax: 100, recovers: undefined });
    const outcome = this.state.apply(entry, ++this.position);
    if (outcome instanceof Refusal) return [];
    const changed = this.state.open.takeChanged();
    return changed === 'everything' ? changed : [...changed].sort();
  }
}

describe('what is told to have changed', () => {
  test('rows that come, change and go, by the keys under which they may be cached', () => {
    const rows = new Tracked();
    assert.deepEqual(rows.changed("UPDATE users SET city = 'Oslo' WHERE id = 2"), ['row:user:2']);
    assert.deepEqual(rows.changed("UPDATE users SET city = 'Rome'"), ['row:user:1', 'row:user:2', 'row:user:3']);
    assert.deepEqual(rows.changed("INSERT INTO phone_numbers VALUES (3, 0, '555')"), ['row:user:3']);
    assert.deepEqual(rows.changed('DELETE FROM phone_numbers'), ['row:user:3']);
    assert.deepEqual(rows.changed('DELETE FROM posts WHERE id = 8'), ['row:post:2:8']);
    assert.deepEqual(rows.changed('INSERT INTO follows VALUES (1, 2)'), []);
  });

  test('a row that becomes another one was both', () => {
    const rows = new Tracked();
    assert.deepEqual(rows.changed('UPDATE posts SET user_id = 3 WHERE id = 8'), ['row:post:2:8', 'row:post:3:8']);
  });

  test('what goes along with a row, and what another row replaces', () => {
    const rows = new Tracked();
    const gone = ['row:photo:1:5', 'row:post:1:7', 'row:user:1'];
    assert.deepEqual(rows.changed('DELETE FROM users WHERE id = 1'), gone);
    const replaced = "REPLACE INTO photos (id, user_id, path, bytes) VALUES (9, 3, '/b', 2)";
    assert.deepEqual(rows.changed(replaced), ['row:photo:2:6', 'row:photo:3:9']);
  });

  test('what was refused has changed nothing, and is not told with the next one', () => {
    const rows = new Tracked();
    assert.deepEqual(rows.changed('DELETE FROM posts', 'INSERT INTO users (id) VALUES (9)'), []);
    assert.deepEqual(rows.changed("UPDATE users SET city = 'Oslo' WHERE id = 2"), ['row:user:2']);
  });

  test('a new definition changes everything, and what comes after it is told again', () => {
    const rows = new Tracked();
    assert.equal(rows.changed('ALTER TABLE posts RENAME COLUMN user_id TO author'), 'everything');
    assert.deepEqual(rows.changed('DELETE FROM posts'), ['row:photo:1:5']);
    assert.equal(rows.changed('ALTER TABLE posts RENAME COLUMN author TO user_id'), 'everything');
    assert.equal(rows.changed('DROP TABLE photos'), 'everything');
    assert.equal(
      rows.changed('CREATE TABLE notes (id INTEGER PRIMARY KEY)', 'DELETE FROM users WHERE id = 1'),
      'everything',
    );
    assert.deepEqual(rows.changed('DELETE FROM users WHERE id = 2'), ['row:user:2']);
    assert.deepEqual(rows.changed('CREATE TABLE notes (id INTEGER PRIMARY KEY)'), []);
    assert.deepEqual(rows.changed('DELETE FROM users WHERE id = 3'), ['row:user:3']);
  });

  test('of very many rows it is not told which', () => {
    const rows = new Tracked();
    const numbers = 'WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 1010)';
    assert.equal(
      rows.changed(`INSERT INTO users ${numbers} SELECT i, 'A', 'B', '', '', '', '', 0 FROM n`),
      'everything',
    );
  });
});

test('copies that track and copies that do not hold the same', () => {
  const [tracked, other] = [new Tracked(), new Tracked()];
  other.track(false);
  for (const rows of [tracked, other]) {
    rows.changed('ALTER TABLE photos DROP COLUMN bytes', "UPDATE users SET city = 'Oslo'");
    rows.changed("REPLACE INTO users VALUES (2, 'Ada', 'King', '', '', '', '', 0)");
  }
  assert.equal(tracked.digest, other.digest);
  assert.deepEqual(other.changed('DELETE FROM users WHERE id = 3'), []);
  other.track(true);
  assert.deepEqual(other.changed('DELETE FROM users WHERE id = 2'), ['row:user:2']);
});
