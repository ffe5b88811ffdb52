/**
 * Claim: whatever dies, hangs or is cut off, a user who asks once for a new user never gets two. Balancer and web servers
 * ask others again where nobody answered well, and devices may insist; what may have been done already is not among it.
 */
import fc from 'fast-check';
import { defaultNetwork } from '../../src/kernel/network';
import type { NodeSpec } from '../../src/kernel/topology';
import { clientResponse } from '../../src/protocols/client';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import {
  type Accident,
  type AccidentKind,
  accidents,
  type Planned,
  plan,
  siteTargets,
} from '../../src/testing/schedule';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { post } from '../arbitraries/traffic';
import { standing } from '../standing';
import { fragile } from './durability';
import { eventually } from './mended';

interface Case {
  readonly seed: number;
  readonly restart: NodeSpec['restart'];
  /** After how many attempts a connection counts for broken: few, so that somebody still waits when it does. */
  readonly retransmitMax: number;
  /** How many ask for a new user, one after the other. */
  readonly asked: number;
  readonly everyMs: number;
  readonly schedule: readonly Accident[];
}

const stage = stages.loadBalanced;
const lengthMs = 3_000;
const longestMs = 2_000;
const timeoutMs = 2_000;
/** All users fit on one page, even if each is there twice. */
const listMax = 100;
const askedMax = 45;
const everyMaxMs = 100;
/** Everything has begun, ended, and been answered or given up. */
const endMs = Math.max(askedMax * everyMaxMs + timeoutMs, lengthMs + longestMs);
/** One device in four asks again by itself, as often as its user's patience allows. */
const insistent = { attemptsMax: 4, attemptMs: 900, backoffMs: 50 };
/** Between whom requests travel. */
const linked = ['app-1', 'lb-1', 'web-1', 'web-2', 'db-1'];
/** What leaves people in doubt, and most of all lost answers. */
const kinds: readonly AccidentKind[] = [
  'drop',
  'drop',
  'drop',
  'one-way',
  'slow',
  'hold',
  'kill',
  'pause',
  'kill-box',
  'isolate',
];

export interface AtMostOnceOptions extends Effort {
  readonly phenomena?: Phenomena;
}

export function atMostOnce({ seed, runs, phenomena = new Phenomena() }: AtMostOnceOptions): Claim<Case> {
  return {
    name: 'nothing is done twice',
    seed,
    runs,
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      restart: fc.constantFrom('always', 'never'),
      retransmitMax: fc.integer({ min: 1, max: 3 }),
      asked: fc.noBias(fc.integer({ min: 1, max: askedMax })),
      everyMs: fc.noBias(fc.integer({ min: 20, max: everyMaxMs })),
      schedule: accidents(stage.topology, { lengthMs, longestMs, kinds }, siteTargets(stage.topology, { linked })),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn, phenomena)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn, new Phenomena()));
    },
  };
}

function open({ seed, restart, retransmitMax }: Case): DrivenWorld {
  const network = { ...defaultNetwork, retransmitMax };
  const topology = withConfig(fragile(stage.topology, restart), { 'app-1': seed % 4 === 0 ? insistent : {} });
  return new DrivenWorld(stage.name, topology, { catalogue, seed, network, detail: 'acts' });
}

function attempt(world: DrivenWorld, drawn: Case, phenomena: Phenomena): Finding {
  const asks = Array.from({ length: drawn.asked }, (_, place): Planned => {
    return { atMs: (place + 1) * drawn.everyMs, command: post(place, timeoutMs) };
  });
  const accidentPlan = plan(drawn.schedule);
  const steps = [...asks, ...accidentPlan].sort((a, b) => a.atMs - b.atMs);
  const watching = world.events.subscribe(phenomena.watch);
  const { answers, refused } = world.carryOut(steps, endMs);
  world.repair();
  const { body } = eventually(world, 'a list of users', () => world.get(`/users?limit=${listMax}`));
  watching.unsubscribe();
  demandOnce(namesIn(body));
  for (const answer of answers.values()) {
    if (!clientResponse.accepts(answer) || answer.status === 201) continue;
    phenomena.saw(answer.body.includes('is not sent twice') ? 'a retry was refused' : 'a creation was left in doubt');
  }
  return accidentPlan.length - refused.length <= 0 ? 'no accident happened' : undefined;
}

function demandOnce(names: readonly string[]): void {
  for (const [place, name] of names.entries()) {
    if (names.indexOf(name) < place) throw new Violation('done twice', `${name} was asked for once and is there twice`);
  }
}

/** Who was not there from the beginning. */
function namesIn(list: string): string[] {
  const { users } = JSON.parse(list) as { readonly users: readonly { readonly firstName: string }[] };
  return users.map(({ firstName }) => firstName).filter((name) => name.startsWith('New '));
}
