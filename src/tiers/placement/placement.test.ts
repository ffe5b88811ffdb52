/** Three who keep the maps, over shards of texts: ids, maps, moves, and what becomes of a move whose conductor dies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../kernel/envelope';
import {
  type Change,
  type MoveProgress,
  placementBlock,
  placementMaps,
  placementMoves,
  placementRefused,
  placementTaken,
} from '../../protocols/placement';
import type { ShardMap } from '../../protocols/shard-map';
import { Owners } from '../../sharding/shard-map';
import { box, node, outside, together } from '../../stages/stage';
import { Site } from '../../testing/simulated-site';
import { smallShards } from '../../testing/small-shard-tier';
import { withTiers } from '../../world/product';

const keys = 400;
const keepers = ['placement-1', 'placement-2', 'placement-3'];
const founding: ShardMap = {
  family: 'sql',
  version: 1,
  tables: [{ table: 'users', key: 'id' }],
  base: { method: 'jump', shards: ['shard-1', 'shard-2'], splits: [], isolated: [] },
};

const pairs: ShardMap = {
  ...founding,
  family: 'kv',
  tables: [{ table: 'items', key: 'key' }],
  base: { ...founding.base, shards: ['kv-shard-1', 'kv-shard-2'] },
};

function site(keeping: object = {}, provider: object = {}, maps: readonly ShardMap[] = [founding]): Site {
  const shards = maps.flatMap((map) => map.base.shards.map((shard) => ({ shard, map })));
  const around = outside('203.0.113.10');
  const copies = shards.flatMap(({ shard, map }, at) => {
    const group = [`db-${2 * at + 1}`, `db-${2 * at + 2}`];
    const config = { group, sharding: { shard, map }, keys };
    return group.map((id) => ({ ...node(id, 'db', `box-${id}`, config), pool: shard }));
  });
  const settings = { group: keepers, maps, firstIds: { users: 1_001 }, unitsPerSlice: 40, ...keeping };
  const nodes = [...copies, ...keepers.map((id) => node(id, 'placement', `box-${id}`, settings))];
  const boxes = nodes.map(({ id }, at) => box(`box-${id}`, `10.0.0.${10 + at}`));
  const cloud = { ...node('cloud', 'cloud', 'box-cloud', provider) };
  const topology = together(
    { boxes, nodes },
    { boxes: around.boxes, nodes: [...around.nodes.filter(({ id }) => id !== 'cloud'), cloud] },
  );
  const world = new Site('placement', topology, { catalogue: withTiers([smallShards]), seed: 5 });
  world.run('3s');
  return world;
}

/** Asks one of them, and then the one that it sends to. */
function ask<B extends Body>(world: Site, body: B, first = 'placement-1'): Body {
  const answer = world.ask(first, body);
  if (!placementRefused.accepts(answer) || answer.leader === undefined) return answer;
  return world.ask(answer.leader, body);
}

function leader(world: Site): string {
  const living = world.census().nodes.flatMap(({ spec, state }) => (state === 'running' ? [spec.id] : []));
  const mayLead = keepers.filter((id) => living.includes(id));
  return mayLead.find((id) => placementMoves.accepts(world.ask(id, { kind: 'placement.progress' }))) ?? '';
}

function map(world: Site): ShardMap {
  const answer = ask(world, { kind: 'placement.ask', family: 'sql' });
  assert.ok(placementMaps.accepts(answer), JSON.stringify(answer));
  const [only] = answer.maps;
  assert.ok(only !== undefined);
  return only;
}

function progress(world: Site): MoveProgress {
  const answer = ask(world, { kind: 'placement.progress' }, leader(world));
  assert.ok(placementMoves.accepts(answer), JSON.stringify(answer));
  const [only] = answer.moves;
  assert.ok(only !== undefined, 'nothing ever moved');
  return only;
}

function reshard(world: Site, change: Change, unitsPerSecond?: number): MoveProgress {
  const rate = unitsPerSecond === undefined ? {} : { unitsPerSecond };
  const answer = ask(world, { kind: 'placement.reshard', family: 'sql', change, ...rate });
  assert.ok(placementTaken.accepts(answer), JSON.stringify(answer));
  return answer.progress;
}

function untilOver(world: Site, withinMs = 60_000): MoveProgress {
  for (let passedMs = 0; passedMs < withinMs; passedMs += 500) {
    const now = progress(world);
    if (now.state === 'done' || now.state === 'aborted') return now;
    world.run('500ms');
  }
  assert.fail(`it is not over: ${JSON.stringify(progress(world))}`);
}

/** Every shard has the rows that the map gives it, and no others. */
function allInPlace(world: Site): void {
  const owners = new Owners(map(world));
  const expected = new Map<string, number>();
  for (let key = 0; key < keys; key++) {
    const owner = owners.ownerOf(key);
    expected.set(owner, (expected.get(owner) ?? 0) + 1);
  }
  const primaries = world.census().nodes.filter(({ spec }) => spec.kind === 'db');
  const rows = new Map<string, number>();
  for (const { spec } of primaries) {
    const { pool = '' } = spec;
    const sized = world.ask(spec.id, { kind: 'shards.size' });
    if ('units' in sized && typeof sized.units === 'number') rows.set(pool, sized.units);
  }
  assert.deepEqual([...rows].sort(), [...expected].sort());
}

test('ids are given out in blocks that nobody else gets, above those of the first rows', () => {
  const world = site();
  const block = (count: number): number => {
    const answer = ask(world, { kind: 'placement.ids', family: 'sql', table: 'users', count }, leader(world));
    assert.ok(placementBlock.accepts(answer), JSON.stringify(answer));
    return answer.first;
  };
  assert.deepEqual([block(100), block(50), block(1)], [1_001, 1_101, 1_151]);
  world.kill(leader(world), { stay: true });
  world.run('3s');
  assert.equal(block(5), 1_152);
});

test('one more shard: machines are ordered, a third of the keys goes over, and the new map says so', () => {
  const world = site();
  const taken = reshard(world, { what: 'add', count: 1 });
  assert.deepEqual([taken.state, taken.text], ['ordering', '+1 shard']);
  const over = untilOver(world);
  assert.deepEqual([over.state, over.keysBefore, over.done], ['done', keys, over.slices]);
  assert.ok(Math.abs(over.expectedShare - 1 / 3) < 1e-9);
  assert.ok(Math.abs(over.keysMoved / keys - 1 / 3) < 0.1, `${over.keysMoved} moved`);
  assert.deepEqual(map(world).base.shards, ['shard-1', 'shard-2', 'shard-3']);
  assert.equal(map(world).move, undefined);
  allInPlace(world);
});

test('a shard is removed: its keys go to the others, and its machines are given back', () => {
  const world = site();
  reshard(world, { what: 'remove', shard: 'shard-2' });
  assert.equal(untilOver(world).state, 'done');
  const ids = world.census().nodes.flatMap(({ spec }) => (spec.kind === 'db' ? [spec.id] : []));
  assert.deepEqual(ids, ['db-1', 'db-2']);
  allInPlace(world);
});

test('whoever conducts dies again and again, and the next one goes on where it was', () => {
  const world = site();
  reshard(world, { what: 'method', method: 'modulo' }, 500);
  for (let round = 0; round < 4; round++) {
    world.run('300ms');
    const dead = leader(world);
    world.kill(dead, { stay: true });
    world.run('2s');
    world.restart(dead);
    world.run('1s');
  }
  assert.equal(untilOver(world).state, 'done');
  assert.equal(map(world).base.method, 'modulo');
  allInPlace(world);
});

test('a move is paused, goes on, and is given up: then all is where it was, and new machines are gone', () => {
  const world = site();
  reshard(world, { what: 'add', count: 1 }, 40);
  world.run('1500ms');
  const steer = (act: 'pause' | 'resume' | 'abort'): Body =>
    ask(world, { kind: 'placement.steer', family: 'sql', act });
  assert.equal(steer('pause').kind, 'placement.taken');
  world.run('1s');
  const paused = progress(world);
  world.run('5s');
  assert.deepEqual([progress(world).state, progress(world).keysMoved], ['paused', paused.keysMoved]);
  assert.ok(paused.keysMoved > 0 && paused.done < paused.slices, JSON.stringify(paused));
  steer('resume');
  world.run('500ms');
  assert.match(JSON.stringify(steer('abort')), /"state":"aborting"/);
  const over = untilOver(world);
  assert.deepEqual([over.state, over.keysMoved, over.done], ['aborted', 0, 0]);
  assert.deepEqual(map(world).base, founding.base);
  const ids = world.census().nodes.flatMap(({ spec }) => (spec.kind === 'db' ? [spec.id] : []));
  assert.deepEqual(ids, ['db-1', 'db-2', 'db-3', 'db-4']);
  allInPlace(world);
});

test('the rate that is wanted is kept', () => {
  const world = site();
  reshard(world, { what: 'method', method: 'modulo' }, 50);
  const from = world.nowUs;
  const over = untilOver(world, 120_000);
  const rate = (over.keysMoved * 1_000_000) / (world.nowUs - from);
  assert.ok(rate > 25 && rate <= 52, `${rate} units/s`);
});

test('what cannot be is refused with its reason, and one move at a time is enough', () => {
  const world = site();
  const refusal = (change: Change): string =>
    JSON.stringify(ask(world, { kind: 'placement.reshard', family: 'sql', change }));
  assert.match(refusal({ what: 'remove', shard: 'shard-9' }), /impossible.*there is no shard-9/);
  assert.match(refusal({ what: 'method', method: 'jump' }), /impossible.*it is jump already/);
  assert.match(
    JSON.stringify(ask(world, { kind: 'placement.reshard', family: 'kv', change: { what: 'add', count: 1 } })),
    /no kv store is sharded here/,
  );
  assert.match(
    JSON.stringify(ask(world, { kind: 'placement.steer', family: 'sql', act: 'abort' })),
    /nothing of sql moves/,
  );
  reshard(world, { what: 'add', count: 1 }, 10);
  assert.match(refusal({ what: 'split', shard: 'shard-1' }), /busy.*'\+1 shard' is under way/);
});

test('no machines, no move: the order is repeated, and then all is as it was', () => {
  const world = site({ ordersMax: 3 }, { failureRate: 1 });
  reshard(world, { what: 'add', count: 1 });
  const over = untilOver(world);
  assert.equal(over.state, 'aborted');
  assert.match(over.now, /no machine for shard-3: the provider has no capacity/);
  assert.deepEqual(map(world), founding);
});

test('stores of several families move at the same time, each by itself', () => {
  const world = site({}, {}, [founding, pairs]);
  const begin = (family: 'sql' | 'kv'): Body =>
    ask(world, {
      kind: 'placement.reshard',
      family,
      change: { what: 'method', method: 'modulo' },
      unitsPerSecond: 200,
    });
  assert.deepEqual([begin('sql').kind, begin('kv').kind], ['placement.taken', 'placement.taken']);
  const states = (): string[] => {
    const answer = ask(world, { kind: 'placement.progress' }, leader(world));
    return placementMoves.accepts(answer) ? answer.moves.map(({ family, state }) => `${family} ${state}`) : [];
  };
  world.run('500ms');
  assert.deepEqual(states(), ['sql moving', 'kv moving']);
  assert.equal(ask(world, { kind: 'placement.steer', family: 'kv', act: 'abort' }).kind, 'placement.taken');
  world.run('10s');
  assert.deepEqual(states(), ['sql done', 'kv aborted']);
});
