/**
 * Claim: the same holds of a key-value store on several shards while keys move from shard to shard and its machines meet with
 * accidents: single keys are linearizable through whatever router, compare-and-set included, whoever has them meanwhile; a
 * scan finds every key that is there throughout exactly once; and in the end every pair is with the one shard that the map
 * names.
 */
import fc from 'fast-check';
import type { Body } from '../../src/kernel/envelope';
import type { Topology } from '../../src/kernel/topology';
import { kvItems } from '../../src/protocols/kv';
import type { Method, Placement } from '../../src/protocols/shard-map';
import { stages } from '../../src/stages';
import { within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, accidents, type Planned, plan, siteTargets } from '../../src/testing/schedule';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { carryOut, judge, keepStable, type Step, stable, stepVia } from './pairs';
import { AskingWorld, budgetMs, ItemUsers } from './users';

interface Case {
  readonly seed: number;
  readonly steps: readonly Step[];
  /** From this way to place keys to another, and back again if there is time. */
  readonly methods: readonly Method[];
  readonly unitsPerSecond: number;
  readonly schedule: readonly Accident[];
}

const kinds = ['router', 'placement', 'kv'];
const families = { kv: { shards: 'kv-shard-*' } };
const topology = pairsOf(stages.stores.topology);
const idsOf = (kind: string): readonly string[] => topology.nodes.flatMap((one) => (one.kind === kind ? [one.id] : []));
const [routers, keepers, copies] = [idsOf('router'), idsOf('placement'), idsOf('kv')];
const struck = [...copies, ...keepers, ...keepers, ...routers];

const beganMs = 2_000;
const lengthMs = 3_000;
const longestMs = 1_500;
const restMs = 60_000;

const ways: fc.Arbitrary<Method> = fc.constantFrom('modulo', 'ring', 'jump', 'rendezvous');

export function movingPairs({
  phenomena = new Phenomena(),
  ...effort
}: Effort & { readonly phenomena?: Phenomena }): Claim<Case> {
  return {
    ...effort,
    name: 'key-value pairs that move are linearizable, with one shard each, and all found by scans',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      steps: fc.array(stepVia(routers, 60), { minLength: 60, maxLength: 120, size: 'max' }),
      methods: fc.uniqueArray(ways, { minLength: 2, maxLength: 3 }),
      unitsPerSecond: fc.constantFrom(0, 5, 10),
      schedule: accidents(
        topology,
        {
          firstMs: beganMs,
          lengthMs: beganMs + lengthMs,
          longestMs,
          accidentsMax: 5,
          kinds: ['kill', 'kill', 'pause', 'kill-box', 'partition', 'one-way', 'isolate', 'slow', 'drop', 'torn-disk'],
        },
        siteTargets(topology, {
          nodes: struck,
          boxes: topology.nodes.filter(({ id }) => struck.includes(id)).map(({ box }) => box),
          hosts: [1, 2, 3],
          disks: [...copies, ...keepers],
          linked: struck,
        }),
      ),
    }),
    attempt: (drawn) => within(worldOf(drawn), (world) => attempt(world, drawn, phenomena)),
    show: (drawn) => standing(worldOf(drawn), (world) => attempt(world, drawn, new Phenomena())),
  };
}

function worldOf({ seed, methods: [first = 'ring'] }: Case): AskingWorld {
  const parts = { catalogue, seed, hosts: 3, detail: 'acts', hashed: false } as const;
  return new AskingWorld('pairs', placedBy(first), parts);
}

function attempt(world: AskingWorld, drawn: Case, phenomena: Phenomena): Finding {
  world.events.subscribe(phenomena.watch);
  const users = new ItemUsers(world);
  world.runTo(beganMs - 500);
  keepStable(world);
  world.runTo(beganMs);
  carryOut(world, users, drawn.steps, [...plan(drawn.schedule), ...movesOf(drawn)], beganMs);
  world.repair();
  rest(world);
  for (const router of routers) {
    for (const key of ['a', 'b']) users.read(router, key);
    users.scan(router, 'stable-');
  }
  world.run(budgetMs * 3);
  judge(users);
  for (const scan of users.scans.slice(-routers.length)) {
    if (!scan.isWhole) throw new Violation('does not come to rest', 'a router cannot list the keys');
  }
  oneShardEach(world);
  const { moves } = world.moves();
  const moved = moves.reduce((sum, { keysMoved }) => sum + keysMoved, 0);
  if (moved === 0) return 'nothing moved';
  phenomena.saw('keys moved to other shards');
  return users.operations.some(({ outcome, f }) => outcome === 'ok' && f === 'cas') ? undefined : 'nothing was set';
}

/** Whoever decides takes it; the others refuse, and so does whoever is not done with the first. */
function movesOf({ methods: [, ...next], unitsPerSecond }: Case): readonly Planned[] {
  const rate = unitsPerSecond === 0 ? {} : { unitsPerSecond };
  return next.flatMap((method, at) => {
    const body = { kind: 'placement.reshard', family: 'kv', change: { what: 'method', method }, ...rate };
    const atMs = beganMs + 200 + at * 1_500;
    return keepers.map((to): Planned => ({ atMs, command: { verb: 'tell', to, body, budgetMs } }));
  });
}

/** The last move is over and every shard has a primary. */
function rest(world: AskingWorld): void {
  const isOver = (): boolean => {
    const { decides, moves } = world.moves();
    const primaries = [1, 2].map((shard) => world.replicas(`kv-shard-${shard}`).primary);
    const isDone = moves.every(({ state }) => state === 'done' || state === 'aborted');
    return decides !== undefined && isDone && !primaries.includes(undefined);
  };
  const untilMs = world.nowMs + restMs;
  while (!isOver()) {
    if (world.nowMs > untilMs) {
      const stands = world.moves().moves.map(({ state, now }) => `${state}: ${now}`);
      throw new Violation('does not come to rest', `${stands.join(', ')}, ${restMs / 1_000} s after all was mended`);
    }
    world.run(500);
  }
  world.run(1_000);
}

/** What the shards have by themselves, whoever is asked for it. */
function oneShardEach(world: AskingWorld): void {
  const all = [1, 2].flatMap((shard): readonly string[] => {
    const { primary = '' } = world.replicas(`kv-shard-${shard}`);
    let heard: Body | undefined;
    world.ask(primary, { kind: 'kv.scan', prefix: 'stable-', limit: 100 }, (answer) => {
      heard = answer;
    });
    world.until(() => heard !== undefined, budgetMs);
    if (!kvItems.accepts(heard)) throw new Violation('does not come to rest', `${primary} does not list its keys`);
    return heard.items.map(({ key }) => key);
  });
  if ([...all].sort().join(' ') !== stable.join(' ')) {
    throw new Violation('not with one shard', `the shards have ${all.join(' ')}`);
  }
}

/** Of the stage only what the key-value store needs. */
function pairsOf({ boxes, nodes }: Topology): Topology {
  const kept = nodes.filter(({ kind }) => kinds.includes(kind));
  const used = new Set(kept.map(({ box }) => box));
  return { boxes: boxes.filter(({ id }) => used.has(id)), nodes: kept };
}

/** With few pairs in a slice, so that moves have many steps. */
function placedBy(method: Method): Topology {
  const base: Placement = { method, shards: ['kv-shard-1', 'kv-shard-2'], splits: [], isolated: [] };
  const map = { family: 'kv', version: 1, tables: [{ table: 'items', key: 'key' }], base };
  const nodes = topology.nodes.map((node) => {
    const config = typeof node.config === 'object' ? node.config : {};
    if (node.kind === 'router') return { ...node, config: { ...config, families } };
    if (node.kind === 'placement')
      return { ...node, config: { ...config, maps: [map], unitsPerSlice: 3, chunkUnits: 2 } };
    return { ...node, config: { ...config, snapshotEntries: 20, sharding: { shard: node.pool, map } } };
  });
  return { boxes: topology.boxes, nodes };
}
