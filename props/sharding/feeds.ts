/**
 * Claim: whoever follows, leaves, posts and deletes, whatever breaks, and while keys move to other shards: once all has
 * been told, every feed is what the join says; and a feed that somebody damages is mended, though users write.
 */
import fc from 'fast-check';
import type { Catalogue } from '../../src/kernel/runtime';
import type { NodeSpec } from '../../src/kernel/topology';
import type { Change } from '../../src/protocols/placement';
import type { Method } from '../../src/protocols/shard-map';
import { type SqlTransaction, sqlResult } from '../../src/protocols/sql';
import { feedPosts } from '../../src/sharding/feed';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, type Planned, plan } from '../../src/testing/schedule';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { lengthMs, shardingAccidents } from './accidents';
import { method, routers, siteOf, small } from './sites';
import { changes, endMs, moving, rest, timeoutMs } from './trial';

type Deed = 'follow' | 'unfollow' | 'post' | 'edit' | 'delete';

interface Act {
  readonly atMs: number;
  readonly deed: Deed;
  /** Who posts or is followed; few, so that much meets. */
  readonly author: number;
  /** Who follows, or which of the posts. */
  readonly other: number;
  readonly router: string;
}

export interface FeedCase {
  readonly seed: number;
  readonly restart: NodeSpec['restart'];
  readonly method: Method;
  readonly acts: readonly Act[];
  readonly change: Change;
  readonly changeAtMs: number;
  readonly unitsPerSecond: number;
  readonly schedule: readonly Accident[];
  /** What somebody does to feeds in the end, before they are mended. */
  readonly damage: readonly { readonly what: 'lose' | 'forge' | 'invent'; readonly user: number }[];
}

export interface FeedOptions {
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
}

const users = 12;
const authors = 3;
/** Somebody has more posts than a feed has to hold. */
const manyPosts = feedPosts + 3;
const tellMs = 60_000;

const deed = fc.constantFrom<Deed[]>('follow', 'follow', 'follow', 'unfollow', 'post', 'post', 'edit', 'delete');
const anyone = fc.integer({ min: 1, max: users });

const cases: fc.Arbitrary<FeedCase> = fc.record({
  seed: fc.noShrink(fc.nat({ max: 1_000_000 })),
  restart: fc.noShrink(fc.constantFrom('always', 'always', 'never')),
  method: fc.noShrink(method),
  acts: fc.array(
    fc.record({
      atMs: fc.integer({ min: 500, max: lengthMs + 1_000 }),
      deed,
      author: fc.integer({ min: 1, max: authors }),
      other: anyone,
      router: fc.constantFrom(...routers),
    }),
    { minLength: 20, maxLength: 60, size: 'max' },
  ),
  change: changes,
  changeAtMs: fc.integer({ min: 800, max: 1_500 }),
  unitsPerSecond: fc.noShrink(fc.constantFrom(0, 10, 20)),
  schedule: shardingAccidents(small),
  damage: fc.array(
    fc.record({ what: fc.constantFrom('lose' as const, 'forge' as const, 'invent' as const), user: anyone }),
    { minLength: 1, maxLength: 4 },
  ),
});

export function feeds(options: FeedOptions): Claim<FeedCase> {
  const { seed, runs, phenomena = new Phenomena() } = options;
  const world = (drawn: FeedCase): DrivenWorld => {
    const parts = { catalogue: options.catalogue ?? catalogue, seed: drawn.seed, hosts: 3 };
    const topology = siteOf({ ...drawn, seedUsers: users });
    return new DrivenWorld('sharding', topology, { ...parts, detail: 'acts', hashed: false, keepMax: 0 });
  };
  return {
    name: 'at rest every feed is what the join says',
    seed,
    runs,
    draw: cases,
    attempt: (drawn) => within(world(drawn), (tried) => attempt(tried, drawn, phenomena)),
    show: (drawn) => standing(world(drawn), (tried) => attempt(tried, drawn, new Phenomena())),
  };
}

function attempt(world: DrivenWorld, drawn: FeedCase, phenomena: Phenomena): Finding {
  const watching = world.events.subscribe((event) => phenomena.watch(event));
  const [router = ''] = routers;
  const acts = [...firstActs, ...drawn.acts.map((act) => tell(act.router, act.atMs, statementsOf(act)))];
  const all = [...acts, ...plan(drawn.schedule), ...moving({ ...drawn, steering: [] })].sort((a, b) => a.atMs - b.atMs);
  const { answers } = world.carryOut(all, endMs);
  world.run(timeoutMs);
  world.repair();
  const { move } = rest(world);
  allTold(world);
  demandFeeds(world, 'feed is not the join');
  const done = [...answers.values()].filter((answer) => sqlResult.accepts(answer)).length;
  if (move?.state === 'done') phenomena.saw('feeds were told while keys moved');
  damage(world, drawn, router);
  const { gaps, failures } = world.repairFeed();
  if (failures.length > 0) throw new Violation('feed is not mended', failures.join('; '));
  allTold(world);
  demandFeeds(world, 'feed is not mended');
  for (const { what } of gaps) phenomena.saw(`a feed was mended: ${what}`);
  watching.unsubscribe();
  return done < acts.length / 4 ? 'hardly anything was done' : undefined;
}

/** Nothing waits in any outbox. */
function allTold(world: DrivenWorld): void {
  const isTold = (): boolean => world.feedLag().every(({ rows, problem }) => rows === 0 && problem === undefined);
  for (const untilMs = world.nowMs + tellMs; !isTold(); world.run(500)) {
    if (world.nowMs > untilMs) throw new Violation('does not come to rest', JSON.stringify(world.feedLag()));
  }
}

function demandFeeds(world: DrivenWorld, kind: string): void {
  for (let user = 1; user <= users; user++) {
    const { gaps, feed, join } = world.feed(user);
    const [gap] = gaps;
    if (gap === undefined) continue;
    const sizes = `${feed.rows.length} rows in the feed, ${join.rows.length} in the join`;
    throw new Violation(kind, `user ${user}: post ${gap.post} of user ${gap.author} is ${gap.what} (${sizes})`);
  }
}

function damage(world: DrivenWorld, { damage: all }: FeedCase, router: string): void {
  const plans = all.map(({ what, user }) => tell(router, 0, [damages[what](user)]));
  world.carryOut(plans, 0);
  world.run(timeoutMs);
}

const damages = {
  lose: (user: number) => ({ statement: 'DELETE FROM feed WHERE user_id = ?', parameters: [user] }),
  forge: (user: number) => ({ statement: "UPDATE feed SET body = 'forged' WHERE user_id = ?", parameters: [user] }),
  invent: (user: number) => ({
    statement:
      "INSERT OR REPLACE INTO feed (user_id, post_id, author_id, posted_on, body) VALUES (?, 9000000, 2, '2026-01-01', '')",
    parameters: [user],
  }),
} as const;

const firstActs: readonly Planned[] = [
  tell(
    routers[0] ?? '',
    450,
    Array.from({ length: manyPosts }, (_, at) => posted(1, `early ${at}`)),
  ),
];

type Said = SqlTransaction['statements'][number];

function posted(author: number, body: string): Said {
  const statement = "INSERT INTO posts (id, user_id, body, posted_on) VALUES (?, ?, ?, '2026-02-03')";
  return { statement, parameters: [{ newId: 'posts' }, author, body] };
}

function statementsOf({ deed: what, author, other, atMs }: Act): readonly Said[] {
  const follower = other === author ? users : other;
  switch (what) {
    case 'follow': {
      const statement = 'INSERT OR IGNORE INTO follows (follower_id, followee_id) VALUES (?, ?)';
      return [{ statement, parameters: [follower, author] }];
    }
    case 'unfollow':
      return [
        { statement: 'DELETE FROM follows WHERE followee_id = ? AND follower_id = ?', parameters: [author, follower] },
      ];
    case 'post':
      return [posted(author, `at ${atMs} ms`)];
    case 'edit': {
      const statement = 'UPDATE posts SET body = ? WHERE user_id = ? AND id = ?';
      return [{ statement, parameters: [`edited at ${atMs} ms`, author, postAt(other)] }];
    }
    case 'delete':
      return [{ statement: 'DELETE FROM posts WHERE user_id = ? AND id = ?', parameters: [author, postAt(other)] }];
  }
}

/** One of the posts that the first block of new ids went to: somebody's, mostly. */
function postAt(other: number): number {
  return 1_000_001 + manyPosts - other;
}

function tell(to: string, atMs: number, statements: readonly Said[]): Planned {
  const body: SqlTransaction = { kind: 'sql.transaction', statements: [...statements] };
  return { atMs, command: { verb: 'tell', to, body, budgetMs: timeoutMs } };
}
