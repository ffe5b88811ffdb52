/** The row of the ring, and how one ring becomes the next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgreedRing, clockDriftMax, complete, completesAfterMs, propose, ringOf, servingMs } from './agreed-ring';
import type { SqlResult, SqlValue } from './sql';

const answer = (row: SqlValue[] | undefined): SqlResult => ({
  kind: 'sql.result',
  columns: [],
  rows: row === undefined ? [] : [row],
  changes: 0,
  lastId: 0,
  position: 7,
});
const members = (...ids: string[]) => ids.map((id) => ({ id, since: 1 }));
const keys = Array.from({ length: 200 }, (_, place) => `row:user:${place}`);

test('the row is read as it was written', () => {
  const ring = ringOf(answer([2, 1, 'cache-1 1,cache-2 2', 3, 'cache-2 2']));
  assert.deepEqual(ring?.servers, [
    { id: 'cache-1', since: 1 },
    { id: 'cache-2', since: 2 },
  ]);
  assert.deepEqual(ring?.next, { epoch: 3, servers: [{ id: 'cache-2', since: 2 }] });
  assert.deepEqual([ring?.epoch, ring?.after, ring?.position, ring?.isFencing], [2, 1, 7, true]);
  const empty = ringOf(answer([0, 0, '', null, null]));
  assert.deepEqual([empty?.servers, empty?.next, empty?.serverOf('a')], [[], undefined, undefined]);
  assert.equal(ringOf(answer(undefined)), undefined);
  assert.equal(ringOf(answer(['2', 1, '', null, null])), undefined);
});

test('while a change is under way nobody gives out what moves by it', () => {
  const before = new AgreedRing(1, 0, members('a', 'b'), undefined, 1);
  const after = new AgreedRing(2, 1, members('a', 'b', 'c'), undefined, 1);
  const between = new AgreedRing(1, 0, members('a', 'b'), { epoch: 2, servers: members('a', 'b', 'c') }, 1);
  for (const key of keys) {
    const [from, to] = [before.serverOf(key), after.serverOf(key)];
    assert.equal(between.serverOf(key), from === to ? from : undefined);
  }
  assert.ok(keys.some((key) => between.serverOf(key) === undefined));
});

test('a change has a number of its own, also in the place of another one', () => {
  const ring = new AgreedRing(3, 2, members('a', 'b'), undefined, 1);
  assert.deepEqual(propose(ring, ['c', 'a']).statements[0]?.parameters, [4, 'a 1,c 4', 3, 3]);
  const changing = new AgreedRing(3, 2, members('a', 'b'), { epoch: 6, servers: members('a') }, 1);
  assert.deepEqual(propose(changing, ['a', 'b']).statements[0]?.parameters, [7, 'a 1,b 7', 3, 6]);
  assert.deepEqual(complete(changing).statements[0]?.parameters, [3, 6]);
});

test('whoever waits long enough has outlived every lease, however both clocks drift', () => {
  const lease = servingMs / (1 - clockDriftMax);
  const wait = completesAfterMs / (1 + clockDriftMax);
  assert.ok(wait >= lease - 1e-9 && wait < lease + 1);
});
