/**
 * A hash of all data of a database that does not depend on how it came to lie in memory: the schema, then every row of
 * every table in the order of its values.
 */
import type { Database } from 'better-sqlite3';
import { TextHash } from '../../algorithms/text-hash';

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

/** Types are told apart: 1 is not 1.0 and not '1'. */
function textOf(row: unknown): string {
  return JSON.stringify(row, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `i${value}`;
    return typeof value === 'string' ? `t${value}` : value;
  });
}
