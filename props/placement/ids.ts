/**
 * Claim: whoever of those who keep the maps crashes, is cut off or comes late, no id is given out twice, none below the
 * first; and once all is mended there are ids again within a bound.
 */
import fc from 'fast-check';
import { type PlacementBlock, placementBlock } from '../../src/protocols/placement';
import type { ShardMap } from '../../src/protocols/shard-map';
import { box, node, outside, together } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { type Accident, accidents, plan, siteTargets } from '../../src/testing/schedule';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

interface Case {
  readonly seed: number;
  readonly schedule: readonly Accident[];
  readonly asked: readonly { readonly atMs: number; readonly who: number; readonly count: number }[];
}

const keepers = ['placement-1', 'placement-2', 'placement-3'];
const firstId = 1_001;
const map: ShardMap = {
  family: 'sql',
  version: 1,
  tables: [{ table: 'users', key: 'id' }],
  base: { method: 'jump', shards: ['shard-1'], splits: [], isolated: [] },
};
const config = { group: keepers, maps: [map], firstIds: { users: firstId } };
const site = together(
  {
    boxes: keepers.map((id, at) => box(`box-${id}`, `10.0.0.${10 + at}`)),
    nodes: keepers.map((id) => ({ ...node(id, 'placement', `box-${id}`, config), restart: 'never' as const })),
  },
  outside('203.0.113.10'),
);
const lengthMs = 6_000;
const kinds = ['kill', 'pause', 'isolate', 'partition', 'hold', 'slow', 'drop', 'torn-disk', 'slow-disk'] as const;
const budgetMs = 2_000;
/** Mended: somebody is elected, a vote may be split a few times. */
const againMs = 10_000;

export function idsAreUnique({ seed, runs }: Effort): Claim<Case> {
  const targets = siteTargets(site, { hosts: [] });
  const world = (drawn: Case): DrivenWorld =>
    new DrivenWorld('placement', site, { catalogue, seed: drawn.seed, detail: 'acts' });
  return {
    name: 'no id is given out twice',
    seed,
    runs,
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      schedule: accidents(site, { lengthMs, accidentsMax: 6, kinds: [...kinds] }, targets),
      asked: fc.array(
        fc.record({
          atMs: fc.integer({ min: 1_500, max: lengthMs }),
          who: fc.nat({ max: 2 }),
          count: fc.constantFrom(1, 10),
        }),
        { minLength: 2, maxLength: 60, size: 'max' },
      ),
    }),
    attempt: (drawn) => within(world(drawn), (tried) => attempt(tried, drawn)),
    show: (drawn) => standing(world(drawn), (tried) => attempt(tried, drawn)),
  };
}

function attempt(world: DrivenWorld, { schedule, asked }: Case): Finding {
  const questions = asked.map(({ atMs, who, count }) => ask(atMs, who, count));
  const steps = [...plan(schedule), ...questions].sort((a, b) => a.atMs - b.atMs);
  const { answers } = world.carryOut(steps, lengthMs + budgetMs);
  const given = [...answers.values()].filter((answer): answer is PlacementBlock => placementBlock.accepts(answer));
  world.repair();
  const fromMs = world.nowMs;
  const after = keepers.map((_, who) => ask(fromMs + againMs, who, 1));
  const last = world.carryOut(after, fromMs + againMs + budgetMs);
  const again = [...last.answers.values()].filter((answer): answer is PlacementBlock => placementBlock.accepts(answer));
  demandApart([...given, ...again]);
  if (again.length === 0) {
    throw new Violation('no ids', `${againMs} ms after all was mended nobody gives any out`);
  }
  return given.length === 0 ? 'nobody got an id while things went wrong' : undefined;
}

function ask(atMs: number, who: number, count: number) {
  const body = { kind: 'placement.ids', family: 'sql', table: 'users', count };
  return { atMs, command: { verb: 'tell', to: keepers[who] ?? '', body, budgetMs } } as const;
}

function demandApart(blocks: readonly PlacementBlock[]): void {
  let end = firstId;
  for (const { first, count } of [...blocks].sort((a, b) => a.first - b.first)) {
    if (first < end) throw new Violation('given twice', `ids from ${first} on were given out before, up to ${end - 1}`);
    end = first + count;
  }
}
