/** Balancers that choose without looking, do not count what ended, or trust the dead too long. */
import { Exchange } from '../../src/tiers/balancer/exchange';
import { leastConnections } from '../../src/tiers/balancer/least-connections';
import { roundRobin } from '../../src/tiers/balancer/round-robin';
import { Servers } from '../../src/tiers/balancer/servers';
import { stickyAddress } from '../../src/tiers/balancer/sticky-address';
import { stickyCookie } from '../../src/tiers/balancer/sticky-cookie';
import { twoChoices } from '../../src/tiers/balancer/two-choices';
import { detection } from '../balancing/detection';
import { stickiness } from '../balancing/sticky';
import { waiting } from '../balancing/waiting';
import { type Canary, canary } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const waits = waiting({ seed: 2, runs: 5 });
/** Least connections comes first in it: who counts wrongly is wrong about two choices as well. */
const connections = waiting({ seed: 1, runs: 2 });
const deaths = detection({ seed: 1, runs: 24 });
const sticks = stickiness({ seed: 1, runs: 12 });

/** What it compares is one server, twice. */
const looksOnce = sabotage(twoChoices, 'choose', () => (candidates, memory, _arrival, random) => ({
  index: random.int(candidates.length),
  memory,
}));

/** A request that ended counts as one that is under way. */
const neverCountsDown = sabotageHidden(Exchange.prototype, 'hear', (hear) => {
  return function (server, answer) {
    if (typeof server === 'object' && server !== null && 'inFlight' in server) {
      Object.assign(server, { inFlight: Number(server.inFlight) + 1 });
    }
    hear.call(this, server, answer);
  };
});

const drawsLots = sabotage(roundRobin, 'choose', () => (candidates, memory, _arrival, random) => ({
  index: random.int(candidates.length),
  memory,
}));

/** Every third failure is overlooked. */
const isForgiving = sabotage(Servers.prototype, 'failed', (failed) => {
  let count = 0;
  return function (this: Servers, server, problem) {
    if (++count % 3 !== 0) failed.call(this, server, problem);
  };
});

/** The last of the pool has two turns. */
const favoursTheLast = sabotage(roundRobin, 'choose', (choose) => {
  let again = false;
  return (candidates, memory, arrival, random) => {
    const choice = choose(candidates, memory, arrival, random);
    again = choice.index === candidates.length - 1 && !again;
    return again ? { index: choice.index, memory } : choice;
  };
});

/** A cookie is believed, whoever has died since. */
const believesCookies = sabotageHidden(Exchange.prototype, 'pick', (pick) => {
  return function (candidates, chooser) {
    const cookie: unknown = Reflect.get(Reflect.get(this, 'request'), 'headers')?.['cookie'];
    const all: unknown = Reflect.get(Reflect.get(this, 'desk'), 'servers')?.pool;
    return pick.call(this, cookie === undefined ? candidates : all, chooser);
  };
});

const ignoresCookies = sabotage(stickyCookie, 'choose', () => leastConnections.choose);

/** When one goes, nearly everybody moves. */
const dividesAddresses = sabotage(stickyAddress, 'choose', () => (candidates, memory, { from }) => {
  const number = Array.from(from).reduce((sum, character) => sum + character.charCodeAt(0), 0);
  return { index: number % candidates.length, memory };
});

export const balancingCanaries: readonly Canary[] = [
  canary('two choices that compare a server with itself', waits, looksOnce, 'two-choices'),
  canary('least connections that forgets to count down', connections, neverCountsDown, 'least-connections'),
  canary('round robin that draws lots', waits, drawsLots, 'round-robin'),
  canary('a balancer that overlooks failures', deaths, isForgiving, 'sent to the dead'),
  canary('round robin with two turns for the last', deaths, favoursTheLast, 'out of turn'),
  canary('a sticky cookie that leads to a dead server', sticks, believesCookies, 'sent to the dead'),
  canary('a sticky balancer that reads no cookies', sticks, ignoresCookies, 'moved'),
  canary('sticky addresses by remainder', sticks, dividesAddresses, 'moved'),
];
