/** Every key has one shard at every version of a map, goes where it is to go, and no way that it needs is forgotten. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Placement, ShardKey, ShardMap } from '../protocols/shard-map';
import { changed, freshNames, shardsNeeded, shardsOf } from './change';
import { drawnChange, drawnKey, drawnPart, drawnPlacement } from './drawn-placements';
import { begun, finished, reversed, sliceToMove, switched } from './map-steps';
import { Placer } from './placement';
import { Owners } from './shard-map';
import { slicesOf } from './slices';

type Unit = readonly [key: ShardKey, part: ShardKey | undefined];

const sizes = { units: 500, unitsPerSlice: 50 };
const mapOf = (base: Placement): ShardMap => ({ family: 'sql', version: 1, tables: [], base });

/** Two placements: by a change that somebody asks for, or any two at all. */
const drawnMove = fc.oneof(
  { weight: 3, arbitrary: drawnPlacement.chain((base) => drawnChange(base).map((change) => ({ base, change }))) },
  { weight: 1, arbitrary: fc.record({ base: drawnPlacement, next: drawnPlacement }) },
);

function nextOf(move: typeof drawnMove extends fc.Arbitrary<infer M> ? M : never): Placement | undefined {
  if ('next' in move) return move.next;
  const names = freshNames('sql', shardsOf(move.base), shardsNeeded(move.base, move.change));
  const answer = changed(move.base, move.change, names);
  return answer.ok ? answer.next : undefined;
}

/** Drawn units, and some of the isolated keys, which chance alone would not find. */
function unitsFor(base: Placement, next: Placement, drawn: readonly Unit[]): readonly Unit[] {
  const isolated = [...base.isolated, ...next.isolated].map(({ key }) => key);
  return [...drawn, ...isolated.flatMap((key) => drawn.map(([, part]): Unit => [key, part]))];
}

const drawnUnits = fc.array(fc.tuple(drawnKey, drawnPart), { minLength: 20, maxLength: 40 });
let moved = 0;

/** All versions of a map from the first to the last. */
function course(map: ShardMap): ShardMap[] {
  const maps = [map];
  for (let at = map; sliceToMove(at) !== undefined; maps.push(at)) at = switched(at);
  return maps;
}

describe('a move', () => {
  test('leaves every unit with one shard, the old or the new one, and ends with all where they belong', () => {
    fc.assert(
      fc.property(drawnMove, drawnUnits, (move, drawn) => {
        const { base } = move;
        const next = nextOf(move);
        if (next === undefined) return;
        const maps = course(begun(mapOf(base), next, slicesOf(base, next, sizes)));
        const [before, after] = [new Placer(base), new Placer(next)];
        const last = maps.at(-1);
        assert.ok(last !== undefined);
        assert.equal(last.version, 1 + maps.length);
        const versions = [...maps, finished(last)].map((map) => new Owners(map));
        for (const [key, part] of unitsFor(base, next, drawn)) {
          const [from, to] = [before.place(key, part), after.place(key, part)];
          const owners = versions.map((owners) => owners.ownerOf(key, part));
          const slice = versions[0]?.sliceOf(key, part);
          if (from === to) assert.equal(slice, undefined);
          else moved++;
          const expected = versions.map((_, done) => (slice === undefined || done <= slice ? from : to));
          assert.deepEqual(owners, expected, `${key} ${part}`);
          for (const [place, one] of versions.entries()) assert.ok(one.ownersOf(key).includes(owners[place] ?? ''));
        }
      }),
      { seed: 1, numRuns: 400 },
    );
    assert.ok(moved > 5_000, `only ${moved} units moved: the draws are too tame`);
  });

  test('turned round anywhere, it leads back; turned round twice, it is what it was', () => {
    fc.assert(
      fc.property(drawnMove, drawnUnits, fc.nat(), (move, drawn, when) => {
        const { base } = move;
        const next = nextOf(move);
        if (next === undefined) return;
        const maps = course(begun(mapOf(base), next, slicesOf(base, next, sizes)));
        const here = maps[when % maps.length];
        assert.ok(here !== undefined);
        const back = reversed(here);
        const [there, turned] = [new Owners(here), new Owners(back)];
        const home = course(back).at(-1);
        assert.ok(home !== undefined);
        const end = finished(home);
        assert.deepEqual(end.base, base);
        assert.equal(end.move, undefined);
        const done = new Owners(home);
        for (const [key, part] of unitsFor(base, next, drawn)) {
          assert.equal(turned.ownerOf(key, part), there.ownerOf(key, part));
          assert.equal(done.ownerOf(key, part), new Placer(base).place(key, part));
        }
        assert.deepEqual({ ...reversed(back), version: here.version }, here);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('whose parts are not spread, keeps them together at every version', () => {
    fc.assert(
      fc.property(drawnMove, drawnKey, fc.array(drawnPart, { maxLength: 5 }), (move, key, parts) => {
        const { base } = move;
        const next = nextOf(move);
        if (next === undefined) return;
        for (const map of course(begun(mapOf(base), next, slicesOf(base, next, sizes)))) {
          const owners = new Owners(map);
          if (owners.spreads(key)) continue;
          assert.deepEqual(owners.ownersOf(key), [owners.ownerOf(key)]);
          for (const part of parts) assert.equal(owners.ownerOf(key, part), owners.ownerOf(key));
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('a map', () => {
  const base: Placement = { method: 'modulo', shards: ['s-1', 's-2'], splits: [], isolated: [] };
  const next: Placement = { ...base, shards: ['s-1', 's-2', 's-3'] };

  test('does not begin a second move, nor switch or finish what is not there', () => {
    const map = begun(mapOf(base), next, slicesOf(base, next, sizes));
    assert.throws(() => begun(map, base, []), /under way/);
    assert.throws(() => switched(mapOf(base)), /no slice left/);
    assert.throws(() => finished(map), /not all slices/);
    assert.throws(() => reversed(mapOf(base)), /no move is under way/);
  });

  test('that forgets a way says so, instead of losing the keys that need it', () => {
    const slices = slicesOf(base, next, sizes).filter(({ from, to }) => from !== 's-1' || to !== 's-2');
    const owners = new Owners(begun(mapOf(base), next, slices));
    assert.throws(() => owners.ownerOf(4), /no slice takes the key 4 from s-1 to s-2/);
    assert.throws(() => new Owners(begun(mapOf(base), next, [...slices, ...slices])), /do not fit together/);
  });
});
