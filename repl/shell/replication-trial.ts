/**
 * The same site, the same users and the same seed once per replication mode, each in a simulated world of its own: what
 * a mode costs, and what it risks.
 */
import type { Topology } from '../../src/kernel/topology';
import { catalogue } from '../../src/world/product';
import { Refusal } from '../../src/world/quantities';
import { databaseKind, observerKind, type Replicas } from '../../src/world/replicas';
import { SimulatedWorld } from '../../src/world/simulated-world';
import { passVirtual } from './passing';

/** Each way to keep copies. */
export const trials = [
  { name: 'async', mode: 'async', succession: 'appointed' },
  { name: 'semi-sync 1', mode: 'semi-sync', succession: 'appointed' },
  { name: 'quorum', mode: 'quorum', succession: 'appointed' },
  { name: 'raft', mode: 'quorum', succession: 'elected' },
] as const;
type Trial = (typeof trials)[number];

/** How one of them went. */
export interface TrialResult {
  readonly name: Trial['name'];
  /** How much longer mail between the copies took than between machines that stand side by side. */
  readonly apartMs: number;
  /** From the user's device and back, of writes that went well. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly writesPerS: number;
  readonly failed: number;
  /** Writes that users had been told are done and that only the primary's box held: at worst, and on average. */
  readonly atRiskMax: number;
  readonly atRiskMean: number;
}

/** What all of them are put through. */
export interface TrialLoad {
  readonly seed: string | number;
  readonly users: number;
  readonly ms: number;
  /** Besides side by side the copies are tried so far apart. */
  readonly apartMs: number;
}

/** By then a group has its primary. */
const settleMs = 5_000;
/** How often is looked who has what. */
const lookMs = 5;

/** The topology with the databases set for one trial. Throws a `Refusal` for a stage without copies. */
export function topologyFor({ boxes, nodes }: Topology, { mode, succession }: Trial): Topology {
  const databases = nodes.filter(({ kind }) => kind === databaseKind);
  const observers = nodes.filter(({ kind }) => kind === observerKind).map(({ id }) => id);
  if (databases.length < 3 || observers.length < 3) {
    throw new Refusal('a stage with three databases and three observers is needed; go to one with: stage replication');
  }
  const group = databases.map(({ id }) => id);
  const watched = succession === 'appointed' ? observers : [];
  const laid = { group, mode, succession, replicas: 1, observers: watched };
  return {
    boxes,
    nodes: nodes
      .filter(({ kind }) => kind !== observerKind || succession === 'appointed')
      .map((node) => (node.kind === databaseKind ? { ...node, config: { ...asObject(node.config), ...laid } } : node)),
  };
}

export async function runTrial(
  topology: Topology,
  trial: Trial,
  { seed, users, ms, apartMs }: TrialLoad,
  signal: AbortSignal,
): Promise<TrialResult> {
  const world = new SimulatedWorld(trial.name, topologyFor(topology, trial), { catalogue, seed, detail: 'acts' });
  try {
    await passVirtual(world, settleMs, signal, () => world.replicas().primary !== undefined);
    if (apartMs > 0) world.fault({ kind: 'slow', a: `${databaseKind}-*`, b: `${databaseKind}-*`, ms: apartMs });
    world.load({ loop: 'closed', users, thinkMs: 0 }, { writes: 1 });
    const risks: number[] = [];
    const endUs = world.nowUs + ms * 1000;
    while (world.nowUs < endUs) {
      await passVirtual(world, lookMs, signal);
      risks.push(atRisk(world.replicas()));
    }
    const { p50Ms, p99Ms, ok, failed, seconds } = world.loadStop();
    return {
      name: trial.name,
      apartMs,
      p50Ms,
      p99Ms,
      writesPerS: seconds > 0 ? ok / seconds : 0,
      failed,
      atRiskMax: Math.max(0, ...risks),
      atRiskMean: risks.reduce((sum, risk) => sum + risk, 0) / Math.max(1, risks.length),
    };
  } finally {
    world.close();
  }
}

/** Acknowledged entries that no copy on another box has at this moment. */
export function atRisk({ primary, copies }: Replicas): number {
  const lead = copies.find(({ node }) => node === primary);
  if (lead?.standing === undefined) return 0;
  const elsewhere = copies.filter(({ box, standing }) => box !== lead.box && standing !== undefined);
  const best = Math.max(0, ...elsewhere.map(({ standing }) => standing?.lastIndex ?? 0));
  return Math.max(0, lead.standing.committed - best);
}

function asObject(config: unknown): object {
  return typeof config === 'object' && config !== null ? config : {};
}
