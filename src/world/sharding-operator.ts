/**
 * What is asked by hand of shards and of the routers in front of them: what each has and has to do, and which keys are hot.
 */
import { type HotKeys, merged } from '../algorithms/hot-keys';
import type { Body, NodeId } from '../kernel/envelope';
import { routerHeat, routerLoads } from '../protocols/router';
import type { Family, Method, MoveUnderWay, ShardKey, ShardMap } from '../protocols/shard-map';
import { type ShardsSized, shardsRefused, shardsSized } from '../protocols/shards';
import { shardsOf } from '../sharding/change';
import { type Evenness, evenness } from '../sharding/evenness';
import { expectedShares } from '../sharding/expected-share';
import { Owners } from '../sharding/shard-map';
import type { Heard, Mode, Now } from './operator';
import { PlacementOperator } from './placement-operator';
import { Refusal } from './quantities';
import { isAlive, routerKind } from './replicas';
import type { Referral } from './sql-operator';

/** One shard: what it has, and what it has had to do lately. */
export interface ShardStanding {
  readonly shard: string;
  /** Keys that it has rows under. */
  readonly keys: number;
  readonly rows: number;
  readonly bytes: number;
  readonly tables: ShardsSized['tables'];
  /** Requests of routers, and the rows that they were answered with. */
  readonly requests: number;
  readonly rowsSent: number;
  /** Why it could not be asked. */
  readonly problem?: string;
}

export interface Shards {
  readonly family: Family;
  readonly version: number;
  readonly method: Method;
  readonly move?: Pick<MoveUnderWay, 'done'> & { readonly slices: number };
  /** The time that requests were counted in. */
  readonly windowMs: number;
  readonly shards: readonly ShardStanding[];
  /** Of those that could be asked, against what the placement means each to have. */
  readonly evenness: Readonly<Record<'keys' | 'rows' | 'bytes' | 'requests', Evenness>>;
}

export interface HotKey {
  readonly key: ShardKey;
  /** So often at most ... */
  readonly count: number;
  /** ... and so often at least. */
  readonly atLeast: number;
  /** It came more often than any key that is not told of can have. */
  readonly guaranteed: boolean;
  /** Where it is. */
  readonly shards: readonly string[];
}

export interface HotTable {
  readonly family: Family;
  readonly table: string;
  /** Requests about any key. */
  readonly total: number;
  /** Every key that came more often than this is among the keys. */
  readonly threshold: number;
  readonly keys: readonly HotKey[];
}

export interface Heat {
  readonly windowMs: number;
  readonly routers: readonly NodeId[];
  readonly tables: readonly HotTable[];
}

const budgetMs = 5_000;

export abstract class ShardingOperator<M extends Mode> extends PlacementOperator<M> {
  /**
   * What each shard has and has to do, and how even that is.
   *
   * @param family which store; by default the relational one, or the only one that is sharded.
   */
  shards(family?: Family): Now<M, Shards> {
    return this.chain(this.mapMeant(family), (map) => {
      const shards = shardsNow(map);
      return this.chain(this.sizes(shards, []), (sizes) =>
        this.chain(this.routed({ kind: 'router.load' }), (heard) => this.known(shardsFrom(map, sizes, heard))),
      );
    });
  }

  /** Requests that all routers have sent to each shard since they began; the difference of two looks is the load between. */
  shardRequests(family: Family): Now<M, ReadonlyMap<string, number>> {
    return this.chain(this.routed({ kind: 'router.load' }), (heard) => {
      const found = new Map<string, number>();
      for (const { body } of heard) {
        if (!routerLoads.accepts(body)) continue;
        for (const { family: of, shard, requestsEver } of body.shards) {
          if (of === family) found.set(shard, (found.get(shard) ?? 0) + requestsEver);
        }
      }
      return this.known(found);
    });
  }

  /** The keys that were asked for most lately, as all routers together know it. */
  hotKeys(family?: Family): Now<M, Heat> {
    const question = { kind: 'router.hot-keys', ...(family === undefined ? {} : { family }) };
    return this.chain(this.shardMaps(), (maps) =>
      this.chain(this.routed(question), (heard) => this.known(heatFrom(maps, heard))),
    );
  }

  private sizes(left: readonly string[], found: readonly Sized[]): Now<M, readonly Sized[]> {
    const [shard, ...others] = left;
    if (shard === undefined) return this.known(found);
    return this.chain(this.census(), (census) => {
      const copies = this.ofPool(census, shard);
      if (copies.length === 0) return this.sizes(others, [...found, { shard, problem: `${shard} has no nodes` }]);
      return this.chain(this.follow({ body: { kind: 'shards.size' }, budgetMs, referral }, copies), ({ heard }) =>
        this.sizes(others, [...found, { shard, ...sizeIn(heard) }]),
      );
    });
  }

  /** What every router that runs answers. */
  private routed(question: Body): Now<M, readonly Told[]> {
    return this.chain(this.census(), ({ nodes }) => {
      const routers = nodes.filter(({ spec, state }) => spec.kind === routerKind && isAlive(state));
      if (routers.length === 0) throw new Refusal('no router runs here: nobody counts what is asked of shards');
      return this.askEach(
        routers.map(({ spec }) => spec.id),
        question,
        [],
      );
    });
  }

  private askEach(left: readonly NodeId[], question: Body, found: readonly Told[]): Now<M, readonly Told[]> {
    const [router, ...others] = left;
    if (router === undefined) return this.known(found);
    return this.chain(this.inquire(router, question, budgetMs), (heard) => {
      const told = 'answer' in heard ? [{ router, body: heard.answer }] : [];
      return this.askEach(others, question, [...found, ...told]);
    });
  }
}

interface Told {
  readonly router: NodeId;
  readonly body: Body;
}

type Sized = { readonly shard: string } & ({ readonly size: ShardsSized } | { readonly problem: string });

/** Those of a move that is under way as well. */
function shardsNow({ base, move }: ShardMap): readonly string[] {
  return [...new Set([...shardsOf(base), ...(move === undefined ? [] : shardsOf(move.next))])];
}

function referral(heard: Heard): Referral | undefined {
  if ('reason' in heard) return {};
  if (!shardsRefused.accepts(heard.answer)) return undefined;
  const { because, primary } = heard.answer;
  if (because !== 'not-primary' && because !== 'starting') return undefined;
  return primary === undefined ? {} : { to: primary };
}

function sizeIn(heard: Heard): { readonly size: ShardsSized } | { readonly problem: string } {
  if ('reason' in heard) return { problem: heard.reason };
  const { answer } = heard;
  if (shardsSized.accepts(answer)) return { size: answer };
  return { problem: shardsRefused.accepts(answer) ? answer.reason : `an unexpected answer: ${answer.kind}` };
}

function shardsFrom(map: ShardMap, sizes: readonly Sized[], heard: readonly Told[]): Shards {
  const { family, version, base, move } = map;
  const loads = heard.flatMap(({ body }) => (routerLoads.accepts(body) ? [body] : []));
  const shards = sizes.map((sized): ShardStanding => {
    const { shard } = sized;
    const work = loads.flatMap((load) => load.shards.filter((one) => one.family === family && one.shard === shard));
    const requests = work.reduce((sum, one) => sum + one.requests, 0);
    const rowsSent = work.reduce((sum, one) => sum + one.rows, 0);
    const asked = { shard, requests, rowsSent };
    if ('problem' in sized) return { ...asked, keys: 0, rows: 0, bytes: 0, tables: [], problem: sized.problem };
    const { keys, tables } = sized.size;
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return { ...asked, keys, rows, bytes: tables.reduce((sum, table) => sum + table.bytes, 0), tables };
  });
  const shares = expectedShares(base);
  const there = shards.filter(({ problem, shard }) => problem === undefined && (shares.get(shard) ?? 0) > 0);
  const sum = there.reduce((all, { shard }) => all + (shares.get(shard) ?? 0), 0);
  const expected = there.map(({ shard }) => (shares.get(shard) ?? 0) / sum);
  const even = (of: (shard: ShardStanding) => number): Evenness => evenness(there.map(of), expected);
  return {
    family,
    version,
    method: base.method,
    ...(move === undefined ? {} : { move: { slices: move.slices.length, done: move.done } }),
    windowMs: Math.max(0, ...loads.map(({ windowMs }) => windowMs)),
    shards,
    evenness: {
      keys: even(({ keys }) => keys),
      rows: even(({ rows }) => rows),
      bytes: even(({ bytes }) => bytes),
      requests: even(({ requests }) => requests),
    },
  };
}

function heatFrom(maps: readonly ShardMap[], heard: readonly Told[]): Heat {
  const heats = heard.flatMap(({ router, body }) => (routerHeat.accepts(body) ? [{ router, ...body }] : []));
  const summaries = new Map<string, { family: Family; table: string; parts: HotKeys<ShardKey>[] }>();
  for (const { family, table, ...summary } of heats.flatMap(({ tables }) => tables)) {
    const name = `${family} ${table}`;
    const known = summaries.get(name);
    if (known === undefined) summaries.set(name, { family, table, parts: [summary] });
    else known.parts.push(summary);
  }
  const tables = [...summaries.values()].map(({ family, table, parts }): HotTable => {
    const { capacity, total, keys } = merged(parts);
    const map = maps.find((one) => one.family === family);
    const owners = map === undefined ? undefined : new Owners(map);
    const threshold = total / capacity;
    const told = keys.map(({ key, count, error }): HotKey => {
      const atLeast = count - error;
      return { key, count, atLeast, guaranteed: atLeast > threshold, shards: owners?.ownersOf(key) ?? [] };
    });
    return { family, table, total, threshold, keys: told };
  });
  return {
    windowMs: Math.max(0, ...heats.map(({ windowMs }) => windowMs)),
    routers: heats.map(({ router }) => router),
    tables: tables.sort((a, b) => b.total - a.total || (a.table < b.table ? -1 : 1)),
  };
}
