/**
 * What the planner has to know of the tables: columns with their types, which one has the row's own id, and by which the
 * rows are placed. Read from the very CREATE TABLE texts with which shards are founded.
 */
import type { ShardedTable } from '../../protocols/shard-map';
import { grammatical } from './parse';
import { folded } from './tree';

/** What SQLite makes of a value that is put into a column. */
export type Affinity = 'INTEGER' | 'REAL' | 'TEXT' | 'NUMERIC';

export interface Column {
  /** As it was declared: what results call it. */
  readonly name: string;
  readonly affinity: Affinity;
}

/** A sharded table; columns are found by their names in small letters. */
export interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** The column that is the integer primary key, if there is one: the id that new rows get. */
  readonly id: string | undefined;
  readonly primaryKey: readonly string[];
  readonly key: string;
  readonly part: string | undefined;
}

/** Tables by their names in small letters. */
export type Schema = ReadonlyMap<string, Table>;

/**
 * Reads CREATE TABLE texts; other statements are passed over, and so are tables that nobody placed. Throws what is wrong
 * with them: a planner that does not know its tables plans nothing.
 *
 *     readSchema(['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT) STRICT'], [{ table: 'users', key: 'id' }]);
 */
export function readSchema(statements: readonly string[], sharded: readonly ShardedTable[]): Schema {
  const schema = new Map<string, Table>();
  const placed = new Map(sharded.map((one) => [folded(one.table), one]));
  for (const statement of statements) {
    if (!/^\s*CREATE\s+TABLE\b/i.test(statement)) continue;
    const table = tableOf(statement, placed);
    if (table !== undefined) schema.set(folded(table.name), table);
  }
  for (const { table } of sharded) {
    if (!schema.has(folded(table))) throw new Error(`schema: ${table} is to be sharded, and no CREATE TABLE makes it`);
  }
  return schema;
}

function tableOf(text: string, placed: ReadonlyMap<string, ShardedTable>): Table | undefined {
  const stmt = grammatical(text);
  if (stmt.type !== 'CreateTableStmt') return undefined;
  const name = stmt.tblName.objName.text;
  const { key, part } = placed.get(folded(name)) ?? {};
  if (key === undefined) return undefined;
  if (stmt.body.type !== 'ColumnsAndConstraintsCreateTableBody') {
    throw new Error(`schema: ${name} is made by a query; name its columns and their types`);
  }
  const columns = new Map<string, Column>();
  let id: string | undefined;
  let primaryKey: readonly string[] = [];
  for (const { colName, colType, constraints } of stmt.body.columns) {
    const column = folded(colName.text);
    const type = colType?.name.toUpperCase() ?? '';
    columns.set(column, { name: colName.text, affinity: affinityOf(`${name}.${colName.text}`, type) });
    for (const { constraint } of constraints ?? []) {
      if (constraint.type === 'CollateColumnConstraint' && folded(constraint.collationName.text) !== 'binary') {
        throw new Error(`schema: ${name}.${colName.text}: say COLLATE where it is compared, not where it is declared`);
      }
      if (constraint.type !== 'PrimaryKeyColumnConstraint') continue;
      primaryKey = [column];
      if (type === 'INTEGER') id = column;
    }
  }
  for (const { constraint } of stmt.body.constraints ?? []) {
    if (constraint.type !== 'PrimaryKeyTableConstraint') continue;
    primaryKey = constraint.columns.flatMap(({ expr }) => (expr.type === 'Id' ? [folded(expr.name)] : []));
    const [only = '', ...others] = primaryKey;
    const rowid = !/WITHOUT\s+ROWID/i.test(text.slice(text.lastIndexOf(')')));
    const type = stmt.body.columns.find(({ colName }) => folded(colName.text) === only)?.colType?.name ?? '';
    if (rowid && others.length === 0 && folded(type) === 'integer') id = only;
  }
  for (const column of [key, ...(part === undefined ? [] : [part])]) {
    if (!columns.has(folded(column))) throw new Error(`schema: ${name} has no column ${column} to place its rows by`);
    const affinity = columns.get(folded(column))?.affinity;
    if (affinity !== 'INTEGER' && affinity !== 'TEXT') {
      throw new Error(`schema: ${name}.${column} is ${affinity}; rows are placed by an integer or a text`);
    }
  }
  return { name, columns, id, primaryKey, key: folded(key), part: part === undefined ? undefined : folded(part) };
}

/** By SQLite's rules for the names of types. Values of columns without one would not come through a message as they were. */
function affinityOf(column: string, type: string): Affinity {
  if (type.includes('INT')) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'TEXT';
  if (type === '' || type === 'ANY' || type.includes('BLOB')) {
    throw new Error(`schema: ${column} is ${type || 'of no type'}; a sharded table has integers, numbers and texts`);
  }
  return /REAL|FLOA|DOUB/.test(type) ? 'REAL' : 'NUMERIC';
}
