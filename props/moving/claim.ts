/**
 * Claim: whatever is lost, doubled, late, crashes or is given up while keys move between shards, every row is with exactly
 * one of them, no map says what they have not decided, and the move ends: where it was to go, or where it began.
 */
import fc from 'fast-check';
import type { Placement } from '../../src/protocols/shard-map';
import { type Caution, soundCaution } from '../../src/sharding/caution';
import { paceDefaults } from '../../src/sharding/move-step';
import { type Claim, type Finding, Violation } from '../../src/testing/claim';
import { Phenomena } from '../../src/testing/phenomena';
import { Site, type SiteSettings } from './site';

type Accident =
  | { readonly what: 'depose' | 'replace' | 'pause' | 'resume' | 'abort'; readonly afterMs: number }
  | { readonly what: 'deaf'; readonly afterMs: number; readonly who: number; readonly forMs: number }
  | { readonly what: 'cut'; readonly afterMs: number; readonly who: number };

interface Case {
  readonly setting: Omit<SiteSettings, 'caution'>;
  readonly schedule: readonly Accident[];
}

export interface MovingOptions {
  readonly seed: number;
  readonly runs: number;
  readonly caution?: Caution;
  readonly phenomena?: Phenomena;
  /** Accidents that come often. */
  readonly only?: readonly Accident['what'][];
}

const jump = (count: number): Placement => ({
  method: 'jump',
  shards: Array.from({ length: count }, (_, at) => `s-${at + 1}`),
  splits: [],
  isolated: [],
});
const split = { shard: 's-1', into: 's-9', salt: 1 };
const journeys: readonly (readonly [Placement, Placement])[] = [
  [jump(2), jump(3)],
  [jump(3), jump(2)],
  [jump(2), { ...jump(2), method: 'modulo' }],
  [
    { ...jump(3), method: 'modulo' },
    { ...jump(3), method: 'rendezvous' },
  ],
  [jump(2), { ...jump(2), splits: [split] }],
  [{ ...jump(2), splits: [split] }, jump(2)],
];

/** Mended, it goes through all its slices, and if need be back through those that were done. */
const againMs = 60_000;

export function movingClaim({
  seed,
  runs,
  caution = soundCaution,
  phenomena = new Phenomena(),
  only,
}: MovingOptions): Claim<Case> {
  const setting = fc
    .record({
      seed: fc.nat({ max: 1_000_000 }),
      journey: fc.constantFrom(...journeys),
      wire: fc.record({
        loss: fc.constantFrom(0, 0.02, 0.1),
        duplication: fc.constantFrom(0, 0.1),
        strays: fc.constantFrom(0, 0.05, 0.2),
        strayMs: fc.constant(400),
      }),
      unitsPerSecond: fc.constantFrom(0, 0, 100),
      writeEveryMs: fc.constantFrom(2, 10, 50),
      chunkUnits: fc.constantFrom(1, 3, 200),
      fewUnits: fc.constantFrom(0, 2),
      fenceMs: fc.constantFrom(20, 100),
    })
    .map(({ journey: [base, next], chunkUnits, fewUnits, fenceMs, ...rest }) => {
      const pace = { ...paceDefaults, chunkUnits, fewUnits, fenceMs, roundsMax: 4, retryMs: 20 };
      return { ...rest, base, next, pace };
    });
  return {
    name: 'keys move between shards and each is always with one of them',
    seed,
    runs,
    draw: fc.record({ setting, schedule: accidents(only) }),
    attempt: ({ setting, schedule }) => attempt({ ...setting, caution }, schedule, phenomena),
    show: ({ setting, schedule }) => ({
      lines: [JSON.stringify(setting), ...schedule.map((one) => JSON.stringify(one))],
    }),
  };
}

function accidents(only: readonly Accident['what'][] | undefined): fc.Arbitrary<readonly Accident[]> {
  const afterMs = fc.nat({ max: 400 });
  const who = fc.nat({ max: 3 });
  const kinds: readonly (readonly [number, fc.Arbitrary<Accident>])[] = [
    [6, fc.record({ what: fc.constantFrom('depose', 'replace'), afterMs })],
    [2, fc.record({ what: fc.constantFrom('pause', 'resume'), afterMs })],
    [1, fc.record({ what: fc.constant('abort'), afterMs })],
    [4, fc.record({ what: fc.constant('deaf'), afterMs, who, forMs: fc.nat({ max: 500 }) })],
    [2, fc.record({ what: fc.constant('cut'), afterMs, who })],
  ];
  const weighted = kinds.map(([weight, arbitrary]) => ({ weight, arbitrary }));
  const all = fc.oneof(...weighted);
  const wanted = only === undefined ? all : all.filter(({ what }) => only.includes(what));
  return fc.array(wanted, { minLength: 1, maxLength: 20, size: 'max' });
}

function attempt(settings: SiteSettings, schedule: readonly Accident[], phenomena: Phenomena): Finding {
  const site = new Site(settings);
  for (const accident of schedule) {
    site.run(accident.afterMs);
    if (!site.isOver) befall(site, accident);
  }
  site.heal();
  for (let leftMs = againMs; leftMs > 0 && !site.isOver; leftMs -= 100) {
    // Under writes that never cease a fence of a few milliseconds may be taken back for ever.
    if (leftMs < againMs / 2) site.hush();
    site.run(100);
  }
  const { move, map } = site.decided;
  if (!site.isOver)
    throw new Violation('no end', `it has moved ${map.move?.done} of ${move.slices} slices, and stands still`);
  const wanted = move.isAborting ? move.before : move.next;
  const isThere = map.move === undefined && JSON.stringify(map.base) === JSON.stringify(wanted);
  const isAborted = schedule.some(({ what }) => what === 'abort') && move.isAborting;
  if (!isThere) throw new Violation('not where it was to be', JSON.stringify(map.base));
  if (isAborted && move.keysMoved !== 0)
    throw new Violation('not where it was to be', `${move.keysMoved} units still count as moved`);
  site.hush();
  site.run(1_000);
  site.demandAllInPlace();
  const { seen } = site;
  phenomena.saw('a slice was switched', seen.switches);
  phenomena.saw('a slice was undone', seen.undone);
  phenomena.saw('a fence was taken back', seen.unfenced);
  phenomena.saw('a move turned back', seen.turned);
  phenomena.saw('a shard refused what was out of step', seen.refused);
  return seen.switches === 0 ? 'nothing was switched' : undefined;
}

function befall(site: Site, accident: Accident): void {
  switch (accident.what) {
    case 'depose':
      return site.depose();
    case 'replace':
      return site.depose(0);
    case 'deaf': {
      const shard = [...site.shards.values()][accident.who % site.shards.size];
      shard?.crash(site.agenda.nowMs + accident.forMs);
      return;
    }
    case 'cut': {
      const name = site.names[accident.who % site.names.length];
      site.wire.partition(name === undefined ? [] : [name]);
      site.agenda.plan(site.agenda.nowMs + 300, () => site.wire.mend());
      return;
    }
    default:
      return site.steer(accident.what);
  }
}

export const movesAreSafe = movingClaim({ seed: 1, runs: 150 });
