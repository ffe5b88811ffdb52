/**
 * How many messages the simulation delivers in a second: two nodes on two boxes that pass one ball to and fro over a
 * plain link. What telling of every message costs shows beside it.
 */
import { machine } from '../src/kernel/machine';
import type { Catalogue } from '../src/kernel/runtime';
import { type BodyOf, message, parseConfig, type Static, Type } from '../src/kernel/schema';
import { type Tier, tier } from '../src/kernel/tier';
import type { Topology } from '../src/kernel/topology';
import { type SimulatedOptions, SimulatedRuntime } from '../src/runtimes/simulated/simulated-runtime';
import { Apart } from './apart';
import { type Benchmark, happened, perSecond, type Side } from './harness';
import { box, node } from './worlds';

const ball = message('ball', { round: Type.Integer() });
type Ball = BodyOf<typeof ball>;

const playerConfig = Type.Object({ first: Type.String(), serviceMs: Type.Number() });
type PlayerConfig = Static<typeof playerConfig>;
const defaults: PlayerConfig = { first: '', serviceMs: 0 };

const linkMs = 0.25;

function catalogue(hit: () => void): Catalogue {
  const player: Tier<PlayerConfig, Ball, Ball> = {
    kind: 'player',
    summary: 'passes the ball back',
    port: 1,
    defaults,
    parse: parseConfig(playerConfig, defaults),
    accepts: [ball],
    upstreams: () => [],
    service: ({ serviceMs }) => ({ otherwise: serviceMs, mailboxMax: 10, overflow: 'refuse' }),
    behave: (config) =>
      machine(
        (turn) => {
          if (config.now.first !== '') turn.say(config.now.first, { kind: 'ball', round: 0 });
        },
        (_state, mail, turn) => {
          hit();
          turn.say(mail.from, { kind: 'ball', round: mail.body.round + 1 });
        },
      ),
  };
  return { tiers: new Map([['player', tier(player)]]), faults: new Map(), jobs: {} };
}

function topology(serviceMs: number): Topology {
  return {
    boxes: [box(1), box(2)],
    nodes: [node('player', 1, { first: '', serviceMs }), node('player', 2, { first: 'player-1', serviceMs })],
  };
}

function game(name: string, serviceMs: number, options: Partial<SimulatedOptions>, deliveries: number): Side {
  return {
    name,
    unit: '/s',
    measure(scale) {
      let hits = 0;
      const runtime = new SimulatedRuntime({ catalogue: catalogue(() => hits++), ...options });
      runtime.apply(topology(serviceMs), () => undefined);
      const count = Math.round(deliveries * scale);
      const rate = perSecond(() => {
        runtime.runTo(1 + Math.round(count * (linkMs + serviceMs) * 1000));
        return count;
      });
      happened(`deliveries (${name})`, hits, count);
      if (options.hashed === true && runtime.hash() === undefined) throw new Error(`${name}: there is no hash`);
      return rate;
    },
  };
}

export const sides = {
  'tracing off': () => game('tracing off', 0, { detail: 'acts' }, 1_000_000),
  'service time': () => game('service time', 0.01, { detail: 'acts' }, 1_000_000),
  ring: () => game('ring', 0, { detail: 'full', hashed: false }, 500_000),
  hash: () => game('hash', 0, { detail: 'full', hashed: true }, 200_000),
};

export const pingPong: Benchmark = {
  name: 'ping-pong',
  summary: 'simulated deliveries between two nodes',
  open() {
    const apart = (name: keyof typeof sides): Apart => new Apart('ping-pong', name, '/s');
    const plain = apart('tracing off');
    const served = apart('service time');
    const ring = apart('ring');
    const hash = apart('hash');
    return {
      rows: [
        { what: 'deliveries, tracing off', ours: plain, reach: { of: 'ours', atLeast: 3e6 } },
        { what: 'with a service time', ours: served, peer: plain },
        { what: 'every event kept in a ring', ours: ring, peer: plain },
        { what: 'ring and hash', ours: hash, peer: plain },
      ],
    };
  },
};
