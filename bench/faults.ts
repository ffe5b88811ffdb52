/**
 * How fast a site is tried under drawn faults: how many schedules the soak gets through in a minute, and how much time
 * goes by in a second of ours on a stage whose users are judged by every checker.
 */
import fc from 'fast-check';
import { durability, fragile, isInitial } from '../props/site/durability';
import { checkDurability } from '../src/checking/durability';
import type { Operation } from '../src/checking/history';
import { checkLinearizability } from '../src/checking/linearizability';
import { register } from '../src/checking/models/register';
import { checkSessions } from '../src/checking/session-guarantees';
import { checkStaleness } from '../src/checking/staleness';
import { stages } from '../src/stages';
import { DrivenWorld, virtualMs, within } from '../src/testing/driven-world';
import { judge, vacuousMax, vacuousRuns } from '../src/testing/judge';
import { recording } from '../src/testing/recording';
import { type Accident, accidents, plan, scheduleLimits, siteTargets } from '../src/testing/schedule';
import { catalogue } from '../src/world/product';
import { type Benchmark, happened, perSecond, type Side } from './harness';

const stage = stages.loadBalanced;
const seed = 1;

/** Of fewer the share in which nothing happened says nothing. */
const runsMin = 20;

/** As `npm run soak` tries them, each round the same. */
function schedules(): Side {
  return {
    name: 'schedules',
    unit: '/min',
    measure(scale) {
      const runs = Math.max(runsMin, Math.round(100 * scale));
      return (
        60 *
        perSecond(() => {
          const judgement = judge(durability({ stage, seed, runs }));
          if (judgement.refuted !== undefined) throw new Error(`the claim fell: ${judgement.refuted.message}`);
          happened(
            'schedules in which something happened',
            runs - vacuousRuns(judgement),
            runs * (1 - vacuousMax),
            runs,
          );
          return judgement.runs;
        })
      );
    },
  };
}

const users = 10;
const load = { loop: 'open', ratePerS: 50, arrivals: 'poisson' } as const;
const timeoutMs = 1_000;
/** Accidents are over by then. */
const endMs = scheduleLimits.lengthMs + scheduleLimits.longestMs;
const healedMs = 3_000;

interface Case {
  readonly seed: number;
  readonly schedule: readonly Accident[];
}

function cases(count: number): readonly Case[] {
  const targets = siteTargets(stage.topology, { disks: ['db-1'] });
  const drawn = fc.record({ seed: fc.nat({ max: 1_000_000 }), schedule: accidents(stage.topology, {}, targets) });
  return fc.sample(drawn, { seed, numRuns: count });
}

/** What users of a site lived through while it was struck, healed, and ran on; and what they were called at first. */
interface Lived {
  readonly operations: readonly Operation[];
  readonly names: ReadonlyMap<string | undefined, unknown>;
}

function live({ seed, schedule }: Case): Lived {
  const topology = fragile(stage.topology, 'never');
  return within(new DrivenWorld(stage.name, topology, { catalogue, seed, detail: 'acts' }), (world) => {
    const history = recording(world);
    const nameOf = (user: number): unknown => JSON.parse(world.get(`/users/${user}`).body).lastName;
    const names = new Map(Array.from({ length: users }, (_, at) => [`user:${at + 1}`, nameOf(at + 1)]));
    world.load(load, { writes: 0.3, users, timeoutMs });
    const fromMs = world.nowMs;
    const steps = plan(schedule).map(({ atMs, command }) => ({ atMs: fromMs + atMs, command }));
    world.carryOut(steps, fromMs + endMs);
    world.repair();
    world.run(healedMs);
    world.loadStop();
    world.run(timeoutMs);
    return { operations: history(), names };
  });
}

/** Every checker has its say; how many reads each judged. */
function check({ operations, names }: Lived): number {
  const found = checkLinearizability(operations, register, { initialOf: (key) => names.get(key) });
  const options = { isInitial };
  const judged = [
    checkDurability(operations, options),
    checkSessions(operations, options),
    checkStaleness(operations, { ...options, boundUs: 0 }),
  ];
  for (const { verdict } of [found, ...judged]) {
    if (verdict === 'violation' || verdict === 'unreadable') throw new Error(`a checker says ${verdict}`);
  }
  return Math.min(...judged.map((one) => ('judged' in one ? one.judged : 0)));
}

/** Seconds in the world for a second here. */
function speed(name: string, judgeIt: (lived: Lived) => number): Side {
  const drawn = cases(60);
  return {
    name,
    unit: 's/s',
    measure(scale) {
      const some = drawn.slice(0, Math.round(drawn.length * scale));
      const beforeMs = virtualMs();
      return perSecond(() => {
        let judged = 0;
        for (const one of some) judged += judgeIt(live(one));
        happened('reads that were judged', judged, some.length * 100, Number.POSITIVE_INFINITY);
        return (virtualMs() - beforeMs) / 1_000;
      });
    },
  };
}

export const faults: Benchmark = {
  name: 'faults',
  summary: 'drawn fault schedules on the load-balanced stage, judged',
  rounds: 3,
  open() {
    const unjudged = speed('without checkers', ({ operations }) => operations.length);
    const judged = speed('checkers', check);
    return {
      rows: [
        { what: 'fault schedules, claim judged', ours: schedules() },
        {
          what: 'a stage under faults, 50 requests/s, checkers on',
          ours: judged,
          peer: unjudged,
          as: 'time',
          reach: { of: 'ours', atLeast: 500 },
        },
      ],
    };
  },
};
