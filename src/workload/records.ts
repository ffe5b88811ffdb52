/**
 * One workload for stores that speak differently: users' records that are kept by a number, read by it, changed and listed.
 * Each language says what a store of that kind has to be asked for it, all of it: what it cannot do in one request takes
 * several.
 */
import type { Body } from '../kernel/envelope';
import {
  type DocFind,
  type DocGet,
  type DocPatch,
  type DocPut,
  docDocument,
  docDone,
  docFound,
} from '../protocols/doc';
import { type KvGet, type KvPut, type KvScan, kvDone, kvFailure, kvItem, kvItems } from '../protocols/kv';
import type { Family } from '../protocols/shard-map';
import { type SqlExecute, type SqlTransaction, sqlResult } from '../protocols/sql';

/** What is kept of a user, under a number. */
export interface UserRecord {
  readonly id: number;
  readonly fields: Readonly<Record<string, string>>;
}

type Question = SqlExecute | SqlTransaction | KvGet | KvPut | KvScan | DocGet | DocPut | DocPatch | DocFind;

/**
 * What is asked for one operation, one thing after the other: it is given each answer, nothing where none came, and ends
 * with whether it was done.
 */
export type Conversation = Generator<Question, boolean, Body | undefined>;

export interface RecordLanguage {
  /** Keeps a record that was not there. */
  readonly keep: (record: UserRecord) => Conversation;
  readonly read: (id: number) => Conversation;
  /** Gives one field another value; all others stay as they are, whoever else changes them at the same time. */
  readonly change: (id: number, field: string, value: string) => Conversation;
  /** So many records, in the order of their numbers, behind one of them. */
  readonly list: (after: number, limit: number) => Conversation;
}

/** Compare-and-set is tried so often: somebody else may be faster. */
const changesMax = 5;

const columns = ['first_name', 'last_name', 'street_address', 'city', 'state', 'postal_code'] as const;
const select = `SELECT id, ${columns.join(', ')} FROM users`;

/** All records of a relational store, page by page: what the others are given. */
export function recordsAfter(after: number, limit: number): SqlExecute {
  return { kind: 'sql.execute', statement: `${select} WHERE id > ? ORDER BY id LIMIT ${limit}`, parameters: [after] };
}

/** The records in the answer to `recordsAfter`; nothing if it is none. */
export function recordsIn(answer: Body | undefined): readonly UserRecord[] | undefined {
  if (!sqlResult.accepts(answer)) return undefined;
  return answer.rows.map(([id, ...values]) => ({
    id: Number(id),
    fields: Object.fromEntries(columns.map((column, at) => [column, String(values[at])])),
  }));
}

const relational: RecordLanguage = {
  *keep({ id, fields }) {
    const statement = `INSERT INTO users (id, ${columns.join(', ')}) VALUES (?, ?, ?, ?, ?, ?, ?)`;
    const parameters = [id, ...columns.map((column) => fields[column] ?? '')];
    return sqlResult.accepts(yield { kind: 'sql.transaction', statements: [{ statement, parameters }] });
  },
  *read(id) {
    const answer = yield { kind: 'sql.execute', statement: `${select} WHERE id = ?`, parameters: [id] };
    return sqlResult.accepts(answer) && answer.rows.length === 1;
  },
  *change(id, field, value) {
    if (!columns.some((column) => column === field)) throw new Error(`users have no ${field}`);
    const statement = `UPDATE users SET ${field} = ? WHERE id = ?`;
    return sqlResult.accepts(yield { kind: 'sql.transaction', statements: [{ statement, parameters: [value, id] }] });
  },
  *list(after, limit) {
    return sqlResult.accepts(yield recordsAfter(after, limit));
  },
};

/** In the order of numbers, and not of their digits. */
function keyOf(id: number): string {
  return `user:${String(id).padStart(7, '0')}`;
}

const keyValue: RecordLanguage = {
  *keep({ id, fields }) {
    return kvDone.accepts(yield { kind: 'kv.put', key: keyOf(id), value: fields, expected: 0 });
  },
  *read(id) {
    const answer = yield { kind: 'kv.get', key: keyOf(id) };
    return kvItem.accepts(answer) && answer.item !== undefined;
  },
  /** A value is one whole: it is read, and written if nobody else has done so meanwhile. */
  *change(id, field, value) {
    const key = keyOf(id);
    for (let attempt = 0; attempt < changesMax; attempt++) {
      const found = yield { kind: 'kv.get', key };
      if (!kvItem.accepts(found) || found.item === undefined) return false;
      const { value: before, version: expected } = found.item;
      const after = typeof before === 'object' ? { ...before, [field]: value } : { [field]: value };
      const answer = yield { kind: 'kv.put', key, value: after, expected };
      if (kvDone.accepts(answer)) return true;
      if (!kvFailure.accepts(answer) || answer.because !== 'version-conflict') return false;
    }
    return false;
  },
  *list(after, limit) {
    return kvItems.accepts(yield { kind: 'kv.scan', prefix: 'user:', after: keyOf(after), limit });
  },
};

const collection = 'users';

function idOf(id: number): string {
  return String(id).padStart(7, '0');
}

const documents: RecordLanguage = {
  *keep({ id, fields }) {
    return docDone.accepts(yield { kind: 'doc.put', collection, id: idOf(id), document: { ...fields }, expected: 0 });
  },
  *read(id) {
    const answer = yield { kind: 'doc.get', collection, id: idOf(id) };
    return docDocument.accepts(answer) && answer.found !== undefined;
  },
  *change(id, field, value) {
    return docDone.accepts(yield { kind: 'doc.patch', collection, id: idOf(id), patch: { [field]: value } });
  },
  *list(after, limit) {
    return docFound.accepts(yield { kind: 'doc.find', collection, where: [], after: idOf(after), limit });
  },
};

/** How each family of stores is spoken to. */
export const recordLanguages: Readonly<Record<Family, RecordLanguage>> = {
  sql: relational,
  kv: keyValue,
  doc: documents,
};
