/**
 * What is asked by hand of the feeds that shards keep: what a user sees, what waits to be told, and whether all of it is
 * what the join says.
 */
import { Schema, Type } from '../kernel/schema';
import type { SqlExecute } from '../protocols/sql';
import { shardsOf } from '../sharding/change';
import { type FeedGap, type FeedRow, feedGaps, feedOf, feedRows, joinOf, mendOf, type Said } from '../sharding/feed';
import type { Mode, Now } from './operator';
import { Refusal } from './quantities';
import { ShardingOperator } from './sharding-operator';
import { sqlBudgetMs } from './sql-operator';

/** An answer and what it cost. */
export interface FeedSource {
  readonly rows: readonly FeedRow[];
  readonly shards: number;
  readonly rowsMoved: number;
}

export interface Feed {
  readonly user: number;
  readonly feed: FeedSource;
  readonly join: FeedSource;
  readonly gaps: readonly FeedGap[];
}

/** What a shard has yet to tell others. */
export interface FeedLag {
  readonly shard: string;
  readonly rows: number;
  /** For how long the oldest has waited. */
  readonly oldestMs: number;
  /** Why it cannot tell them, or cannot be asked. */
  readonly problem?: string;
}

export interface FeedRepair {
  readonly users: number;
  readonly gaps: readonly FeedGap[];
  /** All who were found are not told of: there were more of them. */
  readonly more: boolean;
  /** By what it was refused, for gaps that are still there. */
  readonly failures: readonly string[];
}

const outboxView = new Schema(
  Type.Object({
    outbox: Type.Object({ rows: Type.Number(), oldestMs: Type.Number(), trouble: Type.Optional(Type.String()) }),
  }),
);

/** Users whose feeds are compared at a time. */
const pageUsers = 50;
/** Gaps that are mended in one go: whoever has more begins again. */
const gapsMax = 500;

export abstract class FeedOperator<M extends Mode> extends ShardingOperator<M> {
  /** What a user sees, what the join says, and where the two differ. What is on its way just now differs too. */
  feed(user: number): Now<M, Feed> {
    return this.chain(this.mapMeant('sql'), () => this.compared(user));
  }

  /** What waits to be told, shard by shard: a look, of which nobody notices anything. */
  feedLag(): Now<M, readonly FeedLag[]> {
    return this.chain(this.mapMeant('sql'), ({ base }) => this.lags(shardsOf(base), []));
  }

  /**
   * Compares the feeds of all users with the join, or that of one, and mends what differs. Users may write meanwhile; what
   * is on its way just then may be told twice, which changes nothing.
   */
  repairFeed(user?: number): Now<M, FeedRepair> {
    const none: FeedRepair = { users: 0, gaps: [], more: false, failures: [] };
    return this.chain(this.mapMeant('sql'), () =>
      user === undefined ? this.repairPage(0, none) : this.repairAll([user], none),
    );
  }

  /** The feed is read first: what came to it since is in the join as well, and is no row too many. */
  private compared(user: number): Now<M, Feed> {
    return this.chain(this.read(feedOf(user)), (feed) =>
      this.chain(this.read(joinOf(user)), (join) => {
        return this.known({ user, feed, join, gaps: feedGaps(user, join.rows, feed.rows) });
      }),
    );
  }

  private repairPage(after: number, found: FeedRepair): Now<M, FeedRepair> {
    const statement = 'SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?';
    return this.chain(this.rowsOf({ statement, parameters: [after, pageUsers] }), ({ rows }) => {
      const users = rows.map(([id]) => Number(id));
      const last = users.at(-1);
      if (last === undefined || found.more) return this.known(found);
      return this.chain(this.repairAll(users, found), (repaired) => this.repairPage(last, repaired));
    });
  }

  private repairAll([user, ...others]: readonly number[], found: FeedRepair): Now<M, FeedRepair> {
    if (user === undefined) return this.known(found);
    return this.chain(this.repairOne(user, { ...found, users: found.users + 1 }), (repaired) =>
      this.repairAll(repaired.more ? [] : others, repaired),
    );
  }

  /** A row that was taken away may have become right just before: then it is missing when one looks once more. */
  private repairOne(user: number, found: FeedRepair, isSecond = false): Now<M, FeedRepair> {
    return this.chain(this.compared(user), ({ gaps: all }) => {
      const gaps = all.slice(0, gapsMax - found.gaps.length);
      const hasExtra = gaps.some(({ what }) => what === 'extra');
      return this.chain(this.mend(gaps, []), (failures) => {
        const repaired = {
          ...found,
          gaps: isSecond ? found.gaps : [...found.gaps, ...gaps],
          more: gaps.length < all.length,
          failures: [...found.failures, ...failures],
        };
        return hasExtra && !isSecond ? this.repairOne(user, repaired, true) : this.known(repaired);
      });
    });
  }

  private mend([gap, ...others]: readonly FeedGap[], failures: readonly string[]): Now<M, readonly string[]> {
    if (gap === undefined) return this.known(failures);
    const { statement, parameters } = mendOf(gap);
    const statements = [{ statement, parameters: [...parameters] }];
    return this.chain(this.say({ kind: 'sql.transaction', statements }, sqlBudgetMs), (answer) => {
      const failed = answer.outcome === 'unknown' ? [answer.reason] : [];
      return this.mend(others, [...failures, ...failed]);
    });
  }

  private read(said: Said): Now<M, FeedSource> {
    return this.chain(this.rowsOf(said), ({ rows, route }) => {
      const { shards = [], rowsMoved = rows.length } = route ?? {};
      return this.known({ rows: feedRows(rows), shards: shards.length, rowsMoved });
    });
  }

  private rowsOf({ statement, parameters }: Said) {
    const question: SqlExecute = { kind: 'sql.execute', statement, parameters: [...parameters] };
    return this.chain(this.say(question, sqlBudgetMs), (answer) => {
      if (answer.outcome === 'unknown') throw new Refusal(answer.reason);
      return this.known(answer);
    });
  }

  private lags([shard, ...others]: readonly string[], found: readonly FeedLag[]): Now<M, readonly FeedLag[]> {
    if (shard === undefined) return this.known(found);
    return this.chain(this.replicas(shard), ({ primary }) => {
      if (primary === undefined) return this.lags(others, [...found, { ...nothing(shard), problem: 'no primary' }]);
      return this.chain(this.view(primary), (view) => {
        if (!outboxView.accepts(view))
          return this.lags(others, [...found, { ...nothing(shard), problem: `${primary} is not there` }]);
        const { rows, oldestMs, trouble } = view.outbox;
        const problem = trouble === undefined ? {} : { problem: trouble };
        return this.lags(others, [...found, { shard, rows, oldestMs, ...problem }]);
      });
    });
  }
}

function nothing(shard: string): FeedLag {
  return { shard, rows: 0, oldestMs: 0 };
}
