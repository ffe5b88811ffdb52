/**
 * A write to a store of items in words, as a statement of SQL is for a database: how people are told of one that was lost
 * with a former primary, and from which it can be done once more.
 */
import { isObject, parseJson } from '../algorithms/json';
import type { DocDelete, DocIndex, DocPatch, DocPut } from './doc';
import type { KvDelete, KvPut } from './kv';
import type { LostWrite } from './replication';

export type ItemWrite = KvPut | KvDelete | DocPut | DocPatch | DocDelete | DocIndex;
type Statement = LostWrite['statements'][number];

const lasts = ' for ? ms';
const onlyIf = ' if it has version ?';

/**
 * @param text what is written, as JSON.
 * @example
 * itemStatement('kv put', 'user:12', '"Ada"', { expected: 7 }); // kv put ? ? if it has version ?
 */
export function itemStatement(
  what: 'kv put' | 'kv delete' | 'doc put' | 'doc patch' | 'doc delete' | 'doc index' | 'doc unindex',
  place: string,
  text: string | undefined,
  { ttlMs = null, expected = null }: { readonly ttlMs?: number | null; readonly expected?: number | null } = {},
): Statement {
  const parameters = [place, text, ttlMs, expected].filter((one) => one !== undefined && one !== null);
  const words = `${what} ?${text === undefined ? '' : ' ?'}`;
  return { statement: `${words}${ttlMs === null ? '' : lasts}${expected === null ? '' : onlyIf}`, parameters };
}

/** The request that such a statement tells of; nothing where it is SQL. */
export function itemWriteIn({ statement, parameters }: Statement): ItemWrite | undefined {
  const [store = '', verb = ''] = statement.split(' ');
  const left = [...parameters];
  const key = String(left.shift() ?? '');
  const hasText = statement.startsWith(`${store} ${verb} ? ?`);
  const text = hasText ? String(left.shift()) : '';
  const ttl = statement.includes(lasts) ? { ttlMs: Number(left.shift()) } : {};
  const given = statement.includes(onlyIf) ? { expected: Number(left.shift()) } : {};
  const [collection = '', ...id] = key.split('/');
  const place = { collection, id: id.join('/') };
  switch (`${store} ${verb}`) {
    case 'kv put':
      return { kind: 'kv.put', key, value: parseJson(text), ...ttl, ...given };
    case 'kv delete':
      return { kind: 'kv.delete', key, ...given };
    case 'doc put':
      return { kind: 'doc.put', ...place, document: objectIn(text), ...given };
    case 'doc patch':
      return { kind: 'doc.patch', ...place, patch: objectIn(text), ...given };
    case 'doc delete':
      return { kind: 'doc.delete', ...place, ...given };
    case 'doc index':
    case 'doc unindex':
      return { kind: 'doc.index', collection: key, path: text, keep: verb === 'index' };
    default:
      return undefined;
  }
}

function objectIn(text: string): Record<string, unknown> {
  const value = parseJson(text);
  return isObject(value) ? { ...value } : {};
}
