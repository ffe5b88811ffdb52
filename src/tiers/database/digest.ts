/**
 * A hash of all data of a database that does not depend on how it came to lie in memory: the schema, then every row of
 * every table in the order of its values.
 */
import { crc32 } from 'node:zlib';
import type { Database } from 'better-sqlite3';

export function digestOf(database: Database): string {
  const hash = new TextHash();
  const schema = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').raw(true).all();
  hash.update(JSON.stringify(schema));
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
  for (const table of tables) {
    const name = `"${String(table).replaceAll('"', '""')}"`;
    const columns = database.prepare(`SELECT * FROM ${name}`).columns();
    const order = columns.map((_, place) => place + 1).join(', ');
    hash.update(`${name}\n`);
    const rows = database.prepare(`SELECT * FROM ${name} ORDER BY ${order}`).raw(true).safeIntegers(true);
    for (const row of rows.iterate()) hash.update(`${textOf(row)}\n`);
  }
  return hash.value;
}

/** Two checksums over the same texts, each begun otherwise: 64 bits, enough to tell copies apart that nobody forged. */
class TextHash {
  private first = 0;
  private second = 0x9e3779b9;
  private length = 0;

  update(text: string): void {
    this.first = crc32(text, this.first);
    this.second = Math.imul(this.second ^ crc32(text, this.length), 0x85ebca6b) >>> 0;
    this.length = (this.length + text.length) >>> 0;
  }

  get value(): string {
    return [this.first, this.second].map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}

/** Types are told apart: 1 is not 1.0 and not '1'. */
function textOf(row: unknown): string {
  return JSON.stringify(row, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `i${value}`;
    return typeof value === 'string' ? `t${value}` : value;
  });
}
