/** What a copy remembers of what was changed, and that it knows what it does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogPlace } from '../../protocols/invalidation';
import { RecentChanges } from './recent-changes';

const at = (position: number, term = 1): LogPlace => ({ position, term });
const positions = (recent: RecentChanges, from: LogPlace) => recent.since(from)?.map((change) => change.at.position);

test('what came after a place, as long as the place is of this log', () => {
  const recent = new RecentChanges(at(10));
  for (const position of [12, 15, 16]) recent.add(at(position), ['a']);
  recent.add(at(18), []);
  assert.deepEqual(recent.last, at(16));
  assert.deepEqual(positions(recent, at(10)), [12, 15, 16]);
  assert.deepEqual(positions(recent, at(15)), [16]);
  assert.deepEqual(positions(recent, at(16)), []);
  assert.equal(recent.since(at(15, 2)), undefined);
  assert.equal(recent.since(at(17)), undefined);
  assert.equal(recent.since(at(9)), undefined);
});

test('what is too long ago is not known any more, and neither is what was before everything changed', () => {
  const recent = new RecentChanges(at(0), 10);
  for (let position = 1; position <= 11; position++) recent.add(at(position), ['a']);
  assert.equal(recent.since(at(0)), undefined);
  assert.deepEqual(positions(recent, at(6)), [7, 8, 9, 10, 11]);
  recent.add(at(12), 'everything');
  assert.equal(recent.since(at(11)), undefined);
  assert.deepEqual(positions(recent, at(12)), []);
});
