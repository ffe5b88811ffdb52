/**
 * Claim: whoever dies, hangs, comes back, is added or taken out of service, soon after it requests are spread evenly
 * over the web servers that live, and nobody else is sent any. Counted is what the balancer sends, not what it says.
 */
import fc from 'fast-check';
import type { WorldEvent } from '../../src/kernel/events';
import type { Topology } from '../../src/kernel/topology';
import type { ClientLoad } from '../../src/protocols/client';
import { stages } from '../../src/stages';
import { box, node } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

export const algorithms = ['round-robin', 'least-connections'] as const;

const changes = ['kill', 'restart', 'pause', 'resume', 'spawn', 'retire'] as const;

/** Something that happens to one of those to whom it can happen. */
interface Change {
  readonly what: (typeof changes)[number];
  readonly whom: number;
}

interface Case {
  readonly seed: number;
  readonly algorithm: (typeof algorithms)[number];
  readonly servers: number;
  readonly ratePerS: number;
  readonly arrivals: 'constant' | 'poisson';
  readonly changes: readonly Change[];
}

/** Long enough to notice by probes who died or came back, to boot, and to drain. */
const settleMs = 2_500;
const windowMs = 1_000;
const webServersMax = 6;

export function evenness(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'requests are spread evenly over the living web servers',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      algorithm: fc.constantFrom(...algorithms),
      servers: fc.integer({ min: 3, max: 5 }),
      ratePerS: fc.integer({ min: 40, max: 200 }),
      arrivals: fc.constantFrom<('constant' | 'poisson')[]>('constant', 'poisson'),
      changes: fc.array(
        fc.record({ what: fc.constantFrom(...changes, 'kill' as const, 'spawn' as const), whom: fc.nat({ max: 20 }) }),
        {
          minLength: 2,
          maxLength: 5,
          size: 'max',
        },
      ),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed, algorithm, servers }: Case): DrivenWorld {
  return new DrivenWorld(stages.loadBalanced.name, topologyOf(algorithm, servers), {
    catalogue,
    seed,
    hashed: false,
    keepMax: 0,
  });
}

/** Nobody comes back without being told to, so that who lives is what was drawn. */
function topologyOf(algorithm: Case['algorithm'], servers: number): Topology {
  const { topology } = stages.loadBalanced;
  const rest = topology.nodes.filter(({ kind }) => kind !== 'web');
  const boxes = topology.boxes.filter(({ id }) => !id.startsWith('box-web-'));
  const numbers = Array.from({ length: servers }, (_, place) => place + 1);
  const grown: Topology = {
    boxes: [...boxes, ...numbers.map((number) => box(`box-web-${number}`, `10.0.1.${number}`))],
    nodes: [
      ...rest,
      ...numbers.map((number) => ({ ...node(`web-${number}`, 'web', `box-web-${number}`), restart: 'never' as const })),
    ],
  };
  return withConfig(grown, { 'lb-1': { algorithm }, 'db-1': { seedUsers: 10 } });
}

function attempt(world: DrivenWorld, { algorithm, ratePerS, arrivals, changes: drawn }: Case): Finding {
  const sent = new Map<string, number>();
  const count = (event: WorldEvent): void => {
    if (event.type !== 'sent' || event.node !== 'lb-1' || event.envelope.body.kind !== 'http.request') return;
    sent.set(event.envelope.to, (sent.get(event.envelope.to) ?? 0) + 1);
  };
  const shape: ClientLoad['shape'] = { loop: 'open', ratePerS, arrivals };
  world.load(shape, { users: 10, writes: 0.1 });
  let told = 0;
  for (const change of drawn) {
    if (!happen(world, change)) continue;
    world.run(settleMs);
    sent.clear();
    const counting = world.events.subscribe(count);
    world.run(windowMs);
    counting.unsubscribe();
    if (demandEven(world, sent, algorithm, ratePerS)) told++;
  }
  return told === 0 ? 'never were there two living web servers after a change' : undefined;
}

/** Does it to one of those to whom it can be done; false if there is nobody. */
function happen(world: DrivenWorld, { what, whom }: Change): boolean {
  const states = { kill: 'running', restart: 'dead', pause: 'running', resume: 'paused', retire: 'running' } as const;
  const servers = world.census().nodes.filter(({ spec }) => spec.kind === 'web');
  if (what === 'spawn') {
    if (servers.length >= webServersMax) return false;
    world.spawn('web', { restart: 'never' });
    return true;
  }
  // A balancer without any server left would have nobody to ask, so that order is refused.
  if (what === 'retire' && servers.length < 2) return false;
  const able = servers.filter(({ state }) => state === states[what]);
  const struck = able[whom % Math.max(1, able.length)]?.spec.id;
  if (struck === undefined) return false;
  world[what](struck);
  return true;
}

/** True if there were enough servers to tell anything. */
function demandEven(
  world: DrivenWorld,
  sent: ReadonlyMap<string, number>,
  algorithm: Case['algorithm'],
  ratePerS: number,
): boolean {
  const servers = world.census().nodes.filter(({ spec }) => spec.kind === 'web');
  const living = servers.filter(({ state }) => state === 'running').map(({ spec }) => spec.id);
  const shares = living.map((id) => sent.get(id) ?? 0);
  const said = `in one second ${algorithm} sent ${JSON.stringify(Object.fromEntries(sent))}; alive: ${living.join(', ') || 'nobody'}`;
  for (const to of sent.keys()) {
    if (living.length > 0 && !living.includes(to)) throw new Violation('sent to nobody', said);
  }
  if (living.length < 2) return false;
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (total < (ratePerS * windowMs) / 1_000 / 2) throw new Violation('nobody was served', said);
  const gap = Math.max(...shares) - Math.min(...shares);
  const most = algorithm === 'round-robin' ? 1 : Math.max(2, (0.1 * total) / living.length);
  if (gap > most) throw new Violation('uneven', `${said}: ${gap} apart`);
  return true;
}
