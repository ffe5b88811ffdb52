/**
 * The same users with the same records once per kind of store, each in a simulated world of its own: its routers, those who
 * keep its map, its shards and nobody else.
 */
import { Histogram } from '../../src/algorithms/histogram';
import type { Body } from '../../src/kernel/envelope';
import { type Random, seeded } from '../../src/kernel/random';
import type { Door } from '../../src/kernel/runtime';
import type { Topology } from '../../src/kernel/topology';
import type { Family } from '../../src/protocols/shard-map';
import { SimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime';
import {
  type Conversation,
  recordLanguages,
  recordsAfter,
  recordsIn,
  type UserRecord,
} from '../../src/workload/records';
import { catalogue } from '../../src/world/product';
import { Refusal } from '../../src/world/quantities';
import { breathe } from './passing';

/** The kinds of stores, and of which tier each is. */
export const storeTrials = [
  { family: 'sql', kind: 'db', name: 'relational' },
  { family: 'kv', kind: 'kv', name: 'key-value' },
  { family: 'doc', kind: 'doc', name: 'documents' },
] as const;
export type StoreTrial = (typeof storeTrials)[number];

/** What each is put through: a closed loop of users, none of whom pauses. */
export interface StoreLoad {
  readonly seed: string | number;
  readonly users: number;
  readonly ms: number;
  /** The share of operations that read; one in ten of these lists a page. The others change one field of a record. */
  readonly reads: number;
}

export const acts = ['read', 'change', 'list'] as const;
export type Act = (typeof acts)[number];

export interface ActFigures {
  readonly done: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface StoreResult {
  readonly name: StoreTrial['name'];
  readonly donePerS: number;
  readonly failed: number;
  /** From the question to the answer, as whoever asks the router sees it; of operations that went well. */
  readonly acts: Readonly<Record<Act, ActFigures>>;
}

/** By then all groups have their primaries and those who keep the map have answered. */
const settleMs = 2_000;
const sliceMs = 50;
/** Who asks has no more patience than this. */
const budgetMs = 5_000;
/** Records that are kept at the same time before it begins. */
const fillers = 32;
const pageRows = 500;
export const listed = 20;
const listShare = 0.1;
const routerKind = 'router';
const placementKind = 'placement';

/** Of the site only what stores this family. Throws a `Refusal` where it is not sharded there. */
export function storeTopology({ boxes, nodes }: Topology, { family, kind }: StoreTrial): Topology {
  const routers = nodes.filter((node) => node.kind === routerKind && family in objectIn(node.config, 'families'));
  const stores = nodes.filter((node) => node.kind === kind && node.pool !== undefined);
  const keepers = nodes.filter((node) => node.kind === placementKind);
  if (routers.length === 0 || stores.length === 0 || keepers.length === 0) {
    throw new Refusal('a stage with all three kinds of stores behind routers is needed; go to one with: stage stores');
  }
  const routing = { families: { [family]: objectIn(objectIn(routers[0]?.config, 'families'), family) } };
  const kept = [
    ...routers.map((node) => ({ ...node, config: { ...asObject(node.config), ...routing } })),
    ...keepers.map((node) => ({ ...node, config: { ...asObject(node.config), maps: mapsOf(node.config, family) } })),
    ...stores,
  ];
  const used = new Set(kept.map(({ box }) => box));
  return { boxes: boxes.filter(({ id }) => used.has(id)), nodes: kept };
}

/** One after the other, all with the records of the first. */
export async function runStoreTrials(
  topology: Topology,
  load: StoreLoad,
  signal: AbortSignal,
): Promise<readonly StoreResult[]> {
  const topologies = storeTrials.map((trial) => storeTopology(topology, trial));
  const results: StoreResult[] = [];
  let records: readonly UserRecord[] = [];
  for (const [at, trial] of storeTrials.entries()) {
    const world = new TrialWorld(topologies[at] ?? topology, load.seed, signal);
    try {
      await world.pass(settleMs);
      if (trial.family === 'sql') records = await world.records();
      else await world.fill(trial.family, records);
      results.push(await world.run(trial, records, load));
    } finally {
      world.close();
    }
  }
  return results;
}

class TrialWorld {
  private readonly runtime: SimulatedRuntime;
  private readonly door: Door;
  private readonly routers: readonly string[];
  private asked = 0;

  constructor(
    topology: Topology,
    seed: string | number,
    private readonly signal: AbortSignal,
  ) {
    this.runtime = new SimulatedRuntime({ catalogue, seed, detail: 'acts' });
    this.runtime.apply(topology, () => undefined);
    this.door = this.runtime.attach('application', 'provider');
    this.routers = topology.nodes.filter(({ kind }) => kind === routerKind).map(({ id }) => id);
  }

  close(): void {
    this.runtime.close();
  }

  /** Passes so long, or until a condition holds. */
  async pass(ms: number, condition: () => boolean = () => false): Promise<void> {
    const endUs = this.runtime.nowUs + Math.round(ms * 1_000);
    while (this.runtime.nowUs < endUs) {
      if (this.runtime.runTo(Math.min(endUs, this.runtime.nowUs + sliceMs * 1_000), condition)) return;
      await breathe(this.signal);
    }
  }

  async records(): Promise<readonly UserRecord[]> {
    const records: UserRecord[] = [];
    for (let page: readonly UserRecord[] | undefined; page === undefined || page.length === pageRows; ) {
      let answer: { readonly body: Body | undefined } | undefined;
      this.ask(recordsAfter(records.at(-1)?.id ?? 0, pageRows), (body) => {
        answer = { body };
      });
      await this.pass(2 * budgetMs, () => answer !== undefined);
      page = recordsIn(answer?.body);
      if (page === undefined) throw new Refusal('the relational store of this stage does not say who its users are');
      records.push(...page);
    }
    if (records.length === 0) throw new Refusal('there are no users whose records could be asked for');
    return records;
  }

  async fill(family: Family, records: readonly UserRecord[]): Promise<void> {
    const left = [...records].reverse();
    let [under, failed] = [fillers, 0];
    const next = (): void => {
      const record = left.pop();
      if (record === undefined) under--;
      else {
        this.converse(recordLanguages[family].keep(record), (isDone) => {
          if (!isDone) failed++;
          next();
        });
      }
    };
    for (let filler = 0; filler < fillers; filler++) next();
    await this.pass(budgetMs * Math.ceil(records.length / fillers), () => under === 0);
    if (failed > 0 || left.length > 0) throw new Refusal(`${failed + left.length} records could not be kept`);
  }

  async run({ name, family }: StoreTrial, records: readonly UserRecord[], load: StoreLoad): Promise<StoreResult> {
    const times = { read: new Histogram(), change: new Histogram(), list: new Histogram() };
    const endUs = this.runtime.nowUs + Math.round(load.ms * 1_000);
    let failed = 0;
    const language = recordLanguages[family];
    const user = (random: Random): void => {
      const startUs = this.runtime.nowUs;
      if (startUs >= endUs) return;
      const act: Act = random.next() >= load.reads ? 'change' : random.next() < listShare ? 'list' : 'read';
      const { id } = records[random.int(records.length)] ?? { id: 1 };
      const conversations = {
        read: () => language.read(id),
        change: () => language.change(id, 'city', `City ${random.int(1_000)}`),
        list: () => language.list(id, listed),
      };
      this.converse(conversations[act](), (isDone) => {
        if (isDone) times[act].record(this.runtime.nowUs - startUs);
        else failed++;
        user(random);
      });
    };
    // The same users with the same intentions, whatever store they find.
    const random = seeded(load.seed).fork('users of stores');
    for (let number = 1; number <= load.users; number++) user(random.fork(`user-${number}`));
    await this.pass(load.ms);
    const done = acts.reduce((sum, act) => sum + times[act].count, 0);
    const figures = (act: Act): ActFigures => ({
      done: times[act].count,
      p50Ms: times[act].percentile(0.5) / 1_000,
      p99Ms: times[act].percentile(0.99) / 1_000,
    });
    const donePerS = load.ms > 0 ? (done * 1_000) / load.ms : 0;
    return {
      name,
      donePerS,
      failed,
      acts: { read: figures('read'), change: figures('change'), list: figures('list') },
    };
  }

  private converse(conversation: Conversation, then: (isDone: boolean) => void): void {
    const on = (answer: Body | undefined, isFirst = false): void => {
      const step = isFirst ? conversation.next() : conversation.next(answer);
      if (step.done === true) then(step.value);
      else this.ask(step.value, (body) => on(body));
    };
    on(undefined, true);
  }

  /** The routers take turns. */
  private ask(body: Body, then: (answer: Body | undefined) => void): void {
    const to = this.routers[this.asked++ % this.routers.length] ?? routerKind;
    this.door.ask(to, body, budgetMs, (answer) => then(answer?.body));
  }
}

function mapsOf(config: unknown, family: Family): readonly unknown[] {
  const { maps } = asObject(config);
  const isOfFamily = (map: unknown): boolean => {
    const { family: its } = asObject(map);
    return its === family;
  };
  return Array.isArray(maps) ? maps.filter(isOfFamily) : [];
}

function objectIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return asObject(asObject(value)[name]);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
