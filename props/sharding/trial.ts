/**
 * One sharded site whose keys move while it serves and while its machines meet with accidents: users write and read, every
 * now and then all rows are asked for, and in the end all is mended and the move is over. What it showed is judged by
 * several claims.
 */
import fc from 'fast-check';
import type { Body } from '../../src/kernel/envelope';
import type { WorldEvent } from '../../src/kernel/events';
import type { Catalogue } from '../../src/kernel/runtime';
import type { NodeSpec } from '../../src/kernel/topology';
import {
  type Change,
  type MoveProgress,
  type PlacementAsk,
  type PlacementReshard,
  type PlacementSteer,
  placementMaps,
  placementMoves,
} from '../../src/protocols/placement';
import type { Method, ShardMap } from '../../src/protocols/shard-map';
import type { SqlExecute } from '../../src/protocols/sql';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, type Planned, plan } from '../../src/testing/schedule';
import { catalogue } from '../../src/world/product';
import { post } from '../arbitraries/traffic';
import { RegisterHistory } from '../site/register-history';
import { standing } from '../standing';
import { lengthMs, longestMs, shardingAccidents } from './accidents';
import { keepers, method, routers, shardNames, siteOf, small } from './sites';

/** What is drawn. */
export interface Case {
  readonly seed: number;
  readonly restart: NodeSpec['restart'];
  readonly method: Method;
  readonly users: number;
  readonly ratePerS: number;
  readonly writes: number;
  /** When somebody new comes. */
  readonly created: readonly number[];
  /** When all rows are asked for, and of which router. */
  readonly scans: readonly Scan[];
  readonly change: Change;
  readonly changeAtMs: number;
  /** How fast keys may go over, so that accidents meet moves at every step; 0: as fast as they can. */
  readonly unitsPerSecond: number;
  /** So long after it began, the move is steered, if at all. */
  readonly steering: readonly Steering[];
  readonly schedule: readonly Accident[];
}

export interface Scan {
  readonly atMs: number;
  readonly router: string;
}

interface Steering {
  readonly afterMs: number;
  readonly act: 'pause' | 'resume' | 'abort';
}

/** A scan and what came of it. */
export interface Scanned extends Scan {
  readonly answer: Body;
}

/** All that one case showed. */
export interface Trial {
  readonly drawn: Case;
  readonly world: DrivenWorld;
  readonly history: RegisterHistory;
  readonly operations: readonly WorldEvent[];
  readonly scans: readonly Scanned[];
  /** Ids of users whose creation was acknowledged, and by when. */
  readonly created: readonly { readonly id: number; readonly knownMs: number }[];
  readonly phenomena: Phenomena;
}

/** At the end: how the move came out, and by which map the site goes. */
export interface Outcome {
  readonly move: MoveProgress | undefined;
  readonly map: ShardMap;
}

/** What holds of a trial. */
export interface Judge {
  /** Once all is mended and the move is over. A judge may go on with the world. */
  healed(trial: Trial, outcome: Outcome): void;
}

export interface ShardingOptions {
  readonly name: string;
  readonly judges: readonly Judge[];
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
}

/** Users of a site at its beginning; nobody deletes one. */
export const seedUsers = 24;
export const timeoutMs = 1_000;
export const endMs = lengthMs + longestMs;
/** Detection, elections, machines that are ordered, and the rest of the move. */
const restMs = 90_000;

/** A claim about sites whose keys move. */
export function sharded(options: ShardingOptions): Claim<Case> {
  const { name, judges, seed, runs, phenomena = new Phenomena() } = options;
  const world = (drawn: Case): DrivenWorld => {
    const parts = { catalogue: options.catalogue ?? catalogue, seed: drawn.seed, hosts: 3 };
    const topology = siteOf({ ...drawn, seedUsers });
    return new DrivenWorld('sharding', topology, { ...parts, detail: 'acts', hashed: false, keepMax: 0 });
  };
  return {
    name,
    seed,
    runs,
    draw: cases,
    attempt: (drawn) => within(world(drawn), (tried) => attempt(tried, drawn, judges, phenomena)),
    show: (drawn) => standing(world(drawn), (tried) => attempt(tried, drawn, judges, new Phenomena())),
  };
}

/** Any that a small site can bear. */
export const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ what: fc.constant('add' as const), count: fc.constantFrom(1, 1, 2) }),
  fc.record({ what: fc.constant('split' as const), shard: fc.constantFrom(...shardNames) }),
  fc.record({ what: fc.constant('method' as const), method }),
  fc.record({
    what: fc.constant('isolate' as const),
    key: fc.integer({ min: 1, max: 3 }),
    ways: fc.constantFrom(1, 2),
  }),
  fc.record({ what: fc.constant('remove' as const), shard: fc.constant(shardNames.at(-1) ?? '') }),
);

/** What shrinks is what happens; a smaller seed or rate is no simpler, and each attempt costs a world. */
const cases: fc.Arbitrary<Case> = fc.record({
  seed: fc.noShrink(fc.nat({ max: 1_000_000 })),
  restart: fc.noShrink(fc.constantFrom('always', 'always', 'never')),
  method: fc.noShrink(method),
  users: fc.integer({ min: 1, max: 4 }),
  ratePerS: fc.noShrink(fc.integer({ min: 20, max: 80 })),
  writes: fc.noShrink(fc.integer({ min: 3, max: 9 }).map((tenths) => tenths / 10)),
  created: fc.array(fc.integer({ min: 300, max: lengthMs }), { maxLength: 8, size: 'max' }),
  scans: fc.array(fc.record({ atMs: fc.integer({ min: 500, max: endMs }), router: fc.constantFrom(...routers) }), {
    minLength: 5,
    maxLength: 30,
    size: 'max',
  }),
  change: changes,
  changeAtMs: fc.integer({ min: 800, max: 1_500 }),
  unitsPerSecond: fc.noShrink(fc.constantFrom(0, 5, 10, 20)),
  steering: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 50, max: 3_000 }),
      act: fc.constantFrom<Steering['act'][]>('pause', 'resume', 'resume', 'abort'),
    }),
    { maxLength: 2 },
  ),
  schedule: shardingAccidents(small),
});

function attempt(world: DrivenWorld, drawn: Case, judges: readonly Judge[], phenomena: Phenomena): Finding {
  const history = new RegisterHistory();
  const operations: WorldEvent[] = [];
  const watching = world.events.subscribe((event) => {
    history.hear(event);
    phenomena.watch(event);
    if (event.type === 'operation') operations.push(event);
  });
  const accidents = plan(drawn.schedule);
  const all: readonly Step[] = [...trafficOf(drawn), ...accidents, ...moving(drawn), ...scansOf(drawn)].sort(
    (a, b) => a.atMs - b.atMs,
  );
  const known = new Map<number, number>();
  const { refused, answers } = world.carryOut(all, endMs);
  world.loadStop();
  world.run(timeoutMs);
  for (const place of answers.keys()) known.set(place, world.nowMs);
  const scans = all.flatMap(({ scan }, place): Scanned[] => {
    const answer = answers.get(place);
    return scan === undefined || answer === undefined ? [] : [{ ...scan, answer }];
  });
  world.repair();
  const outcome = rest(world);
  const trial = { drawn, world, history, operations, scans, created: createdIn(all, answers), phenomena };
  noteOutcome(outcome, trial);
  for (const judge of judges) judge.healed(trial, outcome);
  watching.unsubscribe();
  if (history.count('write', 'ok') === 0) return 'no write was acknowledged';
  if (outcome.move === undefined) return 'no move began';
  return accidents.length - refused.length <= 0 ? 'no accident happened' : undefined;
}

/** A command that may be a scan. */
interface Step extends Planned {
  readonly scan?: Scan;
}

function trafficOf({ users, ratePerS, writes, created }: Case): readonly Step[] {
  const shape = { loop: 'open', ratePerS, arrivals: 'poisson' } as const;
  const load = { kind: 'client.load', shape, writes, users, timeoutMs };
  const posts = created.map((atMs, place) => ({ atMs, command: post(place, timeoutMs) }));
  return [{ atMs: 0, command: { verb: 'tell', to: 'crowd-1', body: load, budgetMs: timeoutMs } }, ...posts];
}

/** The move of a case. */
export type Moving = Pick<Case, 'change' | 'changeAtMs' | 'unitsPerSecond' | 'steering'>;

/** Whoever decides takes it; the others refuse. Asked a second time, in case that nobody could at first. */
export function moving({ change, changeAtMs, unitsPerSecond, steering }: Moving): readonly Step[] {
  const rate = unitsPerSecond === 0 ? {} : { unitsPerSecond };
  const reshard: PlacementReshard = { kind: 'placement.reshard', family: 'sql', change, ...rate };
  const steer = ({ act }: Steering): PlacementSteer => ({ kind: 'placement.steer', family: 'sql', act });
  const toAll = (atMs: number, body: Body): Step[] =>
    keepers.map((to) => ({ atMs, command: { verb: 'tell', to, body, budgetMs: timeoutMs } }));
  return [
    ...toAll(changeAtMs, reshard),
    ...steering.flatMap((one) => toAll(changeAtMs + one.afterMs, steer(one))),
    // Nothing stays paused.
    ...toAll(endMs - 1, steer({ afterMs: 0, act: 'resume' })),
  ];
}

/** Every user, with all that makes the row a whole. */
export const allUsers: SqlExecute = {
  kind: 'sql.execute',
  statement: 'SELECT id, first_name, last_name FROM users ORDER BY id',
  parameters: [],
};

function scansOf({ scans }: Case): readonly Step[] {
  return scans.map((scan) => ({
    atMs: scan.atMs,
    command: { verb: 'tell', to: scan.router, body: allUsers, budgetMs: timeoutMs },
    scan,
  }));
}

function createdIn(all: readonly Step[], answers: ReadonlyMap<number, Body>): Trial['created'] {
  return all.flatMap(({ atMs }, place) => {
    const answer = answers.get(place);
    if (answer?.kind !== 'client.response' || !('status' in answer) || answer.status !== 201) return [];
    const made: unknown = 'body' in answer ? JSON.parse(String(answer.body)) : undefined;
    const id = typeof made === 'object' && made !== null && 'id' in made ? Number(made.id) : Number.NaN;
    return [{ id, knownMs: atMs + timeoutMs }];
  });
}

/** The move is over and every shard has a primary. */
export function rest(world: DrivenWorld): Outcome {
  const untilMs = world.nowMs + restMs;
  for (;;) {
    const found = outcomeIn(world);
    if (typeof found !== 'string') return found;
    if (world.nowMs > untilMs) {
      throw new Violation('does not come to rest', `${found}, ${restMs / 1_000} s after all was mended`);
    }
    world.run(500);
  }
}

const asking: PlacementAsk = { kind: 'placement.ask', family: 'sql' };

function outcomeIn(world: DrivenWorld): Outcome | string {
  for (const keeper of keepers) {
    const maps = ask(world, keeper, asking);
    const moves = ask(world, keeper, { kind: 'placement.progress' });
    if (maps === undefined || !placementMaps.accepts(maps) || moves === undefined || !placementMoves.accepts(moves)) {
      continue;
    }
    const [map] = maps.maps;
    const move = moves.moves.find(({ family }) => family === 'sql');
    if (map === undefined) return `${keeper} has no map`;
    if (map.move !== undefined) return `the move goes on: ${move?.state} ${move?.done}/${move?.slices}, ${move?.now}`;
    if (move !== undefined && move.state !== 'done' && move.state !== 'aborted')
      return `the move is ${move.state}: ${move.now}`;
    return { move, map };
  }
  return 'nobody tells the map';
}

function noteOutcome({ move }: Outcome, { phenomena, scans }: Trial): void {
  if (move?.state === 'done' && move.keysMoved > 0) phenomena.saw('keys moved to other shards');
  if (move?.state === 'aborted') phenomena.saw('a move was taken back');
  if (scans.some(({ answer }) => answer.kind === 'sql.result')) phenomena.saw('all rows were seen during a move');
}

/** What a node answers; `undefined` if it does not. */
export function ask(world: DrivenWorld, to: string, body: Body, budgetMs = timeoutMs): Body | undefined {
  const atMs = world.nowMs;
  const { answers } = world.carryOut([{ atMs, command: { verb: 'tell', to, body, budgetMs } }], atMs);
  world.until(() => answers.size > 0, budgetMs);
  return answers.get(0);
}
