/**
 * Claim: as long as enough copies and a majority of the observers can reach each other and the web servers, whoever the
 * primary is and whatever becomes of it, writes are taken again within a bound that follows from the settings; and until
 * then every request gets an honest answer before its deadline.
 */
import fc from 'fast-check';
import type { Body } from '../../src/kernel/envelope';
import type { Command } from '../../src/kernel/operations';
import type { FaultSpec } from '../../src/kernel/rule';
import type { Catalogue } from '../../src/kernel/runtime';
import { type HttpRequest, httpResponse } from '../../src/protocols/http';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { defaults as databaseDefaults } from '../../src/tiers/database/settings';
import { probeMs } from '../../src/tiers/observer/replacement';
import { defaults as observerDefaults } from '../../src/tiers/observer/settings';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { partition } from './accidents';
import { type Confirming, type Mode, nodesOf, siteOf, stageOf } from './modes';

const strikes = ['kill', 'box', 'host', 'pause', 'isolate', 'copies', 'observers', 'disk'] as const;

interface Case {
  readonly seed: number;
  readonly confirming: Confirming;
  /** What the primary meets with. */
  readonly strike: (typeof strikes)[number];
  readonly atMs: number;
  /** An observer that dies with it: the one that decides, another one, or none. */
  readonly observer: 'decides' | 'another' | 'none';
}

export interface ComebackOptions {
  readonly mode: Mode;
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
}

/** A write goes out so often, and waits so long for an answer. */
const everyMs = 50;
const budgetMs = 500;
/** Messages, syncs and service of one promotion. */
const workMs = 150;
/** Two may stand for election at the same moment, and then once more. */
const elections = 2;

/**
 * How long there may be no service. Elected: copies notice by silence and stand, between once and twice the time-out
 * later. Appointed: another observer may have to be elected first; it waits for as long as its predecessor may have lent
 * somebody the office, or finds out that whoever has it decides nothing while others answer its probes; each message of the promotion may have to be said again; and where a promise may still be missing
 * that would save a write, it is waited for.
 */
export function outageMaxMs(mode: Mode): number {
  const asked = budgetMs + everyMs + workMs;
  if (mode === 'elected') return elections * 2 * databaseDefaults.electionTimeoutMs + asked;
  const { electionTimeoutMs, leaseMs, appointedMs, undecidedMs, retryMs, graceMs } = observerDefaults;
  const cutOffMs = undecidedMs + probeMs + databaseDefaults.renewMs;
  const observersMs = elections * 2 * electionTimeoutMs + Math.max(leaseMs, appointedMs, cutOffMs);
  return observersMs + 2 * retryMs + (mode === 'async' ? graceMs : 0) + asked;
}

export function comeback(options: ComebackOptions): Claim<Case> {
  const { mode, seed, runs, phenomena = new Phenomena() } = options;
  const stage = stageOf(mode);
  const world = (drawn: Case): DrivenWorld => {
    const topology = siteOf(mode, { restart: 'never', reads: 'newest', confirming: drawn.confirming, replicas: 1 });
    const parts = { catalogue: options.catalogue ?? catalogue, seed: drawn.seed, hosts: stage.hosts ?? 3 };
    return new DrivenWorld(stage.name, topology, { ...parts, detail: 'acts' });
  };
  return {
    name: `service comes back in time (${mode})`,
    seed,
    runs,
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      confirming: fc.constantFrom('confirmed', 'lease'),
      strike: fc.constantFrom(...strikes),
      atMs: fc.integer({ min: 2_500, max: 4_000 }),
      observer: fc.constantFrom('decides', 'another', 'none', 'none'),
    }),
    attempt: (drawn) => within(world(drawn), (tried) => attempt(tried, mode, drawn, phenomena)),
    show: (drawn) => standing(world(drawn), (tried) => attempt(tried, mode, drawn, new Phenomena())),
  };
}

function attempt(world: DrivenWorld, mode: Mode, drawn: Case, phenomena: Phenomena): Finding {
  world.runTo(drawn.atMs);
  const { primary, copies } = world.replicas();
  if (primary === undefined) throw new Violation('does not come back', `nobody leads after ${drawn.atMs} ms`);
  const others = copies.map(({ node }) => node).filter((node) => node !== primary);
  const commands = struck(world, drawn, primary, others);
  const steps = commands.map((command) => ({ atMs: drawn.atMs, command }));
  const { refused } = world.carryOut(steps, drawn.atMs);
  if (refused.length > 0) return refused[0];
  const webs = nodesOf(world.topology, 'web').filter((id) => isUp(world, id));
  if (webs.length === 0) return 'no web server is left';
  const boundMs = outageMaxMs(mode);
  const beganMs = world.nowMs;
  const writes = Array.from({ length: Math.ceil(boundMs / everyMs) }, (_, number) => {
    const to = webs[number % webs.length] ?? '';
    return { atMs: beganMs + number * everyMs, command: write(number, to, budgetMs) };
  });
  const { answers } = world.carryOut(writes, beganMs + boundMs + budgetMs);
  world.run(1);
  const sinceMs = (place: number): number => (writes[place]?.atMs ?? 0) - beganMs;
  const hanging = writes.findIndex((_, place) => !httpResponse.accepts(answers.get(place)));
  if (hanging >= 0) {
    const text = `a write ${sinceMs(hanging)} ms after ${drawn.strike} of ${primary} had no answer within ${budgetMs} ms`;
    throw new Violation('a request hangs', `${text}: ${JSON.stringify(answers.get(hanging) ?? null)}`);
  }
  const served = writes.findIndex((_, place) => isDone(answers.get(place)));
  if (served < 0) {
    const text = `no write was taken within ${boundMs} ms after ${drawn.strike} of ${primary}`;
    throw new Violation('does not come back', text);
  }
  phenomena.saw(`service was back after ${Math.ceil(sinceMs(served) / 500) / 2} s`);
  if (world.replicas().primary === primary) phenomena.saw('a primary that was struck went on');
  else phenomena.saw('a failover came in time');
  return undefined;
}

function isDone(answer: Body | undefined): boolean {
  return answer !== undefined && httpResponse.accepts(answer) && answer.status === 200;
}

/** A web server is asked to write, as it would be by a user. */
export function write(number: number, to: string, budgetMs: number): Command {
  const body = JSON.stringify({ lastName: `w-${number}` });
  const request: HttpRequest = { kind: 'http.request', method: 'PATCH', path: '/users/1', headers: {}, body };
  return { verb: 'tell', to, body: request, budgetMs };
}

function isUp(world: DrivenWorld, id: string): boolean {
  return world.census().nodes.some(({ spec, state }) => spec.id === id && state === 'running');
}

/** What befalls the primary, and the observer that is to go with it. */
function struck(
  world: DrivenWorld,
  { strike, observer }: Case,
  primary: string,
  others: readonly string[],
): readonly Command[] {
  const { observers } = world.replicas();
  const status = world.census().nodes.find(({ spec }) => spec.id === primary);
  const decides = observers.find(({ view }) => view?.decides !== undefined)?.view?.decides;
  const another = observers.find(({ node }) => node !== decides)?.node;
  const victim = observer === 'none' ? undefined : observer === 'decides' ? decides : another;
  // A host takes an observer with it already, and with a second one nobody could decide.
  const also: Command[] = victim === undefined || strike === 'host' ? [] : [{ verb: 'kill', node: victim, stay: true }];
  const cut = (nodes: readonly string[]): Command[] => {
    if (nodes.length === 0) return [];
    return [{ verb: 'add-fault', fault: partition(primary, nodes) }];
  };
  const rest = observers.map(({ node }) => node);
  switch (strike) {
    case 'kill':
      return [...also, { verb: 'kill', node: primary, stay: true }];
    case 'box':
      return [...also, { verb: 'kill-box', box: status?.spec.box ?? '', stay: true }];
    case 'host':
      return [{ verb: 'kill-host', host: status?.host ?? 1, stay: true }];
    case 'pause':
      return [...also, { verb: 'pause', node: primary }];
    case 'isolate':
      return [...also, ...cut([...others, ...rest, ...nodesOf(world.topology, 'web')])];
    case 'copies':
      return [...also, ...cut(others)];
    case 'observers':
      return [...also, ...cut(rest)];
    case 'disk':
      return [...also, { verb: 'add-fault', fault: failingDisk(primary) }];
  }
}

function failingDisk(node: string): FaultSpec {
  const spec = { kind: 'failing-disk', node, reason: 'input/output error' };
  return spec;
}
