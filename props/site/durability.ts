/**
 * Claim: whatever dies, hangs, is cut off or tears, a write that a user was told of is there afterwards; and once all is
 * mended, the site serves again within a bound.
 */
import fc from 'fast-check';
import type { Command } from '../../src/kernel/operations';
import type { Catalogue } from '../../src/kernel/runtime';
import type { NodeSpec, Topology } from '../../src/kernel/topology';
import { type ClientReport, type ClientResponse, clientResponse } from '../../src/protocols/client';
import type { Stage } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, accidents, type Planned, plan, scheduleLimits, siteTargets } from '../../src/testing/schedule';
import { withConfig } from '../../src/testing/simulated-site';
import { commandLine } from '../../src/world/command-line';
import { catalogue } from '../../src/world/product';
import { Refusal } from '../../src/world/quantities';
import { type Traffic, traffic } from '../arbitraries/traffic';
import { standing } from '../standing';
import { eventually } from './mended';
import { demandNothingLost, RegisterHistory } from './register-history';

/** A site, its users, and what befalls it. */
interface Case {
  readonly seed: number;
  readonly restart: NodeSpec['restart'];
  readonly traffic: Traffic;
  readonly schedule: readonly Accident[];
}

export interface DurabilityOptions {
  readonly stage: Stage;
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
}

/** Accidents are over by then, and so is everything that a user still waited for. */
const endMs = scheduleLimits.lengthMs + scheduleLimits.longestMs;
const timeoutMs = 1_000;

/** The claim about one stage. */
export function durability(options: DurabilityOptions): Claim<Case> {
  const { stage, seed, runs, phenomena = new Phenomena() } = options;
  const databases = stage.topology.nodes.flatMap(({ id, kind }) => (kind === 'db' ? [id] : []));
  const world = ({ seed: number, restart }: Case): DrivenWorld => {
    const topology = fragile(stage.topology, restart);
    const parts = { catalogue: options.catalogue ?? catalogue, seed: number, detail: 'acts' } as const;
    return new DrivenWorld(stage.name, topology, parts);
  };
  return {
    name: `no acknowledged write is lost (${stage.name})`,
    seed,
    runs,
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      restart: fc.constantFrom('always', 'never'),
      traffic: traffic({ lengthMs: scheduleLimits.lengthMs, timeoutMs }),
      schedule: accidents(stage.topology, {}, siteTargets(stage.topology, { disks: databases })),
    }),
    attempt: (drawn) => within(world(drawn), (tried) => attempt(tried, drawn, phenomena)),
    show: (drawn) => standing(world(drawn), (tried) => attempt(tried, drawn, new Phenomena())),
  };
}

function attempt(world: DrivenWorld, drawn: Case, phenomena: Phenomena): Finding {
  const history = new RegisterHistory();
  const watching = world.events.subscribe((event) => {
    history.hear(event);
    phenomena.watch(event);
  });
  const accidentPlan = plan(drawn.schedule);
  const steps = [...drawn.traffic.plan, ...accidentPlan].sort((a, b) => a.atMs - b.atMs);
  const { refused, idle, answers } = world.carryOut(steps, endMs);
  phenomena.saw('a fault struck nothing', idle.length);
  const report = stopped(world);
  if (report === undefined) return 'the load never began';
  world.run(timeoutMs);
  world.repair();
  demandAlive(world, drawn.traffic.users);
  demandCreated(world, steps, answers);
  watching.unsubscribe();

  for (const what of Object.keys(report.failures)) phenomena.saw(`a user saw: ${what}`);
  const unknown = history.operations.filter(({ f, outcome }) => f === 'write' && outcome === 'unknown');
  const seen = new Set(
    history.operations.flatMap(({ f, outcome, value }) => (f === 'read' && outcome === 'ok' ? [value] : [])),
  );
  if (unknown.some(({ value }) => seen.has(value))) phenomena.saw('a write of unknown fate had been done');
  demandNothingLost(history.operations, isInitial);
  if (history.count('write', 'ok') === 0) return 'no write was acknowledged';
  return accidentPlan.length - refused.length <= 0 ? 'no accident happened' : undefined;
}

/** Every user can be read again, and the site takes writes. */
function demandAlive(world: DrivenWorld, users: number): void {
  const read = (user: number): ClientResponse =>
    eventually(world, `a read of user ${user}`, () => world.get(`/users/${user}`, { timeout: timeoutMs }));
  for (let user = 1; user <= users; user++) read(user);
  eventually(world, 'a write', (attempt) =>
    world.patch('/users/1', { lastName: `w-after-${attempt}` }, { timeout: timeoutMs }),
  );
  read(1);
}

/** Who was told that a user was created finds that user. */
function demandCreated(world: DrivenWorld, steps: readonly Planned[], answers: ReadonlyMap<number, unknown>): void {
  for (const [place, answer] of answers) {
    if (!clientResponse.accepts(answer) || answer.status !== 201) continue;
    const created: unknown = JSON.parse(answer.body);
    const id = typeof created === 'object' && created !== null && 'id' in created ? created.id : undefined;
    const read = (): ClientResponse => world.get(`/users/${id}`, { timeout: timeoutMs });
    const { status, body } = eventually(world, `a read of user ${id}`, read, [200, 404]);
    if (status !== 200 || body !== answer.body) {
      const said = `user ${id} was created (${lineOf(steps[place]?.command)}) and acknowledged`;
      throw new Violation('acknowledged creation lost', `${said}, but now: ${status} ${body}`);
    }
  }
}

function lineOf(command: Command | undefined): string {
  return command === undefined ? '?' : commandLine(command);
}

/** What the first users are called: no client writes such a name. */
export function isInitial(value: unknown): boolean {
  return typeof value === 'string' && !value.startsWith('w-');
}

/** Few users, early snapshots, and reads of the newest alone; and processes of the site that come back by themselves, or not at all. */
export function fragile(topology: Topology, restart: NodeSpec['restart']): Topology {
  const inSite = new Set(topology.boxes.flatMap(({ id, zone }) => (zone === 'site' ? [id] : [])));
  const settings = new Map([
    ['db', { seedUsers: 10, snapshotEntries: 20 }],
    ['web', { reads: 'newest', writes: 'anybody' }],
  ]);
  const small = withConfig(
    topology,
    Object.fromEntries(topology.nodes.map(({ id, kind }) => [id, settings.get(kind) ?? {}])),
  );
  return { ...small, nodes: small.nodes.map((node) => (inSite.has(node.box) ? { ...node, restart } : node)) };
}

/** What the users tell; nothing, if whoever makes them was cut off before it heard that there should be any. */
function stopped(world: DrivenWorld): ClientReport | undefined {
  try {
    return world.loadStop();
  } catch (failure) {
    if (failure instanceof Refusal) return undefined;
    throw failure;
  }
}
