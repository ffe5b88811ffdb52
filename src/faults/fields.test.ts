import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matcher } from './fields';

test('a pattern matches the same nodes wherever they stand in a list', () => {
  const ids = ['lb-1', 'web-1', 'web-2', 'db-1'];
  assert.deepEqual(ids.filter(matcher('web-*')), ['web-1', 'web-2']);
  assert.equal(ids.some(matcher('cache-*')), false);
});
