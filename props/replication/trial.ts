/**
 * One replicated site from its start until long after all is mended: users write and read, databases and observers meet
 * with accidents, copies are asked for what they may not be able to prove. What it showed is judged by several claims.
 */
import fc from 'fast-check';
import type { Body } from '../../src/kernel/envelope';
import type { WorldEvent } from '../../src/kernel/events';
import type { Catalogue } from '../../src/kernel/runtime';
import type { NodeSpec } from '../../src/kernel/topology';
import { type ReplicationDigested, replicationDigested } from '../../src/protocols/replication';
import {
  asRecords,
  type Freshness,
  type SqlExecute,
  type SqlResult,
  type SqlTransaction,
  sqlResult,
} from '../../src/protocols/sql';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, type Planned, plan } from '../../src/testing/schedule';
import { catalogue } from '../../src/world/product';
import type { Replicas } from '../../src/world/replicas';
import { post } from '../arbitraries/traffic';
import { RegisterHistory } from '../site/register-history';
import { standing } from '../standing';
import { type Drift, lengthMs, longestMs, replicationAccidents } from './accidents';
import { Acknowledgements } from './acknowledgements';
import { type Confirming, type Mode, nodesOf, type Reads, seedUsers, siteOf, stageOf } from './modes';

/** What is drawn. */
export interface Case {
  readonly seed: number;
  readonly restart: NodeSpec['restart'];
  readonly reads: Reads;
  readonly confirming: Confirming;
  readonly replicas: number;
  readonly drift: Drift;
  readonly users: number;
  readonly ratePerS: number;
  readonly writes: number;
  /** When somebody new comes. */
  readonly created: readonly number[];
  readonly probes: readonly Probe[];
  readonly schedule: readonly Accident[];
}

/** A copy is asked by itself: for a digest of its data, to be as fresh as it may not be able to prove, or to write. */
export interface Probe {
  readonly atMs: number;
  readonly node: string;
  readonly asks: 'digest' | 'write' | Exclude<Freshness, 'newest' | 'any'>;
}

/** What a probe was answered, if it was. */
export interface Probed extends Probe {
  readonly answer: Body;
}

/** All that one case showed. */
export interface Trial {
  readonly mode: Mode;
  readonly drawn: Case;
  readonly world: DrivenWorld;
  /** What users did and saw. */
  readonly history: RegisterHistory;
  readonly events: readonly WorldEvent[];
  readonly acknowledged: Acknowledgements;
  readonly probed: readonly Probed[];
  readonly phenomena: Phenomena;
}

/** What holds of a trial. A judge may go on with the world. */
export interface Judge {
  /** While some are still down, or cut off. */
  unhealed?(trial: Trial): void;
  /** Once all is mended and all copies have come to rest. */
  healed?(trial: Trial): void;
}

export interface ReplicationOptions {
  readonly name: string;
  readonly mode: Mode;
  readonly judges: readonly Judge[];
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
  /** Draws only cases with these. */
  readonly only?: Partial<Pick<Case, 'reads' | 'confirming' | 'drift' | 'restart'>>;
}

const timeoutMs = 1_000;
const endMs = lengthMs + longestMs;
/** Detection, promotion, a log that is read again, a retransmission that had backed off. */
const restMs = 20_000;

/** A claim about replicated sites of one mode. */
export function replicated(options: ReplicationOptions): Claim<Case> {
  const { name, mode, judges, seed, runs, phenomena = new Phenomena() } = options;
  const stage = stageOf(mode);
  const world = (drawn: Case): DrivenWorld => {
    const parts = { catalogue: options.catalogue ?? catalogue, seed: drawn.seed, hosts: stage.hosts ?? 3 };
    return new DrivenWorld(stage.name, siteOf(mode, drawn), { ...parts, detail: 'full', hashed: false, keepMax: 0 });
  };
  return {
    name: `${name} (${mode})`,
    seed,
    runs,
    draw: caseOf(mode, options.only ?? {}),
    attempt: (drawn) => within(world(drawn), (tried) => attempt(tried, mode, drawn, judges, phenomena)),
    show: (drawn) => standing(world(drawn), (tried) => attempt(tried, mode, drawn, judges, new Phenomena())),
  };
}

function caseOf(mode: Mode, only: Exclude<ReplicationOptions['only'], undefined>): fc.Arbitrary<Case> {
  const settings = fc.record({
    restart: only.restart === undefined ? fc.constantFrom('always', 'never') : fc.constant(only.restart),
    reads: only.reads === undefined ? fc.constantFrom('newest', 'newest', 'session', 'any') : fc.constant(only.reads),
    confirming: only.confirming === undefined ? fc.constantFrom('confirmed', 'lease') : fc.constant(only.confirming),
    drift: only.drift === undefined ? fc.constantFrom('within', 'within', 'within', 'beyond') : fc.constant(only.drift),
    // With two, each of the three copies has what is acknowledged, and one promise is enough.
    replicas: mode === 'semi-sync' ? fc.constantFrom(1, 1, 2) : fc.constant(1),
  });
  return settings.chain((chosen) => {
    const { restart, reads, confirming, replicas, drift } = chosen;
    const topology = siteOf(mode, chosen);
    const databases = nodesOf(topology, 'db');
    const created = fc.integer({ min: 300, max: lengthMs });
    return fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      restart: fc.constant(restart),
      reads: fc.constant(reads),
      confirming: fc.constant(confirming),
      replicas: fc.constant(replicas),
      drift: fc.constant(drift),
      users: fc.integer({ min: 1, max: 3 }),
      ratePerS: fc.integer({ min: 20, max: 80 }),
      writes: fc.integer({ min: 3, max: 9 }).map((tenths) => tenths / 10),
      created: fc.array(created, { maxLength: mode === 'async' ? 80 : 10, size: 'max' }),
      probes: fc.array(probe(databases), { maxLength: 20, size: 'max' }),
      schedule: replicationAccidents(topology, drift),
    });
  });
}

function probe(databases: readonly string[]): fc.Arbitrary<Probe> {
  return fc.record({
    atMs: fc.integer({ min: 500, max: endMs }),
    node: fc.constantFrom(...databases),
    asks: fc.oneof(
      fc.constantFrom<('digest' | 'write')[]>('digest', 'write'),
      fc.integer({ min: 0, max: 300 }).map((position) => ({ position })),
      fc.constantFrom(0, 20, 100, 500, 2_000).map((withinMs) => ({ withinMs })),
    ),
  });
}

function attempt(world: DrivenWorld, mode: Mode, drawn: Case, judges: readonly Judge[], phenomena: Phenomena): Finding {
  const history = new RegisterHistory();
  const acknowledged = new Acknowledgements();
  const events: WorldEvent[] = [];
  const watching = world.events.subscribe((event) => {
    acknowledged.hear(event);
    history.hear(event);
    phenomena.watch(event);
    if (event.type === 'operation' || event.type === 'act' || event.type === 'log') events.push(event);
  });
  const accidents = plan(drawn.schedule);
  const steps = [...trafficOf(drawn), ...accidents].sort((a, b) => a.atMs - b.atMs);
  const probes = drawn.probes.map((one) => ({ ...one, command: commandOf(one) }));
  const all: readonly (Planned & Partial<Probe>)[] = [...steps, ...probes].sort((a, b) => a.atMs - b.atMs);
  const { refused, answers } = world.carryOut(all, endMs);
  world.loadStop();
  world.run(timeoutMs);
  const probed = all.flatMap(({ atMs, node, asks }, place): Probed[] => {
    const answer = answers.get(place);
    return node === undefined || asks === undefined || answer === undefined ? [] : [{ atMs, node, asks, answer }];
  });
  const trial = { mode, drawn, world, history, events, acknowledged, probed, phenomena };
  for (const judge of judges) judge.unhealed?.(trial);
  world.repair();
  rest(world);
  for (const judge of judges) judge.healed?.(trial);
  watching.unsubscribe();
  if (acknowledged.all.length === 0) return 'no write was acknowledged';
  return accidents.length - refused.length <= 0 ? 'no accident happened' : undefined;
}

function trafficOf({ users, ratePerS, writes, created }: Case): readonly Planned[] {
  const shape = { loop: 'open', ratePerS, arrivals: 'poisson' } as const;
  const load = { kind: 'client.load', shape, writes, users, timeoutMs };
  const posts = created.map((atMs, place) => ({ atMs, command: post(place, timeoutMs) }));
  return [{ atMs: 0, command: { verb: 'tell', to: 'crowd-1', body: load, budgetMs: timeoutMs } }, ...posts];
}

/** Of somebody whom no user writes. */
const writing: SqlTransaction = {
  kind: 'sql.transaction',
  statements: [{ statement: `UPDATE users SET city = 'Elsewhere' WHERE id = ${seedUsers}`, parameters: [] }],
};

function commandOf({ node, asks }: Probe): Planned['command'] {
  const statement = 'SELECT last_name FROM users WHERE id = 1';
  const tell = (body: Body): Planned['command'] => ({ verb: 'tell', to: node, body, budgetMs: timeoutMs });
  if (asks === 'digest') return tell({ kind: 'replication.digest' });
  if (asks === 'write') return tell(writing);
  const question: SqlExecute = { kind: 'sql.execute', statement, parameters: [], freshness: asks };
  return tell(question);
}

/** All run, one leads, and all hold what it holds. */
function rest(world: DrivenWorld): void {
  const untilMs = world.nowMs + restMs;
  for (;;) {
    const unrest = unrestIn(world.replicas());
    if (unrest === undefined) return;
    if (world.nowMs > untilMs) {
      throw new Violation('does not come to rest', `${unrest}, ${restMs / 1_000} s after all was mended`);
    }
    world.run(250);
  }
}

function unrestIn({ primary, copies }: Replicas): string | undefined {
  if (primary === undefined) return 'nobody leads';
  const leader = copies.find(({ node }) => node === primary)?.standing;
  for (const { node, reason, standing: own } of copies) {
    if (reason !== undefined) return `${node}: ${reason}`;
    if (own === undefined || leader === undefined) return `${node} says nothing`;
    if (own.role !== 'primary' && own.role !== 'replica') return `${node} is a ${own.role}`;
    if (own.term !== leader.term) return `${node} is in term ${own.term}, ${primary} leads in ${leader.term}`;
    if (own.applied !== leader.lastIndex) return `${node} has applied ${own.applied} of ${leader.lastIndex} entries`;
  }
  return undefined;
}

/** What a node answers; `undefined` if it does not. */
export function ask(world: DrivenWorld, to: string, body: Body, budgetMs = timeoutMs): Body | undefined {
  const atMs = world.nowMs;
  const { answers } = world.carryOut([{ atMs, command: { verb: 'tell', to, body, budgetMs } }], atMs);
  world.until(() => answers.size > 0, budgetMs);
  return answers.get(0);
}

/** All users as a copy holds them. */
export function usersAt(world: DrivenWorld, node: string, freshness: Freshness): readonly Record<string, unknown>[] {
  const statement = 'SELECT id, first_name, last_name FROM users ORDER BY id';
  const question: SqlExecute = { kind: 'sql.execute', statement, parameters: [], freshness };
  const answer = ask(world, node, question);
  return asRecords(resultIn(answer, `${node} was asked for all users`));
}

export function resultIn(answer: Body | undefined, asked: string): SqlResult {
  if (answer !== undefined && sqlResult.accepts(answer)) return answer;
  throw new Violation('does not answer', `${asked}: ${JSON.stringify(answer ?? 'no answer')}`);
}

export function digestAt(world: DrivenWorld, node: string): ReplicationDigested {
  const answer = ask(world, node, { kind: 'replication.digest' });
  if (answer !== undefined && replicationDigested.accepts(answer)) return answer;
  throw new Violation('does not answer', `${node} was asked for its digest: ${JSON.stringify(answer ?? 'no answer')}`);
}

/** The copies that run, and who of them leads. */
export function copiesIn(world: DrivenWorld): { readonly primary: string; readonly all: readonly string[] } {
  const { primary, copies } = world.replicas();
  if (primary === undefined) throw new Violation('does not come to rest', 'nobody leads');
  return { primary, all: copies.map(({ node }) => node) };
}
