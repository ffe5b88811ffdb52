/**
 * The ring of cache servers as one row of the database: who is in, so that everybody who reads the row comes to the same
 * server for a key, and a server knows whether a key is its own. The database decides what comes after what; here are the
 * statements, the row, and how one ring becomes the next.
 *
 * A change is written down first (`next`) and made later: whoever has seen the same change for `completesAfterMs` of his own
 * clock may complete it. A server serves for `servingMs` from when it asked for the row, so by then every server has either
 * read of the change, and serves no key that moves by it, or serves nothing. That is why of any key at any time there is at
 * most one server that gives it out: the one whose key it is by the ring that the row holds.
 */
import type { NodeId } from '../kernel/envelope';
import { CacheRing } from './cache-ring';
import type { SqlExecute, SqlResult, SqlTransaction } from './sql';

/** For how long a server goes by what it read, from when it asked, by its own clock. */
export const servingMs = 1_000;
/** How often it asks. */
export const renewMs = 250;
/** How far the rate of any clock may be off, as a share. */
export const clockDriftMax = 0.1;
/** Of a clock that runs fast, as much as `servingMs` can be of one that runs slow. */
export const completesAfterMs = (servingMs * (1 + clockDriftMax)) / (1 - clockDriftMax);

/** A server, and since which ring it has been in without a break. */
export interface RingMember {
  readonly id: NodeId;
  readonly since: number;
}

/** A change that is written down and not made yet. */
export interface RingChange {
  readonly epoch: number;
  readonly servers: readonly RingMember[];
}

export class AgreedRing {
  /** Who has which key. */
  readonly homes: CacheRing;
  /** And who will have it, while a change is under way. */
  readonly nextHomes: CacheRing | undefined;

  constructor(
    readonly epoch: number,
    /** The ring before this one. */
    readonly after: number,
    readonly servers: readonly RingMember[],
    readonly next: RingChange | undefined,
    /** The log position that the row was read at: it is younger than every write that was done before that. */
    readonly position: number,
  ) {
    this.homes = new CacheRing(idsOf(servers));
    this.nextHomes = next && new CacheRing(idsOf(next.servers));
  }

  /** Who may give out a key: nobody while it is on its way from one server to another. */
  serverOf(key: string): NodeId | undefined {
    const home = this.homes.serverOf(key);
    return this.nextHomes === undefined || this.nextHomes.serverOf(key) === home ? home : undefined;
  }

  /** Whether somebody is to leave by the change that is under way. */
  get isFencing(): boolean {
    const { next } = this;
    return next !== undefined && this.servers.some(({ id }) => !has(next.servers, id));
  }

  /** Whether somebody is in, and stays in by the change that is under way. */
  keeps(id: NodeId): boolean {
    return has((this.next ?? this).servers, id);
  }
}

const selectRing = 'SELECT epoch, after_epoch, servers, next_epoch, next_servers FROM cache_ring';
const proposeRing =
  'UPDATE cache_ring SET next_epoch = ?, next_servers = ? WHERE epoch = ? AND coalesce(next_epoch, epoch) = ?';
const completeRing = `UPDATE cache_ring SET epoch = next_epoch, after_epoch = epoch, servers = next_servers,
  next_epoch = NULL, next_servers = NULL WHERE epoch = ? AND next_epoch = ?`;

export const readRing: SqlExecute = { kind: 'sql.execute', statement: selectRing, parameters: [] };

/** Undefined where this is not the answer to any of these statements. */
export function ringOf({ rows: [row], position }: SqlResult): AgreedRing | undefined {
  const [epoch, after, servers, nextEpoch, nextServers] = row ?? [];
  if (typeof epoch !== 'number' || typeof after !== 'number' || typeof servers !== 'string') return undefined;
  const next =
    typeof nextEpoch === 'number' && typeof nextServers === 'string'
      ? { epoch: nextEpoch, servers: membersIn(nextServers) }
      : undefined;
  return new AgreedRing(epoch, after, membersIn(servers), next, position);
}

/**
 * Writes a change down, in the place of one that is under way: who waits for that begins anew. Nothing is done where the
 * row is not as it was read; either way the answer is the row.
 */
export function propose(ring: AgreedRing, ids: readonly NodeId[]): SqlTransaction {
  const last = ring.next?.epoch ?? ring.epoch;
  const epoch = last + 1;
  const sinceOf = new Map((ring.next ?? ring).servers.map(({ id, since }) => [id, since]));
  const servers = [...ids].sort().map((id) => `${id} ${sinceOf.get(id) ?? epoch}`);
  const parameters = [epoch, servers.join(','), ring.epoch, last];
  return changing({ statement: proposeRing, parameters });
}

/** Makes the change that is under way, unless the row is not as it was read. */
export function complete(ring: AgreedRing): SqlTransaction {
  return changing({ statement: completeRing, parameters: [ring.epoch, ring.next?.epoch ?? -1] });
}

function changing(statement: SqlTransaction['statements'][number]): SqlTransaction {
  return { kind: 'sql.transaction', statements: [statement, { statement: selectRing, parameters: [] }] };
}

function membersIn(text: string): RingMember[] {
  return text.split(',').flatMap((one) => {
    const [id, since] = one.split(' ');
    return id === undefined || id === '' ? [] : [{ id, since: Number(since) }];
  });
}

function idsOf(members: readonly RingMember[]): NodeId[] {
  return members.map(({ id }) => id);
}

function has(members: readonly RingMember[], id: NodeId): boolean {
  return members.some((one) => one.id === id);
}
