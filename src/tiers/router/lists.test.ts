/** Lists of several shards, put in one order again, a page at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../kernel/random';
import type { RouterIn } from './conversation';
import { type Listed, listOf, merged } from './lists';

/** What a shard tells that has these keys: at most so many at a time. */
function page(keys: readonly string[], after: string, limit: number): Listed {
  const left = keys.filter((key) => key > after);
  const items = left.slice(0, limit).map((key) => ({ key, value: 1, version: 1 }));
  const last = items.at(-1)?.key;
  const next = left.length > limit && last !== undefined ? { next: last } : {};
  const body: RouterIn = { kind: 'kv.items', items, position: 1, ...next };
  const list = listOf(body);
  assert.ok(list !== undefined);
  return list;
}

test('page after page, each key comes once and in order, however few a shard tells at a time', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = seeded(seed);
    const shards: string[][] = [[], [], [], []];
    const all = Array.from({ length: 200 }, (_, at) => `key-${String(at).padStart(4, '0')}`);
    for (const key of all) shards[random.int(random.next() < 0.5 ? 1 : 4)]?.push(key);
    const seen: string[] = [];
    let after: string | undefined = '';
    for (let round = 0; after !== undefined && round < 1_000; round++) {
      const from: string = after;
      // A shard may stop earlier than it was asked to.
      const list: Listed = merged(
        shards.map((keys) => page(keys, from, 1 + random.int(10))),
        10,
      );
      assert.ok(list.entries.length <= 10);
      seen.push(...list.entries.map(({ key }) => key));
      after = list.next;
    }
    assert.deepEqual(seen, all);
  }
});

test('the order is that of code points, not of halves of characters', () => {
  const lists = [['\uffee'], ['\u{1f600}']].map((keys) => page(keys, '', 10));
  assert.deepEqual(
    merged(lists, 10).entries.map(({ key }) => key),
    ['\uffee', '\u{1f600}'],
  );
});
