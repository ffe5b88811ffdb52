/**
 * Claim: what stands on a box without a public address hears nobody from outside, by whatever address and in whatever
 * way it is tried, and whoever tries is told why.
 */
import fc from 'fast-check';
import type { WorldEvent } from '../../src/kernel/events';
import type { BoxSpec, NodeSpec, Topology, Zone } from '../../src/kernel/topology';
import { SimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { heardKnock, heardRefusal, type Knock, knocks, strangers } from './strangers';

/** A data centre with a node on each box, and knocks by those outside. */
interface Case {
  readonly places: readonly { readonly zone: Zone; readonly isPublic: boolean }[];
  readonly attempts: readonly Attempt[];
}

interface Attempt {
  readonly from: number;
  readonly to: number;
  readonly by: 'name' | 'private address' | 'public address' | 'wrong port' | 'metal';
  readonly how: Knock;
}

const aPlace = fc.record({
  zone: fc.constantFrom<Zone[]>('site', 'site', 'outside', 'provider'),
  isPublic: fc.boolean(),
});

const anAttempt: fc.Arbitrary<Attempt> = fc.record({
  from: fc.nat({ max: 20 }),
  to: fc.nat({ max: 20 }),
  by: fc.constantFrom('name', 'private address', 'public address', 'wrong port', 'metal'),
  how: fc.constantFrom(...knocks),
});

export const privacy = (effort: Effort): Claim<Case> => ({
  ...effort,
  name: 'private nodes are unreachable from outside',
  draw: fc.record({
    // The first is a stranger, or nobody could knock.
    places: fc
      .array(aPlace, { minLength: 2, maxLength: 6 })
      .map(([first, ...rest]) => [{ isPublic: first?.isPublic === true, zone: 'outside' as const }, ...rest]),
    attempts: fc.array(anAttempt, { minLength: 1, maxLength: 12 }),
  }),
  attempt,
  show: ({ places, attempts }) => ({
    lines: [
      ...places.map(({ zone, isPublic }, place) => `peer-${place}: ${zone}${isPublic ? `, ${publicIp(place)}` : ''}`),
      ...attempts.map(({ from, to, by, how }) => `${how} from outsider ${from} to the ${by} of ${to}`),
    ],
  }),
});

function attempt({ places, attempts }: Case): Finding {
  const topology = topologyOf(places);
  const world = new SimulatedRuntime({
    catalogue: { tiers: new Map([['peer', strangers]]), faults: new Map(), jobs: {} },
    hashed: false,
  });
  const seen: WorldEvent[] = [];
  world.events.subscribe((event) => seen.push(event));
  world.apply(topology, () => undefined);
  const operator = world.attach('operator', 'provider');
  const outsiders = indices(places, ({ zone }) => zone === 'outside');
  let barred = 0;
  for (const { from, to, by, how } of attempts) {
    const outsider = outsiders[from % Math.max(1, outsiders.length)];
    if (outsider === undefined) continue;
    const target = to % places.length;
    const address = addressOf(target, by);
    const mayPass = allowed(places, target, by);
    const expected = mayPass ? 'to be let through' : 'to be turned away';
    seen.length = 0;
    operator.say(`peer-${outsider}`, { kind: 'knock', to: address, how } satisfies {
      kind: string;
      to: string;
      how: string;
    });
    world.runTo(world.nowUs + 1_000_000);
    const what = `${how} from peer-${outsider} (outside) to ${address}, expected ${expected}`;
    if (!mayPass) {
      barred++;
      demandTurnedAway(seen, `peer-${outsider}`, address, how, what);
    } else if (how === 'question' && target !== outsider && !heard(seen, heardKnock, `peer-${target}`)) {
      throw new Violation('public is closed', `${what}, but it heard nothing`);
    }
  }
  return barred === 0 ? 'nobody outside tried what is private' : undefined;
}

function demandTurnedAway(seen: readonly WorldEvent[], from: string, address: string, how: Knock, what: string): void {
  const through = seen.find(
    (event) => event.type === 'delivered' && event.envelope.from === from && event.envelope.to === address,
  );
  if (through !== undefined) throw new Violation('private is open', `${what}: it was delivered to ${through.node}`);
  const dropped = seen.find((event) => event.type === 'dropped' && event.envelope.from === from);
  const reason = dropped?.type === 'dropped' ? dropped.reason : '';
  if (!reason.includes(address)) throw new Violation('no reason', `${what}: no drop names the address (${reason})`);
  const isToldWhy = how !== 'datagram' && how !== 'answer';
  if (isToldWhy && !heard(seen, heardRefusal, from)) {
    throw new Violation('silence', `${what}: it was never told that it was refused`);
  }
}

function heard(seen: readonly WorldEvent[], name: string, node: string): boolean {
  return seen.some((event) => event.type === 'gauge' && event.name === name && event.node === node);
}

/** Who may pass, said without the directory that decides it. */
function allowed(places: Case['places'], target: number, by: Attempt['by']): boolean {
  const place = places[target];
  if (by === 'metal' || by === 'wrong port' || place === undefined) return false;
  if (by === 'public address') return place.isPublic;
  return place.zone === 'outside';
}

function addressOf(target: number, by: Attempt['by']): string {
  switch (by) {
    case 'name':
      return `peer-${target}`;
    case 'private address':
      return `10.0.0.${target}:${strangers.port}`;
    case 'public address':
      return `${publicIp(target)}:${strangers.port}`;
    case 'wrong port':
      return `${publicIp(target)}:${strangers.port + 1}`;
    case 'metal':
      return 'metal';
  }
}

function topologyOf(places: Case['places']): Topology {
  const rest = { region: 'main', cpus: 1, memoryMb: 1, diskMb: 1 };
  const boxes = places.map(({ zone, isPublic }, place): BoxSpec => {
    const box = { ...rest, id: `box-${place}`, zone, privateAddress: `10.0.0.${place}` };
    return isPublic ? { ...box, publicAddress: publicIp(place) } : box;
  });
  const nodes = places.map((_, place): NodeSpec => {
    return { id: `peer-${place}`, kind: 'peer', box: `box-${place}`, restart: 'never' };
  });
  return { boxes, nodes };
}

function publicIp(place: number): string {
  return `203.0.113.${place}`;
}

function indices<T>(items: readonly T[], matches: (item: T) => boolean): number[] {
  return [...items.keys()].filter((place) => items.slice(place, place + 1).some(matches));
}
