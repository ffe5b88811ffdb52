/**
 * Shards with copies: a slice goes over while somebody writes, and at each step the primary dies that was just asked. And
 * behind a router: what one shard has to tell others arrives there, whoever dies, wherever the keys have gone.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Body, NodeId } from '../../kernel/envelope';
import { placementMoves, placementTaken } from '../../protocols/placement';
import { replicationDigested, replicationStanding } from '../../protocols/replication';
import type { Placement, ShardMap } from '../../protocols/shard-map';
import {
  type ShardsAnswer,
  type ShardsBundles,
  type ShardsDecided,
  type ShardsRead,
  type ShardsStanding,
  shardsBundles,
  shardsRefused,
  shardsStanding,
} from '../../protocols/shards';
import {
  type SqlExecute,
  type SqlResult,
  type SqlTransaction,
  type SqlValue,
  sqlFailure,
  sqlResult,
} from '../../protocols/sql';
import { begun, sliceToMove, switched } from '../../sharding/map-steps';
import { Owners } from '../../sharding/shard-map';
import { siteTables } from '../../sharding/site-tables';
import { slicesOf } from '../../sharding/slices';
import { box, node, outside, together } from '../../stages/stage';
import { Site } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';

interface Given {
  readonly placement: Placement;
  /** Those that the placement does not name are there to get something. */
  readonly pools: readonly string[];
  readonly copies: number;
  readonly routed?: boolean;
}

const seeds = { seedUsers: 24, seedPosts: 1 };
const modulo: Placement = { method: 'modulo', shards: ['shard-1', 'shard-2'], splits: [], isolated: [] };
const mapOf = (base: Placement): ShardMap => ({ family: 'sql', version: 1, tables: [...siteTables], base });

function copiesOf({ pools, copies }: Given, pool: string): NodeId[] {
  return Array.from({ length: copies }, (_, place) => `db-${pools.indexOf(pool) * copies + place + 1}`);
}

function siteOf(given: Given, seed = 1): Site {
  const map = mapOf(given.placement);
  const databases = given.pools.flatMap((shard) =>
    copiesOf(given, shard).map((id) => {
      const group = copiesOf(given, shard);
      const routing = given.routed === true ? { routers: 'router' } : {};
      const config = { ...seeds, group, sharding: { shard, map }, snapshotEntries: 40, ...routing };
      return { ...node(id, 'db', `box-${id}`, config), pool: shard };
    }),
  );
  const firstIds = { users: 25, posts: 25, photos: 25, orders: 25 };
  const keeper = { group: ['placement-1'], maps: [map], firstIds, unitsPerSlice: 20, chunkUnits: 10 };
  const others = [
    node('placement-1', 'placement', 'box-placement-1', keeper),
    node('router-1', 'router', 'box-router-1'),
    node('router-2', 'router', 'box-router-2'),
  ];
  const nodes = [...databases, ...(given.routed === true ? others : [])];
  const boxes = nodes.map(({ id }, place) => box(`box-${id}`, `10.0.0.${place + 1}`));
  const site = new Site('shards', together({ boxes, nodes }, outside('203.0.113.10')), { catalogue, seed });
  site.run('2s');
  return site;
}

/** What somebody answers within so long, if anything: they may be dead, or die meanwhile. */
function hear(site: Site, to: NodeId, body: Body, patienceMs = 2_000): Body | undefined {
  const question = site.later(to, body, patienceMs);
  for (let left = patienceMs; question.answer === undefined && left > 0; left -= 5) site.run('5ms');
  return question.answer;
}

/** Who leads a shard: some time passes if nobody does. */
function primaryOf(site: Site, ids: readonly NodeId[]): NodeId {
  for (let left = 40; left > 0; left--) {
    for (const id of ids) {
      const answer = hear(site, id, { kind: 'replication.status' }, 100);
      if (replicationStanding.accepts(answer) && answer.role === 'primary') return id;
    }
    site.run('250ms');
  }
  throw new Error(`nobody leads ${ids.join(', ')}`);
}

function transaction(...statements: readonly (readonly [string, ...SqlValue[]])[]): SqlTransaction {
  return {
    kind: 'sql.transaction',
    statements: statements.map(([statement, ...parameters]) => ({ statement, parameters })),
  };
}

function query(site: Site, to: NodeId, statement: string, ...parameters: SqlValue[]): SqlResult {
  const question = { kind: 'sql.execute', statement, parameters } as const;
  let answer: Body | undefined;
  for (let left = 20; left > 0; left--) {
    answer = hear(site, to, question);
    if (sqlResult.accepts(answer)) return answer;
    site.run('250ms');
  }
  throw new Error(JSON.stringify(answer));
}

function demandEqual(site: Site, ids: readonly NodeId[]): void {
  site.run('2s');
  const digests = ids.map((id) => {
    const answer = site.ask(id, { kind: 'replication.digest' });
    assert.ok(replicationDigested.accepts(answer), JSON.stringify(answer));
    return `${answer.position} ${answer.digest}`;
  });
  assert.equal(new Set(digests).size, 1, digests.join('\n'));
}

describe('a slice that goes over while primaries die', () => {
  /** Asks whoever leads until there is an answer; kills it on the way, before or after it was asked. */
  class Conductor {
    steps = 0;
    readonly written = new Map<number, string>();
    refused = 0;
    outdated = 0;

    constructor(
      readonly site: Site,
      readonly given: Given,
      public map: ShardMap,
      private readonly killAt: number,
    ) {}

    ask(pool: string, body: ShardsDecided | ShardsRead): ShardsAnswer {
      const ids = copiesOf(this.given, pool);
      const isUnlucky = ++this.steps % 9 === this.killAt;
      if (isUnlucky) {
        const primary = primaryOf(this.site, ids);
        const question = this.site.later(primary, body);
        // Before it hears, once it has heard, or once it has decided: by chance of the step.
        this.site.run(`${this.steps % 4}ms`);
        this.site.kill(primary);
        this.site.run('10ms');
        assert.ok(question.answer === undefined || question.answer.kind.length > 0);
      }
      for (let left = 40; left > 0; left--) {
        this.writeSome();
        const answer = hear(this.site, primaryOf(this.site, ids), body);
        if (shardsStanding.accepts(answer) || shardsBundles.accepts(answer)) return answer;
        const isLater = shardsRefused.accepts(answer) && /not-primary|starting/.test(answer.because);
        assert.ok(isLater || !shardsRefused.accepts(answer), JSON.stringify([body.kind, answer]));
        this.site.run('300ms');
      }
      throw new Error(`${pool} never answered ${body.kind}`);
    }

    decide(pool: string, body: ShardsDecided): ShardsStanding {
      const answer = this.ask(pool, body);
      assert.ok(answer.kind === 'shards.standing', JSON.stringify(answer));
      return answer;
    }

    read(pool: string, body: ShardsRead): ShardsBundles {
      const answer = this.ask(pool, body);
      assert.ok(answer.kind === 'shards.bundles', JSON.stringify(answer));
      return answer;
    }

    /** Every user gets another city, as whoever goes by the newest map would do it. */
    writeSome(): void {
      const owners = new Owners(this.map);
      for (let id = 1 + (this.steps % 5); id <= seeds.seedUsers; id += 5) {
        const text = `city ${this.steps} of ${id}`;
        const primary = primaryOf(this.site, copiesOf(this.given, owners.ownerOf(id)));
        const { version: map } = this.map;
        const statements = [{ statement: 'UPDATE users SET city = ? WHERE id = ?', parameters: [text, id] }];
        const update: SqlTransaction = { kind: 'sql.transaction', statements, map };
        const answer = hear(this.site, primary, update);
        if (sqlResult.accepts(answer)) {
          assert.equal(answer.changes, 1, `${id} is not where map version ${map} says`);
          this.written.set(id, text);
        } else {
          assert.ok(sqlFailure.accepts(answer), JSON.stringify(answer));
          assert.match(answer.because, /moving|old-map|not-primary|starting/);
          this.refused++;
          if (answer.because !== 'old-map') continue;
          // Not even a read: it would not find what has left.
          const read: SqlExecute = { kind: 'sql.execute', statement: 'SELECT city FROM users', parameters: [], map };
          const told = hear(this.site, primary, read);
          assert.ok(sqlFailure.accepts(told) && /old-map|primary|starting/.test(told.because), JSON.stringify(told));
          this.outdated++;
        }
      }
    }

    move(): void {
      const { map } = this;
      const slice = sliceToMove(map);
      assert.ok(slice !== undefined);
      const { from, to } = slice;
      const version = map.version + 1;
      this.decide(from, { kind: 'shards.begin', map, slice });
      this.decide(to, { kind: 'shards.begin', map, slice });
      for (let after = '', isEnd = false; !isEnd; ) {
        const read = this.read(from, { kind: 'shards.extract', slice, after, unitsMax: 25 });
        const { bundles, position, next } = read;
        this.decide(to, { kind: 'shards.stage', slice, version, bundles, position, cursor: next });
        ({ isEnd } = read);
        after = next;
      }
      this.decide(from, { kind: 'shards.fence', slice, version });
      for (let since = '0', isEnd = false; !isEnd; ) {
        const read = this.read(from, { kind: 'shards.changes', slice, since, unitsMax: 25 });
        const { bundles, position, next } = read;
        this.decide(to, { kind: 'shards.stage', slice, version, bundles, position, changesCursor: next });
        ({ isEnd } = read);
        since = next;
      }
      const { units, checksum } = this.decide(from, { kind: 'shards.release', slice, version });
      this.decide(to, { kind: 'shards.own', slice, version, units, checksum });
      this.map = switched(map);
      this.decide(from, { kind: 'shards.clean', slice, version });
    }
  }

  for (const killAt of [0, 2, 4, 5, 7]) {
    test(`has everything that was acknowledged, once (kill ${killAt} of 9)`, () => {
      const given = { placement: modulo, pools: ['shard-1', 'shard-2'], copies: 3 };
      const next: Placement = { ...modulo, method: 'jump' };
      const map = begun(mapOf(modulo), next, slicesOf(modulo, next, { units: 1, unitsPerSlice: 1 }));
      const site = siteOf(given, 100 + killAt);
      const conductor = new Conductor(site, given, map, killAt);
      while (sliceToMove(conductor.map) !== undefined) conductor.move();
      const seen = given.pools.flatMap((pool) => {
        demandEqual(site, copiesOf(given, pool));
        return query(site, primaryOf(site, copiesOf(given, pool)), 'SELECT id, city FROM users').rows;
      });
      const ids = seen.map(([id]) => Number(id)).sort((a, b) => a - b);
      assert.deepEqual(
        ids,
        Array.from({ length: seeds.seedUsers }, (_, place) => place + 1),
      );
      const cities = new Map(seen.map(([id, city]) => [Number(id), city]));
      for (const [id, text] of conductor.written) assert.equal(cities.get(id), text);
      assert.ok(conductor.written.size > 15 && conductor.refused > 0, `${conductor.refused} refused`);
      assert.ok(conductor.outdated > 0, 'nobody was ever behind');
    });
  }
});

describe('what shards have to tell each other', () => {
  /** Nothing was ever left out, but for those who are gone. */
  function demandAllDone(site: Site): void {
    const left = site.happened.flatMap((event) =>
      event.type === 'log' && /left out/.test(event.text) && !/FOREIGN KEY/.test(event.text) ? [event.text] : [],
    );
    assert.deepEqual(left, []);
  }

  const router = 'router-1';
  const joined = `SELECT f.follower_id, p.id, p.body FROM follows f JOIN posts p ON p.user_id = f.followee_id
    ORDER BY f.follower_id, p.id`;

  function write(site: Site, ...statements: readonly (readonly [string, ...SqlValue[]])[]): void {
    for (let left = 20; left > 0; left--) {
      const answer = hear(site, router, transaction(...statements));
      if (sqlResult.accepts(answer)) return;
      assert.ok(sqlFailure.accepts(answer) && left > 1, JSON.stringify(answer));
      site.run('250ms');
    }
  }

  /** The feed is the join once nothing waits any more. */
  function demandFeed(site: Site): void {
    for (
      let left = 40;
      Number(query(site, router, 'SELECT count(*) FROM outbox').rows[0]?.[0]) > 0 && left > 0;
      left--
    ) {
      site.run('500ms');
    }
    assert.deepEqual(query(site, router, 'SELECT count(*) FROM outbox').rows, [[0]]);
    const feed = query(site, router, 'SELECT user_id, post_id, body FROM feed ORDER BY user_id, post_id').rows;
    assert.deepEqual(feed, query(site, router, joined).rows);
    assert.ok(feed.length > 10);
    demandAllDone(site);
  }

  const post = (id: number, user: number, body: string): readonly [string, ...SqlValue[]] => [
    "INSERT INTO posts (id, user_id, body, posted_on) VALUES (?, ?, ?, '2026-01-01')",
    id,
    user,
    body,
  ];

  function lively(site: Site, from: number): void {
    for (let round = 0; round < 6; round++) {
      const [author, follower, id] = [1 + ((from + round) % 20), 1 + ((from + 7 * round + 3) % 20), from + round];
      write(site, post(id, author, `post ${id}`));
      if (author !== follower) write(site, ['INSERT OR IGNORE INTO follows VALUES (?, ?)', follower, author]);
      if (round % 3 === 0) write(site, ["UPDATE posts SET body = 'mended' WHERE user_id = ? AND id = ?", author, id]);
      if (round % 3 === 1)
        write(site, ['DELETE FROM follows WHERE followee_id = ? AND follower_id = ?', author, follower]);
      if (round % 3 === 2) write(site, ['DELETE FROM posts WHERE user_id = ? AND id = ?', author, id]);
    }
  }

  test('arrives, also when those die who tell it and those who are told', () => {
    const given = { placement: modulo, pools: ['shard-1', 'shard-2'], copies: 3, routed: true };
    const site = siteOf(given);
    demandFeed(site);
    for (const [place, pool] of given.pools.entries()) {
      lively(site, 1_000 + 100 * place);
      site.kill(primaryOf(site, copiesOf(given, pool)));
      lively(site, 1_050 + 100 * place);
    }
    site.kill('router-2', { stay: true });
    lively(site, 2_000);
    write(site, ['DELETE FROM users WHERE id = 4']);
    site.run('3s');
    demandFeed(site);
    for (const table of ['posts', 'photos', 'orders', 'feed', 'phone_numbers']) {
      assert.deepEqual(query(site, router, `SELECT count(*) FROM ${table} WHERE user_id = 4`).rows, [[0]], table);
    }
    assert.deepEqual(query(site, router, 'SELECT count(*) FROM follows WHERE follower_id = 4').rows, [[0]]);
  });

  test('arrives from wherever the keys have gone', () => {
    const given = { placement: modulo, pools: ['shard-1', 'shard-2'], copies: 1, routed: true };
    const site = siteOf(given);
    const taken = site.ask('placement-1', {
      kind: 'placement.reshard',
      ...{ family: 'sql', change: { what: 'method', method: 'rendezvous' }, unitsPerSecond: 40 },
    });
    assert.ok(placementTaken.accepts(taken), JSON.stringify(taken));
    const state = (): string | undefined => {
      const answer = site.ask('placement-1', { kind: 'placement.progress' });
      assert.ok(placementMoves.accepts(answer), JSON.stringify(answer));
      return answer.moves[0]?.state;
    };
    let rounds = 0;
    for (; state() !== 'done' && rounds < 60; rounds++) {
      lively(site, 1_000 + 20 * rounds);
      if (rounds === 2) site.kill('db-1');
    }
    assert.equal(state(), 'done');
    assert.ok(rounds > 1, 'it was over before anybody wrote');
    demandFeed(site);
    const counts = query(site, router, 'SELECT count(*), count(DISTINCT id) FROM users').rows;
    assert.deepEqual(counts, [[seeds.seedUsers, seeds.seedUsers]]);
  });

  test('arrives from an author whose posts are spread over several shards', () => {
    const placement: Placement = { ...modulo, isolated: [{ key: 2, to: ['shard-3', 'shard-4', 'shard-5'] }] };
    const given = {
      placement,
      pools: ['shard-1', 'shard-2', 'shard-3', 'shard-4', 'shard-5'],
      copies: 1,
      routed: true,
    };
    const site = siteOf(given);
    for (const follower of [5, 6, 7]) write(site, ['INSERT OR IGNORE INTO follows VALUES (?, 2)', follower]);
    for (let id = 100; id < 112; id++) write(site, post(id, 2, `post ${id}`));
    write(
      site,
      ['DELETE FROM posts WHERE user_id = 2 AND id = 104'],
      ["UPDATE posts SET body = '' WHERE user_id = 2 AND id = 104"],
    );
    write(site, ["UPDATE posts SET body = 'mended' WHERE user_id = 2 AND id = 105"]);
    write(site, ['DELETE FROM follows WHERE followee_id = 2 AND follower_id = 6']);
    demandFeed(site);
    write(site, ['INSERT INTO follows VALUES (6, 2)']);
    demandFeed(site);
    // A photo stays when its post goes, and is then where all is that has no post.
    write(site, ["INSERT INTO photos (id, user_id, post_id, path, bytes) VALUES (900, 2, 107, '/a.jpg', 1)"]);
    write(site, ['DELETE FROM posts WHERE user_id = 2 AND id = 107']);
    demandFeed(site);
    const photo = 'SELECT post_id, path FROM photos WHERE user_id = 2 AND id = 900';
    assert.deepEqual(query(site, router, photo).rows, [[null, '/a.jpg']]);
    write(site, ['DELETE FROM users WHERE id = 2']);
    site.run('2s');
    demandFeed(site);
    for (const table of ['posts', 'photos', 'orders', 'feed', 'counters']) {
      assert.deepEqual(query(site, router, `SELECT count(*) FROM ${table} WHERE user_id = 2`).rows, [[0]], table);
    }
  });
});
