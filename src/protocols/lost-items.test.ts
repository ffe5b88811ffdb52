import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemStatement, itemWriteIn } from './lost-items';

test('what was lost is told in words, and can be done once more from them', () => {
  const value = { name: 'Ada', note: 'what if it has version ? for ? ms' };
  const text = JSON.stringify(value);
  const put = itemStatement('kv put', 'user:12', text, { ttlMs: 500, expected: 0 });
  assert.equal(put.statement, 'kv put ? ? for ? ms if it has version ?');
  assert.deepEqual(itemWriteIn(put), { kind: 'kv.put', key: 'user:12', value, ttlMs: 500, expected: 0 });
  const known = [
    [itemStatement('kv put', 'k', '"v"'), { kind: 'kv.put', key: 'k', value: 'v' }],
    [itemStatement('kv delete', 'k', undefined, { expected: 7 }), { kind: 'kv.delete', key: 'k', expected: 7 }],
    [itemStatement('doc put', 'users/a/b', text), { kind: 'doc.put', collection: 'users', id: 'a/b', document: value }],
    [itemStatement('doc patch', 'users/1', '{}'), { kind: 'doc.patch', collection: 'users', id: '1', patch: {} }],
    [itemStatement('doc delete', 'users/1', undefined), { kind: 'doc.delete', collection: 'users', id: '1' }],
    [
      itemStatement('doc unindex', 'users', 'city'),
      { kind: 'doc.index', collection: 'users', path: 'city', keep: false },
    ],
  ] as const;
  for (const [statement, request] of known) assert.deepEqual(itemWriteIn(statement), request);
  assert.equal(itemWriteIn({ statement: 'DELETE FROM users WHERE id = ?', parameters: [1] }), undefined);
});
