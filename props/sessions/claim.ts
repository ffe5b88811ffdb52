/**
 * Claims: where web servers share a store of sessions, whichever of them dies, nobody is logged out and no session is lost;
 * where each keeps its own in memory, exactly those of the dead ones are. And whoever logs out is out everywhere.
 */
import fc from 'fast-check';
import type { NodeSpec } from '../../src/kernel/topology';
import { withBox, withNode } from '../../src/kernel/topology';
import { type Stage, stages } from '../../src/stages';
import { box, node } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { Device, serverOf } from './device';

export type Where = 'memory' | 'cache' | 'sql' | 'kv';

interface Case {
  readonly seed: number;
  readonly where: Where;
  /** Web servers; the last one is spared. */
  readonly servers: number;
  readonly users: number;
  readonly deaths: readonly Death[];
  /** Who logs out in the end, by place. */
  readonly leaver: number;
}

interface Death {
  /** A server that hangs is as good as dead, but for what it remembers: it befalls only those that remember nothing. */
  readonly how: 'kill' | 'kill-box' | 'pause';
  /** By place among those who are not spared. */
  readonly server: number;
  /** Whether it stays dead, or its box starts it again. */
  readonly stay: boolean;
  /** So long after the death before it. */
  readonly afterMs: number;
}

export interface SessionsOptions extends Effort {
  /** Where sessions may lie. */
  readonly where: readonly Where[];
  readonly phenomena?: Phenomena;
}

/** How long users wait for a server that hangs. */
const timeoutMs = 1_500;
/** Probes have noticed, twice, and a server that starts again has been readmitted. */
const noticedMs = 4_000;

export function sessionsClaim({ where, phenomena = new Phenomena(), ...effort }: SessionsOptions): Claim<Case> {
  return {
    ...effort,
    name: where.includes('memory')
      ? 'exactly the sessions of the dead server are lost'
      : 'a web server dies and nobody is logged out',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      where: fc.constantFrom(...where),
      servers: fc.integer({ min: 2, max: 4 }),
      users: fc.integer({ min: 1, max: 6 }),
      deaths: fc.array(
        fc.record({
          how: fc.constantFrom<Death['how'][]>(
            'kill',
            'kill-box',
            ...(where.includes('memory') ? [] : ['pause' as const]),
          ),
          server: fc.nat({ max: 2 }),
          stay: fc.boolean(),
          afterMs: fc.integer({ min: 0, max: 1_500 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      leaver: fc.nat({ max: 5 }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn, phenomena)),
    show: (drawn) => standing(open(drawn), (world) => attempt(world, drawn, new Phenomena())),
  };
}

const serverId = (place: number): string => `web-${place + 1}`;

function open({ seed, where, servers }: Case): DrivenWorld {
  const { name, topology: stage }: Stage = where === 'memory' ? stages.stateful : stages.stateless;
  const sessions = where === 'memory' ? where : { store: where };
  const web = { sessions, writes: 'owner', passwordCost: 2 };
  let topology = stage;
  for (let place = 2; place < servers; place++) {
    const spec: NodeSpec = node(serverId(place), 'web', `box-${serverId(place)}`, web);
    topology = withNode(withBox(topology, box(`box-${serverId(place)}`, `10.0.0.${50 + place}`)), spec);
  }
  if (where === 'kv')
    topology = withNode(withBox(topology, box('box-kv-1', '10.0.0.60')), node('kv-1', 'kv', 'box-kv-1'));
  const config = { 'web-1': web, 'web-2': web, 'db-1': { seedUsers: 10 } };
  return new DrivenWorld(name, withConfig(topology, config), { catalogue, seed, detail: 'acts' });
}

function attempt(world: DrivenWorld, drawn: Case, phenomena: Phenomena): Finding {
  const { where, servers } = drawn;
  const isShared = where !== 'memory';
  const homes = new Map<Device, string>();
  for (let place = 0; place < drawn.users; place++) {
    const device = new Device(world, place + 1, timeoutMs);
    homes.set(device, begun(device));
  }
  const dead = new Set<string>();
  for (const { how, server, stay, afterMs } of drawn.deaths) {
    const id = serverId(server % (servers - 1));
    world.run(afterMs + 1);
    if (world.census().nodes.find(({ spec }) => spec.id === id)?.state !== 'running') continue;
    if (how === 'pause') world.pause(id);
    else if (how === 'kill') world.kill(id, { stay });
    else world.killBox(`box-${id}`, { stay });
    dead.add(id);
    phenomena.saw(`a web server that ${isShared ? 'shares' : 'holds'} sessions was struck by ${how}`);
    for (const [device, home] of homes) judge(device, isShared || !dead.has(home), true);
  }
  world.run(noticedMs);
  const lost = new Set<Device>();
  for (const [device, home] of homes) {
    const isKept = isShared || !dead.has(home);
    // Whatever the balancer chooses: every server that lives is asked.
    for (let round = 0; round < servers; round++) judge(device.copy(), isKept, false);
    if (!isKept) lost.add(device);
  }
  for (const device of lost) {
    phenomena.saw('a session was lost with its server');
    begun(device);
    judge(device, true, false);
  }
  const left = leave([...homes.keys()], drawn);
  world.repair();
  world.run(noticedMs);
  for (let round = 0; round < 2 * servers; round++) {
    for (const device of homes.keys()) if (device !== left?.device) judge(device.copy(), true, false);
    if (left !== undefined) demandOut(left.copied);
  }
  return isShared || lost.size > 0 ? undefined : 'whoever died held no session';
}

/** Logs a device in. @returns the server that did it. */
function begun(device: Device): string {
  const response = device.login();
  const server = serverOf(response);
  if (response.status === 200 && server !== undefined) return server;
  throw new Violation('not served', `user ${device.user} cannot log in: ${said(response)}`);
}

/**
 * Asks who a device is.
 *
 * @param amidst a death: then a request that was under way may fail, honestly.
 */
function judge(device: Device, isKept: boolean, amidst: boolean): void {
  const response = device.me();
  const { user } = device;
  const { status } = response;
  if (amidst && (status >= 500 || status === 0)) return;
  if (status === 401 && !isKept) return;
  if (status === 401) throw new Violation('logged out', `user ${user} was logged out: ${said(response)}`);
  if (status !== 200) throw new Violation('not served', `user ${user} is not served: ${said(response)}`);
  if (!isKept) throw new Violation('not lost', `the session of user ${user} outlived its server: ${said(response)}`);
  const me: { readonly user?: unknown } = JSON.parse(response.body);
  if (me.user !== user) throw new Violation('somebody else', `user ${user} is taken for user ${me.user}`);
}

/** One logs out: at no server is that session good any more, and nobody else has noticed. */
function leave(
  devices: readonly Device[],
  { leaver, servers }: Case,
): { readonly device: Device; readonly copied: Device } | undefined {
  const one = devices[leaver % devices.length];
  if (one === undefined) return undefined;
  // Every server has seen the session before.
  for (let round = 0; round < servers; round++) judge(one.copy(), true, false);
  const copied = one.copy();
  const { status } = one.logout();
  if (status !== 204) throw new Violation('not served', `user ${one.user} cannot log out: ${status}`);
  for (let round = 0; round < 2 * servers; round++) demandOut(copied);
  for (const device of devices) if (device !== one) judge(device, true, false);
  return { device: one, copied };
}

function demandOut(device: Device): void {
  const response = device.copy().me();
  if (response.status === 401) return;
  throw new Violation('still logged in', `user ${device.user} has logged out, and yet: ${said(response)}`);
}

function said(response: {
  status: number;
  body: string;
  problem?: string | undefined;
  via: readonly string[];
}): string {
  return `${response.status} ${response.problem ?? response.body} (${response.via.join(' → ')})`;
}
