/** What can be done to a placement, what cannot and why, and how much moves by it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change } from '../protocols/placement';
import type { Method, Placement } from '../protocols/shard-map';
import { changed, freshNames, shardsNeeded, shardsOf } from './change';
import { expectedShare, expectedShares } from './expected-share';
import { Placer } from './placement';
import { slicesOf } from './slices';

const shards = ['shard-1', 'shard-2', 'shard-3', 'shard-4'];

function by(method: Method, more: Partial<Placement> = {}): Placement {
  return { method, shards, splits: [], isolated: [], ...more };
}

function next(placement: Placement, change: Change): Placement {
  const names = freshNames('sql', shardsOf(placement), shardsNeeded(placement, change));
  const answer = changed(placement, change, names);
  assert.ok(answer.ok, answer.ok ? '' : answer.reason);
  return answer.next;
}

function refusal(placement: Placement, change: Change): string {
  const names = freshNames('sql', shardsOf(placement), shardsNeeded(placement, change));
  const answer = changed(placement, change, names);
  assert.ok(!answer.ok, `it was taken: ${JSON.stringify(change)}`);
  return answer.reason;
}

const keysDrawn = 20_000;

/** The share of the keys from 1 on that is elsewhere. */
function moved(base: Placement, after: Placement): number {
  const [one, other] = [new Placer(base), new Placer(after)];
  let count = 0;
  for (let key = 1; key <= keysDrawn; key++) if (one.place(key) !== other.place(key)) count++;
  return count / keysDrawn;
}

const splitTwo: Change = { what: 'split', shard: 'shard-2' };

describe('a change', () => {
  test('adds, removes, splits and isolates', () => {
    assert.deepEqual(next(by('jump'), { what: 'add', count: 2 }).shards, [...shards, 'shard-5', 'shard-6']);
    assert.deepEqual(next(by('ring'), { what: 'remove', shard: 'shard-2' }).shards, ['shard-1', 'shard-3', 'shard-4']);
    const halves = next(by('jump'), splitTwo);
    assert.deepEqual(halves.splits, [{ shard: 'shard-2', into: 'shard-5', salt: 1 }]);
    assert.deepEqual(next(halves, { what: 'remove', shard: 'shard-5' }), by('jump'));
    assert.deepEqual(next(halves, { what: 'method', method: 'ring' }), {
      ...by('ring'),
      shards: [...shards, 'shard-5'],
    });
    const alone = next(by('jump'), { what: 'isolate', key: 42, ways: 1 });
    assert.deepEqual(alone.isolated, [{ key: 42, to: ['shard-5'] }]);
    const spread = next(alone, { what: 'isolate', key: 42, ways: 3 });
    assert.deepEqual(spread.isolated, [{ key: 42, to: ['shard-5', 'shard-6', 'shard-7'] }]);
    assert.deepEqual(next(spread, { what: 'rejoin', key: 42 }), by('jump'));
  });

  test('that cannot be is refused with its reason', () => {
    const alone = by('jump', { isolated: [{ key: 42, to: ['shard-5'] }] });
    const halves = next(by('ring'), splitTwo);
    const cases: readonly [Placement, Change, RegExp][] = [
      [by('jump'), { what: 'remove', shard: 'shard-1' }, /gives up its last shard only, and that is shard-4/],
      [by('ring', { shards: ['shard-1'] }), { what: 'remove', shard: 'shard-1' }, /the last one/],
      [by('ring'), { what: 'remove', shard: 'shard-9' }, /no shard-9; there are shard-1, /],
      [halves, { what: 'remove', shard: 'shard-2' }, /remove shard-5 first/],
      [alone, { what: 'remove', shard: 'shard-5' }, /rejoin/],
      [by('ring'), { what: 'split', shard: 'shard-9' }, /no shard-9/],
      [alone, { what: 'split', shard: 'shard-5' }, /isolate it in more ways/],
      [by('jump'), { what: 'method', method: 'jump' }, /jump already/],
      [by('jump'), { what: 'method', method: 'ranges' }, /need 3 bounds/],
      [by('ranges', { bounds: [1, 2, 3] }), { what: 'add', count: 1 }, /bounds of its own/],
      [alone, { what: 'isolate', key: 42, ways: 1 }, /already/],
      [alone, { what: 'rejoin', key: 43 }, /no shard of its own/],
    ];
    for (const [placement, change, reason] of cases) assert.match(refusal(placement, change), reason);
    const twice = changed(by('jump'), { what: 'add', count: 1 }, ['shard-4']);
    assert.ok(!twice.ok && /shard-4 already/.test(twice.reason));
    const none = changed(by('jump'), { what: 'add', count: 1 }, []);
    assert.ok(!none.ok && /needs 1/.test(none.reason));
  });

  test('of ranges leaves the range of who goes to its neighbour', () => {
    const ranges = by('ranges', { bounds: [100, 200, 300] });
    const without = (shard: string): Placer => new Placer(next(ranges, { what: 'remove', shard }));
    assert.equal(without('shard-1').place(5), 'shard-2');
    assert.equal(without('shard-3').place(250), 'shard-2');
    assert.equal(without('shard-4').place(350), 'shard-3');
  });

  test('names new shards by numbers that nobody has', () => {
    assert.deepEqual(freshNames('sql', ['shard-2', 'shard-7', 'other'], 2), ['shard-8', 'shard-9']);
    assert.deepEqual(freshNames('kv', [], 1), ['kv-shard-1']);
  });
});

describe('what moves', () => {
  test('is what theory says', () => {
    const add: Change = { what: 'add', count: 1 };
    const halves = next(by('jump'), splitTwo);
    const moves: readonly [Placement, Placement, number][] = [
      [by('jump'), next(by('jump'), add), 1 / 5],
      [by('rendezvous'), next(by('rendezvous'), add), 1 / 5],
      [by('ring', { pointsPerShard: 2_000 }), next(by('ring', { pointsPerShard: 2_000 }), add), 1 / 5],
      [by('modulo'), next(by('modulo'), add), 4 / 5],
      [by('modulo', { shards: shards.slice(0, 2) }), by('modulo'), 1 / 2],
      [by('jump'), by('rendezvous'), 3 / 4],
      [by('jump'), halves, 1 / 8],
      [halves, by('jump'), 1 / 8],
      [by('jump'), next(by('jump'), { what: 'isolate', key: 42, ways: 4 }), 0],
      [
        by('rendezvous', { weights: { 'shard-1': 3 } }),
        next(by('rendezvous', { weights: { 'shard-1': 3 } }), add),
        1 / 7,
      ],
      [by('ring', { pointsPerShard: 1_000 }), by('ring', { pointsPerShard: 2_000 }), 3 / 8],
      [halves, next(halves, { what: 'method', method: 'modulo' }), 0.8],
    ];
    for (const [base, after, share] of moves) {
      assert.ok(Math.abs(expectedShare(base, after) - share) < 1e-9, `${expectedShare(base, after)} is not ${share}`);
      const real = moved(base, after);
      assert.ok(Math.abs(real - share) < 0.02, `${real} of the keys moved, and not ${share}`);
    }
    assert.equal(expectedShares(halves).get('shard-5'), 1 / 8);
  });

  test('is cut into the pairs that occur, and into portions', () => {
    const sizes = { units: 10_000, unitsPerSlice: 500 };
    const ways = (base: Placement, change: Change): string[] =>
      slicesOf(base, next(base, change), { ...sizes, unitsPerSlice: 1e9 }).map(
        ({ from, to }) => `${from.slice(6)}>${to.slice(6)}`,
      );
    assert.deepEqual(ways(by('jump'), { what: 'add', count: 1 }), ['1>5', '2>5', '3>5', '4>5']);
    assert.deepEqual(ways(by('ring'), { what: 'remove', shard: 'shard-2' }), ['2>1', '2>3', '2>4']);
    assert.deepEqual(ways(by('jump'), splitTwo), ['2>5']);
    assert.equal(ways(by('jump'), { what: 'isolate', key: 42, ways: 3 }).length, 3);
    assert.equal(ways(by('jump'), { what: 'method', method: 'ring' }).length, 12);
    const slices = slicesOf(by('jump'), next(by('jump'), { what: 'add', count: 1 }), sizes);
    assert.equal(slices.length, 4);
    assert.equal(slicesOf(by('jump'), next(by('jump'), splitTwo), sizes).length, 3);
  });
});
