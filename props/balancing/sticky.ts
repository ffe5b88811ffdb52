/**
 * Claim: with sticky balancing whoever was served before goes to the same server while that lives, whatever befalls the
 * others; to a living one while it does not; and by address home again when it is back, while a cookie names the new one.
 */
import fc from 'fast-check';
import { cookieIn } from '../../src/protocols/cookies';
import { httpRequest } from '../../src/protocols/http';
import { stages } from '../../src/stages';
import { box, node } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { serverCookie } from '../../src/tiers/balancer/sticky-cookie';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

interface Case {
  readonly seed: number;
  readonly algorithm: 'sticky-cookie' | 'sticky-address';
  readonly servers: number;
  readonly crowds: number;
  readonly accident: 'kill' | 'pause';
  readonly whom: number;
}

/** Longer than it takes to notice a death or a return, with the probes below. */
const settleMs = 1_200;
const windowMs = 1_500;
const usersEach = 5;

export function stickiness(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'whoever was served before goes to the same server while it lives',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      algorithm: fc.constantFrom<Case['algorithm'][]>('sticky-cookie', 'sticky-address'),
      servers: fc.integer({ min: 2, max: 4 }),
      crowds: fc.integer({ min: 5, max: 8 }),
      accident: fc.constantFrom<Case['accident'][]>('kill', 'pause'),
      whom: fc.nat({ max: 20 }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed, algorithm, servers, crowds }: Case): DrivenWorld {
  const { name, topology } = stages.loadBalanced;
  const webs = numbers(servers);
  const devices = numbers(crowds);
  const grown = {
    boxes: [
      ...topology.boxes.filter(({ id }) => !/^box-(web|crowd)-/.test(id)),
      ...webs.map((number) => box(`box-web-${number}`, `10.0.1.${number}`)),
      ...devices.map((number) => box(`box-crowd-${number}`, `198.51.100.${100 + number}`, { zone: 'outside' })),
    ],
    nodes: [
      ...topology.nodes.filter(({ id }) => !/^(web|crowd)-/.test(id)),
      ...webs.map((number) => ({ ...node(`web-${number}`, 'web', `box-web-${number}`), restart: 'never' as const })),
      ...devices.map((number) => node(`crowd-${number}`, 'client', `box-crowd-${number}`, { recording: false })),
    ],
  };
  const config = { 'lb-1': { algorithm, probeEveryMs: 200, probeTimeoutMs: 100 }, 'db-1': { seedUsers: 10 } };
  return new DrivenWorld(name, withConfig(grown, config), { catalogue, seed, hashed: false, keepMax: 0 });
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => place + 1);
}

/** Who is sent where: by cookie each user of a device, by address the device. */
class Homes {
  readonly now = new Map<string, string>();
  moves = 0;
  /** Where everybody was when nothing had happened yet; from then on they are judged. */
  private before: ReadonlyMap<string, string> | undefined;
  private struck = '';
  /** The struck one has been gone for so long that everybody knows. */
  isKnown = false;

  judge(): ReadonlyMap<string, string> {
    this.before = new Map(this.now);
    return this.before;
  }

  strike(struck: string): void {
    this.struck = struck;
  }

  /** @param home to whom it says that it belongs, or where it was sent the last time */
  sent(who: string, to: string, home = this.now.get(who)): void {
    if (this.isKnown && to === this.struck) throw new Violation('sent to the dead', `${who} was sent to ${to}`);
    const comesHome = to === this.struck && this.before?.get(who) === to;
    if (this.before !== undefined && home !== undefined && home !== to && home !== this.struck && !comesHome) {
      throw new Violation('moved', `${who} was with ${home}, which lives, and was sent to ${to}`);
    }
    if (home !== undefined && home !== to) this.moves++;
    this.now.set(who, to);
  }
}

function attempt(world: DrivenWorld, { algorithm, accident, whom, crowds }: Case): Finding {
  const homes = new Homes();
  let broken: unknown;
  const watching = world.events.subscribe((event) => {
    if (event.type !== 'sent' || event.node !== 'lb-1') return;
    const { body, to } = event.envelope;
    if (!httpRequest.accepts(body)) return;
    const device = body.headers['x-forwarded-for'] ?? '';
    const who = algorithm === 'sticky-address' ? device : `user ${body.path} of ${device}`;
    // A first request has no cookie yet, nor has a second that does not wait for its answer.
    const cookie = cookieIn(body.headers, serverCookie);
    if (algorithm === 'sticky-cookie' && cookie === undefined) return;
    try {
      homes.sent(who, to, cookie);
    } catch (failure) {
      broken ??= failure;
    }
  });
  const passes = (ms: number): void => {
    world.run(ms);
    if (broken !== undefined) throw broken;
  };
  for (const number of numbers(crowds)) {
    const shape = { loop: 'open', ratePerS: 20, arrivals: 'poisson' } as const;
    world.load(shape, { users: usersEach, timeoutMs: 500, client: `crowd-${number}` });
  }
  passes(settleMs);
  const before = homes.judge();
  passes(windowMs);
  // Somebody without users would not be missed.
  const used = [...new Set(before.values())].sort();
  const struck = used[whom % Math.max(1, used.length)];
  if (struck === undefined) throw new Violation('nobody was served', 'no request came to the servers');
  homes.strike(struck);
  if (accident === 'kill') world.kill(struck, { stay: true });
  else world.pause(struck);
  passes(settleMs);
  homes.isKnown = true;
  passes(windowMs);
  homes.isKnown = false;
  const meanwhile = new Map(homes.now);
  if (accident === 'kill') world.restart(struck);
  else world.resume(struck);
  passes(settleMs + windowMs);
  watching.unsubscribe();
  // By address everybody is where they were; by cookie, where they have been since.
  const wanted = algorithm === 'sticky-address' ? before : meanwhile;
  for (const [who, home] of wanted) {
    const at = homes.now.get(who);
    if (at !== home) throw new Violation('not at home', `${who} belongs to ${home}, and was sent to ${at}`);
  }
  return homes.moves === 0 ? 'nobody moved' : undefined;
}
