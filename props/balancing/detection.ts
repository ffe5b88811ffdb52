/**
 * Claim: a server that is dead, hangs or is cut off gets nothing after the detection time, which follows from how often it
 * is probed; and those that live get everything, in turns where turns are taken: at no moment is one ahead of another by
 * more than one request. Counted is what the balancer sends.
 */
import fc from 'fast-check';
import type { Topology } from '../../src/kernel/topology';
import { stages } from '../../src/stages';
import { box, node } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { type PolicyName, policies } from '../../src/tiers/balancer/policies';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

const accidents = ['kill', 'pause', 'kill-box', 'isolate'] as const;

interface Case {
  readonly seed: number;
  readonly algorithm: PolicyName;
  readonly servers: number;
  readonly ratePerS: number;
  readonly probeEveryMs: number;
  readonly probeTimeoutMs: number;
  readonly failuresToEject: number;
  readonly accident: (typeof accidents)[number];
  readonly whom: number;
  /** When it happens; probes begin with the world. */
  readonly atMs: number;
}

const algorithms = Object.keys(policies).filter((name): name is PolicyName => name in policies);
/** Time on the way, there and back. */
const wayMs = 1;
const afterMs = 1_000;

/** How long after its last sign of life a server may still be sent requests. */
function detectionMs({ probeEveryMs, probeTimeoutMs, failuresToEject }: Case): number {
  return failuresToEject * probeEveryMs + probeTimeoutMs + wayMs;
}

export function detection(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'a dead server gets nothing after the detection time',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      algorithm: fc.constantFrom(...algorithms),
      servers: fc.integer({ min: 2, max: 5 }),
      ratePerS: fc.integer({ min: 40, max: 120 }),
      probeEveryMs: fc.integer({ min: 50, max: 600 }),
      probeTimeoutMs: fc.integer({ min: 20, max: 300 }),
      failuresToEject: fc.integer({ min: 1, max: 3 }),
      accident: fc.constantFrom(...accidents),
      whom: fc.nat({ max: 20 }),
      atMs: fc.integer({ min: 300, max: 900 }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open(drawn: Case): DrivenWorld {
  const { seed, servers, algorithm, probeEveryMs, probeTimeoutMs, failuresToEject } = drawn;
  const { name, topology } = stages.loadBalanced;
  const numbers = Array.from({ length: servers }, (_, place) => place + 1);
  const grown: Topology = {
    boxes: [
      ...topology.boxes.filter(({ id }) => !id.startsWith('box-web-')),
      ...numbers.map((number) => box(`box-web-${number}`, `10.0.1.${number}`)),
    ],
    nodes: [
      ...topology.nodes.filter(({ kind }) => kind !== 'web'),
      ...numbers.map((number) => ({ ...node(`web-${number}`, 'web', `box-web-${number}`), restart: 'never' as const })),
    ],
  };
  const config = {
    'lb-1': { algorithm, probeEveryMs, probeTimeoutMs, failuresToEject },
    'crowd-1': { recording: false },
    'db-1': { seedUsers: 10 },
  };
  return new DrivenWorld(name, withConfig(grown, config), { catalogue, seed, hashed: false, keepMax: 0 });
}

function attempt(world: DrivenWorld, drawn: Case): Finding {
  const { ratePerS, atMs, accident, whom, servers, algorithm } = drawn;
  const struck = `web-${(whom % servers) + 1}`;
  const sent: { readonly atMs: number; readonly to: string }[] = [];
  const watching = world.events.subscribe((event) => {
    if (event.type !== 'sent' || event.node !== 'lb-1' || event.envelope.body.kind !== 'http.request') return;
    sent.push({ atMs: event.atUs / 1_000, to: event.envelope.to });
  });
  world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users: 10 });
  world.run(atMs);
  befall(world, accident, struck);
  const detectedMs = world.nowMs + detectionMs(drawn);
  world.runTo(detectedMs + afterMs);
  watching.unsubscribe();
  const early = sent.filter((one) => one.atMs <= world.nowMs - afterMs && one.to === struck);
  const late = sent.filter((one) => one.atMs > detectedMs);
  const stray = late.find(({ to }) => to === struck);
  if (stray !== undefined) {
    const overMs = Math.round(stray.atMs - detectedMs);
    throw new Violation(
      'sent to the dead',
      `${algorithm} sent ${struck} a request ${overMs} ms after the detection time`,
    );
  }
  if (late.length < (ratePerS * afterMs) / 1_000 / 3)
    throw new Violation('nobody was served', `${late.length} were sent`);
  if (algorithm === 'round-robin')
    demandTurns(
      late.map(({ to }) => to),
      servers - 1,
    );
  return early.length === 0 ? 'whom it befell never had anything to do' : undefined;
}

function befall(world: DrivenWorld, accident: Case['accident'], struck: string): void {
  if (accident === 'kill') world.kill(struck, { stay: true });
  else if (accident === 'pause') world.pause(struck);
  else if (accident === 'kill-box') world.killBox(`box-${struck}`, { stay: true });
  else world.fault({ kind: 'isolate', node: struck });
}

/** Nobody is ever more than one request ahead. */
function demandTurns(to: readonly string[], living: number): void {
  const counts = new Map<string, number>();
  for (const [place, server] of to.entries()) {
    counts.set(server, (counts.get(server) ?? 0) + 1);
    const all = [...counts.values()];
    const least = counts.size < living ? 0 : Math.min(...all);
    if (Math.max(...all) - least > 1) {
      throw new Violation('out of turn', `after ${place + 1} requests: ${JSON.stringify(Object.fromEntries(counts))}`);
    }
  }
}
