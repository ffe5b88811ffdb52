/** Balancers that favour somebody, never notice a death, or do not see who comes and goes. */
import { roundRobin } from '../../src/tiers/balancer/round-robin';
import { Servers } from '../../src/tiers/balancer/servers';
import { evenness } from '../evenness/claim';
import { type Canary, canary } from './canary';
import { sabotage } from './sabotage';

const claim = evenness({ seed: 1, runs: 40 });

/** Like round robin, but the turn of the last one in the pool is skipped now and then. */
const favoursTheFirst = sabotage(
  roundRobin,
  'choose',
  (choose) => (candidates, last, arrival, random) =>
    random.next() < 0.05 ? { index: 0, memory: last } : choose(candidates, last, arrival, random),
);

const believesInTheDead = sabotage(Servers.prototype, 'failed', () => () => undefined);

const neverForgives = sabotage(Servers.prototype, 'succeeded', () => () => undefined);

const ignoresTheNew = sabotage(
  Servers.prototype,
  'update',
  (update) =>
    function (this: Servers, pool: readonly string[]) {
      const known = this.pool.map(({ id }) => id);
      update.call(this, known.length === 0 ? pool : pool.filter((id) => known.includes(id)));
    },
);

export const evennessCanaries: readonly Canary[] = [
  canary('a balancer that favours the first of its pool', claim, favoursTheFirst, 'uneven'),
  canary('a balancer that never ejects the dead', claim, believesInTheDead, 'sent to nobody'),
  canary('a balancer that never takes anybody back', claim, neverForgives, 'uneven'),
  canary('a balancer that never sees a new server', claim, ignoresTheNew, 'uneven'),
];
