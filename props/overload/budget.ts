/**
 * Claim: whoever has a budget for retries keeps to it, however much fails: devices that are told that the site is down,
 * and a balancer every other request of which finds nobody. Counted is what they send, not what they say.
 */
import fc from 'fast-check';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

interface Case {
  readonly seed: number;
  readonly who: 'crowd-1' | 'lb-1';
  /** Retries per request ... */
  readonly share: number;
  /** ... and beyond that. */
  readonly bucket: number;
  readonly ratePerS: number;
  readonly lengthMs: number;
}

export function budget(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'retries stay within their budget',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      who: fc.constantFrom<Case['who'][]>('crowd-1', 'lb-1'),
      share: fc.integer({ min: 5, max: 45 }).map((percent) => percent / 100),
      bucket: fc.integer({ min: 5, max: 15 }),
      ratePerS: fc.integer({ min: 50, max: 100 }),
      lengthMs: fc.integer({ min: 4_000, max: 8_000 }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed, who, share, bucket }: Case): DrivenWorld {
  const { name, topology } = stages.loadBalanced;
  const saving = { retryBudget: share, retryBucket: bucket };
  const config = {
    'crowd-1': who === 'crowd-1' ? { attemptsMax: 4, backoffMs: 20, ...saving } : {},
    // A balancer that ejects the dead has nothing to send twice.
    'lb-1': who === 'lb-1' ? { failuresToEject: 1_000_000, ...saving } : {},
    'db-1': { seedUsers: 10 },
  };
  return new DrivenWorld(name, withConfig(topology, config), { catalogue, seed, hashed: false, keepMax: 0 });
}

function attempt(world: DrivenWorld, { who, share, bucket, ratePerS, lengthMs }: Case): Finding {
  const sent = { 'crowd-1': 0, 'lb-1': 0 };
  const watching = world.events.subscribe((event) => {
    if (event.type !== 'sent' || event.envelope.body.kind !== 'http.request') return;
    if (event.node === 'crowd-1' || event.node === 'lb-1') sent[event.node]++;
  });
  world.kill(who === 'crowd-1' ? 'db-1' : 'web-1', { stay: true });
  world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users: 10 });
  world.run(lengthMs);
  watching.unsubscribe();
  const requests = who === 'crowd-1' ? world.loadStop().sent : sent['crowd-1'];
  const retries = sent[who] - requests;
  const most = share * requests + bucket;
  const said = `${who} sent ${retries} of ${requests} requests again, at most ${most.toFixed(1)} were allowed`;
  if (retries > most) throw new Violation('over budget', said);
  // What comes last is not yet sent again, and chance spaces failures.
  if (retries < 0.8 * most - 5) throw new Violation('budget unused', said);
  return undefined;
}
