/**
 * How long it takes to go back in time: ten minutes of a site under load are done again up to the last second of them,
 * which is the farthest place there is, or up to their middle. Beside it, the same with all of it told and hashed.
 */
import { stages } from '../src/stages';
import type { Moment } from '../src/world/command-log';
import { simulate } from '../src/world/simulate';
import type { SimulatedWorld } from '../src/world/simulated-world';
import { type Benchmark, happened, type Side } from './harness';

const ratePerS = 200;
const lengthS = 600;

function lived(): SimulatedWorld {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { writes: 0.1 });
  world.run(`${lengthS}s`);
  return world;
}

/** As `back` at the prompt does it. */
function hurried(world: SimulatedWorld, to: Moment): SimulatedWorld {
  const twin = world.outset(to);
  twin.run((to.atUs - twin.nowUs) / 1000);
  return twin;
}

function travelling(name: string, farS: number, travel: (to: Moment) => SimulatedWorld): Side {
  return {
    name,
    unit: 'ms',
    measure(scale) {
      const toS = Math.round(farS * scale);
      const fromMs = performance.now();
      const twin = travel({ atUs: toS * 1e6, after: 0 });
      const tookMs = performance.now() - fromMs;
      happened('seconds gone by', twin.nowUs / 1e6, toS);
      happened('events to look at', twin.recent().length, 20_000, 30_000);
      const { ok } = twin.loadReport();
      happened('requests done again', ok, 0.95 * ratePerS * toS, 1.05 * ratePerS * (toS + 1));
      twin.close();
      return tookMs;
    },
  };
}

export const travel: Benchmark = {
  name: 'travel',
  summary: 'going back in ten virtual minutes of a site at 200 requests/s',
  rounds: 3,
  open() {
    const world = lived();
    const last = travelling('last', lengthS - 1, (to) => hurried(world, to));
    const middle = travelling('middle', lengthS / 2, (to) => hurried(world, to));
    const exact = travelling('replay', lengthS - 1, (to) => world.replay(to));
    return {
      rows: [
        { what: 'back to the last second', ours: last, peer: exact, reach: { of: 'ours', atMost: 3_000 } },
        { what: 'back to the middle', ours: middle, reach: { of: 'ours', atMost: 3_000 } },
      ],
      close: () => world.close(),
    };
  },
};
