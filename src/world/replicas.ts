/**
 * How the copies of the data stand, and who watches over them: read from what the nodes show of themselves, so that a
 * look asks nobody and moves no time.
 */
import type { NodeId } from '../kernel/envelope';
import type { Census, NodeStatus } from '../kernel/runtime';
import { type NodeSpec, poolOf, pools, splitId, type Topology } from '../kernel/topology';
import { type ObserversView, observersView } from '../protocols/observers';
import { type ReplicationStanding, replicationStanding } from '../protocols/replication';

/** One copy. What it tells of itself is absent where it does not run. */
export interface Copy {
  readonly node: NodeId;
  /** The group that it is a copy of, where that has a name of its own. */
  readonly pool?: string;
  readonly box: string;
  readonly host: number;
  readonly state: NodeStatus['state'];
  /** Why it does not run, or cannot serve yet. */
  readonly reason?: string;
  readonly standing?: Omit<ReplicationStanding, 'kind'>;
  /** Entries of the primary's log that it lacks; absent for the primary itself, and where it has not heard of them yet. */
  readonly behindEntries?: number;
  /** For how long it has lacked something, as the primary knows. */
  readonly behindMs?: number;
}

/** One of those who watch over the copies. */
export interface Watcher {
  readonly node: NodeId;
  readonly state: NodeStatus['state'];
  readonly view?: Omit<ObserversView, 'kind'>;
}

export interface Replicas {
  /** Who leads in the newest term that a copy which runs leads in; of several groups each has its own. */
  readonly primary?: NodeId;
  readonly copies: readonly Copy[];
  readonly observers: readonly Watcher[];
  /** Each by itself, where there are several. */
  readonly groups?: readonly Group[];
}

/** The copies of the same data: one shard, or the database of a site that has one. */
export interface Group extends Replicas {
  readonly pool: string;
}

/** The tiers that this is about. */
export const databaseKind = 'db';
export const routerKind = 'router';
export const observerKind = 'observer';
/** Tiers whose nodes are copies of what their pool stores. */
export const storeKinds: readonly string[] = [databaseKind, 'kv', 'doc'];

/** The pools of a site whose nodes are copies of each other, in their order; of one tier if that is said. */
export function groupsIn({ nodes }: Pick<Topology, 'nodes'>, kinds = storeKinds): readonly string[] {
  const stores = nodes.filter(({ kind }) => kinds.includes(kind));
  const names = Object.keys(pools({ boxes: [], nodes: stores }));
  const rank = (pool: string): number =>
    kinds.indexOf(stores.find((node) => poolOf(node) === pool)?.kind ?? '') * 1e6 + splitId(pool).number;
  return names.sort((a, b) => rank(a) - rank(b));
}

/** Which nodes have to show something of themselves for `replicasOf`. */
export function concerned({ nodes }: Census): readonly NodeId[] {
  return nodes
    .filter(({ spec, state }) => [...storeKinds, observerKind].includes(spec.kind) && isAlive(state))
    .map(({ spec }) => spec.id);
}

/** How all copies stand, or those of one group. */
export function replicasOf({ nodes }: Census, views: ReadonlyMap<NodeId, unknown>, pool?: string): Replicas {
  const names = groupsIn({ nodes: nodes.map(({ spec }) => spec) });
  const wanted = pool === undefined ? names : [pool];
  const groups = wanted.map((name): Group => {
    const members = nodes.filter(({ spec }) => storeKinds.includes(spec.kind) && poolOf(spec) === name);
    const watched = nodes.filter(
      ({ spec }) => spec.kind === observerKind && (names.length < 2 || watches(spec, members)),
    );
    return { pool: name, ...groupOf(members, watched, views) };
  });
  const [only, ...others] = groups;
  if (only === undefined) return groupOf([], [], views);
  if (others.length > 0) {
    const watchers = nodes.filter(({ spec }) => spec.kind === observerKind).map((status) => watcherOf(status, views));
    return { copies: groups.flatMap(({ copies }) => copies), observers: watchers, groups };
  }
  const { pool: _pool, ...alone } = only;
  return alone;
}

/** Where there are several groups, each says who observes it. */
function watches({ id }: NodeSpec, members: readonly NodeStatus[]): boolean {
  return members.some(({ spec }) => observersOf(spec).includes(id));
}

/** Who appoints the primary of a copy's group, as its config says; nobody where the copies elect it. */
export function observersOf({ config }: Pick<NodeSpec, 'config'>): readonly NodeId[] {
  const observers: unknown = isObject(config) && 'observers' in config ? config.observers : undefined;
  return Array.isArray(observers) ? observers.filter((id) => typeof id === 'string') : [];
}

function groupOf(
  databases: readonly NodeStatus[],
  watched: readonly NodeStatus[],
  views: ReadonlyMap<NodeId, unknown>,
): Replicas {
  const standings = new Map(databases.map(({ spec }) => [spec.id, standingOf(views.get(spec.id))]));
  const primary = leaderOf(standings);
  const followers = standings.get(primary ?? '')?.followers ?? [];
  const copies = databases.map((status): Copy => {
    const { spec, state, host } = status;
    const standing = standings.get(spec.id);
    const reason = isAlive(state) ? status.unready : status.reason;
    const behind = spec.id === primary ? undefined : followers.find(({ id }) => id === spec.id);
    return {
      node: spec.id,
      ...(spec.pool === undefined ? {} : { pool: spec.pool }),
      box: spec.box,
      host,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(standing === undefined ? {} : { standing }),
      ...(behind === undefined ? {} : { behindMs: behind.behindMs }),
      // A primary that is new in its office has to hear from everybody once.
      ...(behind === undefined || behind.match === 0 ? {} : { behindEntries: behind.behindEntries }),
    };
  });
  const observers = watched.map((status) => watcherOf(status, views));
  return { ...(primary === undefined ? {} : { primary }), copies, observers };
}

function watcherOf({ spec, state }: NodeStatus, views: ReadonlyMap<NodeId, unknown>): Watcher {
  const view = watcherView(views.get(spec.id));
  return { node: spec.id, state, ...(view === undefined ? {} : { view }) };
}

export function isAlive(state: NodeStatus['state']): boolean {
  return state === 'running' || state === 'paused';
}

function leaderOf(standings: ReadonlyMap<NodeId, Copy['standing']>): NodeId | undefined {
  let [leader, newest]: [NodeId | undefined, number] = [undefined, -1];
  for (const [id, standing] of standings) {
    if (standing?.role === 'primary' && standing.term > newest) [leader, newest] = [id, standing.term];
  }
  return leader;
}

/** Where a copy stands, out of what it shows of itself. */
export function standingOf(view: unknown): Copy['standing'] {
  const shown: unknown = isObject(view) && 'replication' in view ? view.replication : undefined;
  const body: unknown = isObject(shown) ? { kind: replicationStanding.kind, ...shown } : undefined;
  if (!replicationStanding.accepts(body)) return undefined;
  const { kind: _kind, ...standing } = body;
  return standing;
}

function watcherView(view: unknown): Watcher['view'] {
  const body: unknown = isObject(view) ? { ...view, kind: observersView.kind } : undefined;
  if (!observersView.accepts(body)) return undefined;
  const { term, primary, decides, underWay, missing } = body;
  return {
    term,
    missing,
    ...(primary === undefined ? {} : { primary }),
    ...(decides === undefined ? {} : { decides }),
    ...(underWay === undefined ? {} : { underWay }),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
