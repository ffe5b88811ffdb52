/** Shards of items: what a map says is kept and refused, and a slice goes over while others read and write. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Body, NodeId } from '../kernel/envelope';
import type { Placement, ShardMap } from '../protocols/shard-map';
import { shardsBundles, shardsStanding } from '../protocols/shards';
import { box, node, outside, together } from '../stages/stage';
import { Site } from '../testing/simulated-site';
import { catalogue } from '../world/product';
import { begun, sliceToMove } from './map-steps';
import { Owners } from './shard-map';
import { slicesOf } from './slices';

const jump = (shards: readonly string[]): Placement => ({
  method: 'jump',
  shards: [...shards],
  splits: [],
  isolated: [],
});

type Said = Body & Readonly<Record<string, unknown>>;

/** How each family says the same. */
interface Family {
  readonly kind: 'kv' | 'doc';
  keyOf(number: number): string;
  put(number: number, more?: object): Said;
  get(number: number, more?: object): Said;
  list(more?: object): Said;
  remove(number: number): Said;
}

const families: readonly Family[] = [
  {
    kind: 'kv',
    keyOf: (number) => `k${number}`,
    put: (number, more = {}) => ({ kind: 'kv.put', key: `k${number}`, value: number, ...more }),
    get: (number, more = {}) => ({ kind: 'kv.get', key: `k${number}`, ...more }),
    list: (more = {}) => ({ kind: 'kv.scan', limit: 100, ...more }),
    remove: (number) => ({ kind: 'kv.delete', key: `k${number}` }),
  },
  {
    kind: 'doc',
    keyOf: (number) => `all/${number}`,
    put: (number, more = {}) => ({
      kind: 'doc.put',
      collection: 'all',
      id: `${number}`,
      document: { number },
      ...more,
    }),
    get: (number, more = {}) => ({ kind: 'doc.get', collection: 'all', id: `${number}`, ...more }),
    list: (more = {}) => ({ kind: 'doc.find', collection: 'all', where: [], limit: 100, ...more }),
    remove: (number) => ({ kind: 'doc.delete', collection: 'all', id: `${number}` }),
  },
];
const numbers = Array.from({ length: 30 }, (_, at) => at);

for (const family of families) {
  const { kind } = family;
  const [one, two] = [`${kind}-shard-1`, `${kind}-shard-2`];
  const map: ShardMap = { family: kind, version: 1, tables: [], base: jump([one]) };

  const siteOf = (snapshotEntries = 5): Site => {
    const ids: readonly (readonly [NodeId, string])[] = [
      [`${kind}-1`, one],
      [`${kind}-2`, two],
    ];
    const copies = {
      boxes: ids.map(([id], at) => box(`box-${id}`, `10.0.0.${at + 1}`)),
      nodes: ids.map(([id, shard]) => ({
        ...node(id, kind, `box-${id}`, { sharding: { shard, map }, snapshotEntries }),
        pool: shard,
      })),
    };
    const site = new Site('items', together(copies, outside('203.0.113.10')), { catalogue });
    site.run('1s');
    return site;
  };
  const [from, to] = [`${kind}-1`, `${kind}-2`];
  const moving = begun(map, jump([one, two]), [
    ...slicesOf(map.base, jump([one, two]), { units: 30, unitsPerSlice: 100 }),
  ]);
  const slice = sliceToMove(moving);
  const about = { slice, version: moving.version + 1 };
  const goes = (number: number): boolean => new Owners(moving).sliceOf(family.keyOf(number)) !== undefined;

  const demandDone = (site: Site, at: NodeId, body: Said): void => {
    const answer = site.ask(at, body);
    assert.ok(shardsStanding.accepts(answer), JSON.stringify(answer));
  };
  const said = (site: Site, at: NodeId, body: Said): string => JSON.stringify(site.ask(at, body));
  /** The step of a move by this name, asked of whom it is for. */
  const ask = (site: Site, at: NodeId, step: string, more: object = {}): void =>
    demandDone(site, at, { kind: `shards.${step}`, ...about, ...more });
  const hand = (site: Site, question: Said, cursor: string): void => {
    const asked: Said = { unitsMax: 1_000, slice, ...question };
    const answer = site.ask(from, asked);
    assert.ok(shardsBundles.accepts(answer), JSON.stringify(answer));
    ask(site, to, 'stage', { bundles: answer.bundles, position: answer.position, [cursor]: answer.next });
  };

  describe(`shards of ${kind}`, () => {
    test('what is elsewhere is neither written nor read, and an old map is refused', () => {
      const site = siteOf();
      assert.match(said(site, to, family.put(1)), /"wrong-shard"/);
      assert.match(said(site, to, family.get(1)), /"wrong-shard"/);
      assert.match(said(site, from, family.put(1)), /\.done"/);
      assert.match(said(site, from, family.get(1, { map: 1 })), /1/);
    });

    test('a slice goes over whole, with what is written meanwhile, and both may die on the way', () => {
      const site = siteOf();
      for (const number of numbers) site.ask(from, family.put(number));
      const moved = numbers.filter(goes);
      const [late = 0] = moved;
      for (const at of [from, to]) demandDone(site, at, { kind: 'shards.begin', map: moving, slice });
      hand(site, { kind: 'shards.extract' }, 'cursor');
      const before = said(site, from, family.put(late));
      assert.match(before, /\.done"/);
      for (const at of [from, to]) site.kill(at, { stay: true });
      for (const at of [from, to]) site.restart(at);
      hand(site, { kind: 'shards.changes', since: '0' }, 'changesCursor');
      ask(site, from, 'fence');
      assert.match(said(site, from, family.put(late)), /"moving"/);
      assert.match(said(site, from, family.get(late)), /"position"/, 'reads go on');
      const released = site.ask(from, { kind: 'shards.release', ...about });
      assert.ok(shardsStanding.accepts(released) && released.units === moved.length, JSON.stringify(released));
      for (const at of [from, to]) site.kill(at, { stay: true });
      for (const at of [from, to]) site.restart(at);
      ask(site, to, 'own', { units: released.units, checksum: released.checksum });
      assert.match(said(site, from, family.get(late)), /"wrong-shard"/);
      assert.match(said(site, from, family.list({ map: moving.version })), /"old-map".*"map":\d/);
      const written = said(site, to, family.put(late, { expected: Number(/"version":(\d+)/.exec(before)?.[1]) }));
      assert.match(written, /\.done"/, 'versions go along');
      ask(site, from, 'clean');
      const found = [from, to].map((at) => said(site, at, family.list()).match(/"version":/g)?.length ?? 0);
      assert.deepEqual(found, [numbers.length - moved.length, moved.length]);
      assert.match(said(site, to, { kind: 'shards.size' }), new RegExp(`"units":${moved.length},`));
    });

    test('what was deleted before it moved never gets a version again that it had', () => {
      const site = siteOf();
      for (const number of numbers) site.ask(from, family.put(number));
      const [gone = 0] = numbers.filter(goes);
      const versionIn = (text: string): number => Number(/"version":(\d+)/.exec(text)?.[1]);
      const last = versionIn(said(site, from, family.put(gone)));
      assert.match(said(site, from, family.remove(gone)), /"existed":true/);
      for (const at of [from, to]) demandDone(site, at, { kind: 'shards.begin', map: moving, slice });
      hand(site, { kind: 'shards.extract' }, 'cursor');
      ask(site, from, 'fence');
      hand(site, { kind: 'shards.changes', since: '0' }, 'changesCursor');
      const first = site.ask(from, { kind: 'shards.release', ...about });
      // Whoever has to ask once more, even of a copy that was born again, is told the same.
      site.kill(from, { stay: true });
      site.restart(from);
      const released = site.ask(from, { kind: 'shards.release', ...about });
      assert.deepEqual(released, first);
      assert.ok(shardsStanding.accepts(released) && released.along !== undefined, JSON.stringify(released));
      const { units, checksum, along } = released;
      ask(site, to, 'own', { units, checksum, along });
      site.kill(to, { stay: true });
      site.restart(to);
      assert.ok(versionIn(said(site, to, family.put(gone))) > last);
      assert.match(said(site, to, family.put(gone, { expected: last })), /"version-conflict"/);
    });

    test('a store that is no shard says so', () => {
      const site = new Site(
        'plain',
        together({ boxes: [box('b', '10.0.0.1')], nodes: [node(from, kind, 'b')] }, outside('203.0.113.10')),
        { catalogue },
      );
      site.run('1s');
      assert.match(said(site, from, { kind: 'shards.status' }), /no shard/);
    });
  });
}
