/**
 * The same site, the same users and the same seed once per time to live, each in a simulated world of its own: what the
 * database has to do, and how old what users see is.
 */
import type { WorldEvent } from '../../src/kernel/events';
import type { Topology } from '../../src/kernel/topology';
import { httpRequest, httpResponse } from '../../src/protocols/http';
import type { StrategyName } from '../../src/protocols/strategy';
import { catalogue } from '../../src/world/product';
import { SimulatedWorld } from '../../src/world/simulated-world';
import { passVirtual } from './passing';

/** What all of them are put through. */
export interface TtlLoad {
  readonly seed: string | number;
  readonly users: number;
  readonly ms: number;
  readonly strategy: StrategyName;
}

/** How one time to live went. */
export interface TtlResult {
  readonly ttlMs: number;
  readonly hitRatio: number;
  /** Questions to the database for rows. */
  readonly queriesPerS: number;
  readonly reads: number;
  /** Reads that began when a newer version of the row had been acknowledged already. */
  readonly stale: number;
  /** How long before, at most. */
  readonly oldestMs: number;
}

const ratePerS = 100;
const writes = 0.02;

export async function runTtlTrial(
  topology: Topology,
  ttlMs: number,
  { seed, users, ms, strategy }: TtlLoad,
  signal: AbortSignal,
): Promise<TtlResult> {
  const world = new SimulatedWorld('ttl', topology, { catalogue, seed, keepMax: 0, hashed: false });
  try {
    world.strategy(strategy);
    world.ttl(ttlMs);
    const seen = new StaleReads();
    const watching = world.events.subscribe((event) => seen.see(event));
    world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users, writes });
    await passVirtual(world, ms, signal);
    world.loadStop();
    watching.unsubscribe();
    const found = world.strategies().strategies.find(({ isSet }) => isSet);
    const { hitRatio = 0, queries = 0 } = found ?? {};
    const { reads, stale, oldestMs } = seen;
    return { ttlMs, hitRatio, queriesPerS: (queries * 1_000) / ms, reads, stale, oldestMs };
  } finally {
    world.close();
  }
}

interface Newer {
  readonly version: number;
  readonly atUs: number;
}

/** Counts, between the balancer and the web servers, reads of what had been replaced by an acknowledged write. */
class StaleReads {
  reads = 0;
  stale = 0;
  oldestMs = 0;
  private readonly open = new Map<
    string,
    { readonly path: string; readonly isWrite: boolean; readonly atUs: number }
  >();
  /** Acknowledged writes of each row, the oldest first. */
  private readonly written = new Map<string, Newer[]>();

  see(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { id, to, re, body } = event.envelope;
    const { atUs, node } = event;
    if (httpRequest.accepts(body) && to.startsWith('web-')) {
      this.open.set(`${to} ${id}`, { path: body.path, isWrite: body.method !== 'GET', atUs });
    } else if (httpResponse.accepts(body) && node.startsWith('web-')) {
      const asked = this.open.get(`${node} ${re}`);
      this.open.delete(`${node} ${re}`);
      const version = Number(/^"(\d+)/.exec(body.headers['etag'] ?? '')?.[1]);
      if (asked === undefined || body.status !== 200 || Number.isNaN(version)) return;
      const { path, isWrite } = asked;
      const newer = this.written.get(path) ?? [];
      if (isWrite) this.written.set(path, [...newer, { version, atUs }]);
      else this.judge(version, asked.atUs, newer);
    }
  }

  /** The first write that the read should have seen says since when what it saw is old. */
  private judge(version: number, beganUs: number, written: readonly Newer[]): void {
    this.reads++;
    const missed = written.find((one) => one.version > version && one.atUs <= beganUs);
    if (missed === undefined) return;
    this.stale++;
    this.oldestMs = Math.max(this.oldestMs, (beganUs - missed.atUs) / 1_000);
  }
}
