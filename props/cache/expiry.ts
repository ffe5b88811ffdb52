/**
 * Claim: whatever is asked of a cache server and whatever befalls it and its clocks, it never gives out a value at or past
 * its end. Judged when the answer is produced: by its own monotonic clock for a time to live, by its time of day for an
 * absolute end. In true time that is at most TTL / (1 - d) after the set if the clock loses a share d of its time, and at
 * most TTL + 2s for an absolute end if all clocks are within s of the true time of day.
 */
import fc from 'fast-check';
import { policyNames } from '../../src/algorithms/cache/policies';
import type { Topology } from '../../src/kernel/topology';
import { type CacheRequest, cacheStanding, relativeSecondsMax } from '../../src/protocols/cache';
import { box, node } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, accidents, type Planned, plan } from '../../src/testing/schedule';
import type { CacheConfig } from '../../src/tiers/cache/settings';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { type Observed, observedCache } from './observed';

/** How long a value is to live: counted from now, or until a time of day by the clock of whoever sets it. */
interface Life {
  readonly by: 'seconds' | 'time of day';
  readonly ms: number;
}

interface Step {
  readonly afterMs: number;
  readonly key: string;
  readonly what: 'set' | 'add' | 'replace' | 'touch' | 'get' | 'delete' | 'count' | 'flush' | 'configure';
  readonly life: Life;
  /** When it is read again, counted from when it should be over. */
  readonly looks: readonly number[];
  readonly config: Partial<CacheConfig>;
}

interface Case {
  readonly seed: number;
  /** How wrong the clock is of those who ask. */
  readonly clientSkewMs: number;
  readonly config: Partial<CacheConfig>;
  readonly steps: readonly Step[];
  readonly schedule: readonly Accident[];
}

const server = 'cache-1';
const topology: Topology = {
  boxes: [box('box-cache-1', '10.0.0.30', { cpus: 1 })],
  nodes: [{ ...node(server, 'cache', 'box-cache-1'), restart: 'never' }],
};
const epochMs = Date.UTC(2026, 0, 1);
const lengthMs = 400;
const longestMs = 300;
const budgetMs = 5_000;
/** What rounding to whole microseconds and the doubles of a time of day leave open. */
const toleranceMs = 0.01;

const ttl = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(-5, 0, 500));
const config = fc.record({
  policy: fc.constantFrom(...policyNames),
  entriesMax: fc.integer({ min: 1, max: 5 }),
  bytesMax: fc.integer({ min: 150, max: 600 }),
});
const step: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.integer({ min: 0, max: 40 }).map((quarters) => quarters / 4),
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  what: fc.oneof(
    { arbitrary: fc.constantFrom<Step['what'][]>('set', 'get'), weight: 4 },
    {
      arbitrary: fc.constantFrom<Step['what'][]>('add', 'replace', 'touch', 'delete', 'count', 'flush', 'configure'),
      weight: 2,
    },
  ),
  life: fc.record({ by: fc.constantFrom<Life['by'][]>('seconds', 'seconds', 'time of day'), ms: ttl }),
  looks: fc.array(fc.constantFrom(-1, -0.25, 0, 0.25, 0.75, 20), { maxLength: 4 }),
  config,
});

export function expiry({
  phenomena = new Phenomena(),
  ...effort
}: Effort & { readonly phenomena?: Phenomena }): Claim<Case> {
  return {
    ...effort,
    name: 'a cache gives out nothing at or past its end',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      clientSkewMs: fc.integer({ min: -50, max: 50 }),
      config,
      steps: fc.array(step, { minLength: 15, maxLength: 60, size: 'max' }),
      schedule: accidents(topology, {
        firstMs: 1,
        lengthMs,
        longestMs,
        accidentsMax: 5,
        kinds: ['kill', 'pause', 'drift', 'skew', 'slow'],
      }),
    }),
    attempt: (drawn) => tried(drawn, (world, judge) => attempt(world, drawn, judge, phenomena)),
    show: (drawn) => {
      const { world, judge } = opened(drawn);
      return standing(world, (shown) => attempt(shown, drawn, judge, new Phenomena()));
    },
  };
}

function tried<T>(drawn: Case, attempting: (world: DrivenWorld, judge: Judge) => T): T {
  const { world, judge } = opened(drawn);
  return within(world, (open) => attempting(open, judge));
}

function opened({ seed, config: given, clientSkewMs, schedule }: Case) {
  const judge = new Judge(clientSkewMs, slowest(schedule));
  const tiers = new Map([...catalogue.tiers, ['cache', observedCache((observed) => judge.see(observed))]]);
  const nodes = topology.nodes.map((one) => ({ ...one, config: given }));
  const parts = { catalogue: { ...catalogue, tiers }, seed, detail: 'acts', epochMs } as const;
  const world = new DrivenWorld('cache', { ...topology, nodes }, parts);
  judge.trueMs = () => world.nowMs;
  return { world, judge };
}

function attempt(
  world: DrivenWorld,
  { steps, schedule, clientSkewMs }: Case,
  judge: Judge,
  phenomena: Phenomena,
): Finding {
  const beganMs = world.nowMs;
  const crashes: string[] = [];
  world.events.subscribe((event) => {
    if (event.type === 'life' && event.phase === 'crashed') crashes.push(event.reason);
  });
  const asked = questions(steps, beganMs, clientSkewMs, judge);
  const planned = [...asked, ...plan(schedule)].sort((a, b) => a.atMs - b.atMs);
  world.carryOut(planned, beganMs + 2 * lengthMs + longestMs);
  world.repair();
  world.run(budgetMs);
  if (judge.violation !== undefined) throw judge.violation;
  if (crashes.length > 0) throw new Violation('crashed', crashes.join('; '));
  const { served, ended } = judge;
  const stale = world.tell<{ readonly kind: string }, number>(
    server,
    { kind: 'cache.ask' },
    budgetMs,
    (answer, settle) => (cacheStanding.accepts(answer) ? settle.done(answer.staleServed) : settle.refused(answer.kind)),
  );
  if (stale > 0) throw new Violation('served past its end', `the server itself counts ${stale}`);
  if (judge.nearMisses > 0) phenomena.saw('a value was asked for within a millisecond of its end', judge.nearMisses);
  if (served === 0) return 'nothing was served';
  return ended === 0 ? 'nothing ended' : undefined;
}

/** What is asked when: the steps one after the other, and each value again around its end. */
function questions(steps: readonly Step[], beganMs: number, clientSkewMs: number, judge: Judge): Planned[] {
  const asked: Planned[] = [];
  const ask = (atMs: number, body: CacheRequest): void => {
    asked.push({ atMs, command: { verb: 'tell', to: server, body, budgetMs } });
  };
  let atMs = beganMs;
  for (const [place, { afterMs, key, what, life, looks, config: next }] of steps.entries()) {
    atMs += afterMs;
    const seconds = secondsOf(life, atMs, clientSkewMs);
    if (seconds > relativeSecondsMax) judge.issue(seconds, { atMs, ttlMs: life.ms });
    if (what === 'configure') {
      asked.push({ atMs, command: { verb: 'configure', node: server, config: next } });
      continue;
    }
    ask(atMs, requestOf(what, key, String(place), seconds));
    if (what === 'get' || what === 'delete' || what === 'flush') continue;
    for (const look of looks) ask(Math.max(atMs, atMs + life.ms + look), { kind: 'cache.get', key });
  }
  return asked;
}

/** A time of day differs from step to step by more than a double forgets, so that it tells who said it. */
function secondsOf({ by, ms }: Life, atMs: number, clientSkewMs: number): number {
  return by === 'seconds' ? ms / 1000 : (epochMs + atMs + clientSkewMs + ms) / 1000;
}

function requestOf(
  what: Exclude<Step['what'], 'configure'>,
  key: string,
  value: string,
  seconds: number,
): CacheRequest {
  switch (what) {
    case 'set':
    case 'add':
    case 'replace':
      return { kind: `cache.${what}`, key, value, seconds };
    case 'touch':
      return { kind: 'cache.touch', key, seconds };
    case 'count':
      return { kind: 'cache.count', key, way: 'up', by: '1000' };
    case 'flush':
      return { kind: 'cache.flush' };
    default:
      return { kind: `cache.${what}`, key };
  }
}

/** The share of its time that a clock loses at most, however drifts overlap. */
function slowest(schedule: readonly Accident[]): number {
  const rates = schedule.flatMap(({ harm }) =>
    (harm.faults ?? []).map((fault) => ('rate' in fault ? Number(fault.rate) : 0)),
  );
  return 1 - rates.filter((rate) => rate < 0).reduce((product, rate) => product * (1 + rate), 1);
}

interface Issue {
  readonly atMs: number;
  readonly ttlMs: number;
}

/** What the server said that it keeps. */
interface Kept {
  readonly value: string;
  readonly seconds: number;
  readonly localMs: number;
  readonly trueMs: number;
}

/** Judges answers by what was answered before, with no thought for how a cache works. */
class Judge {
  served = 0;
  ended = 0;
  nearMisses = 0;
  /** Kept until the end: thrown in a turn of the server, it would be a crash of that. */
  violation: Violation | undefined;
  trueMs: () => number = () => 0;
  private readonly issues = new Map<number, Issue>();
  private kept = new Map<string, Kept>();
  private life = 0;
  private skewMaxMs: number;

  constructor(
    clientSkewMs: number,
    private readonly slow: number,
  ) {
    this.skewMaxMs = Math.abs(clientSkewMs);
  }

  /** A value whose end is given as this time of day was written by somebody at a true moment. */
  issue(seconds: number, issue: Issue): void {
    const other = this.issues.get(seconds);
    // Two who say the same time of day: whoever allows more is believed.
    if (other === undefined || other.atMs + other.ttlMs < issue.atMs + issue.ttlMs) this.issues.set(seconds, issue);
  }

  see({ request, answer, life, localMs, wallMs }: Observed): void {
    if (life !== this.life) this.kept = new Map();
    this.life = life;
    const trueMs = this.trueMs();
    if (!('key' in answer)) {
      if (answer.kind === 'cache.flushed') this.kept.clear();
      return;
    }
    const { key } = answer;
    const before = this.kept.get(key);
    this.skewMaxMs = Math.max(this.skewMaxMs, Math.abs(wallMs - epochMs - trueMs));
    switch (answer.kind) {
      case 'cache.stored':
        if ('seconds' in request && 'value' in request) {
          this.kept.set(key, { value: request.value, seconds: request.seconds, localMs, trueMs });
        }
        return;
      case 'cache.touched':
        if (before !== undefined && 'seconds' in request) {
          this.kept.set(key, { value: before.value, seconds: request.seconds, localMs, trueMs });
        }
        return;
      case 'cache.counted':
        if (before !== undefined) this.kept.set(key, { ...before, value: answer.value });
        return;
      case 'cache.deleted':
        this.kept.delete(key);
        return;
      case 'cache.missing':
        if (before !== undefined) this.over(before, localMs, wallMs);
        return;
      case 'cache.value':
        this.served++;
        this.violation ??= this.wrong(key, answer.value, before, { localMs, wallMs, trueMs });
    }
  }

  private over({ seconds, localMs: setMs }: Kept, localMs: number, wallMs: number): void {
    const late = seconds > relativeSecondsMax ? wallMs - seconds * 1000 : localMs - setMs - seconds * 1000;
    if (seconds === 0 || late < 0) return;
    this.ended++;
    if (late < 1) this.nearMisses++;
  }

  private wrong(
    key: string,
    value: string,
    kept: Kept | undefined,
    now: Pick<Kept, 'localMs' | 'trueMs'> & { wallMs: number },
  ): Violation | undefined {
    const said = `${key} = ${value} was given out`;
    if (kept?.value !== value)
      return new Violation('not what was kept', `${said}; kept was ${kept?.value ?? 'nothing'}`);
    const { seconds } = kept;
    if (seconds === 0) return undefined;
    const past = (what: string, ms: number, ofMs: number): Violation => {
      return new Violation(what, `${said} ${ms} ms after it was set, and it had ${ofMs} ms`);
    };
    if (seconds <= relativeSecondsMax) {
      const ttlMs = seconds * 1000;
      const [local, truly] = [now.localMs - kept.localMs, now.trueMs - kept.trueMs];
      if (now.localMs >= kept.localMs + ttlMs) return past('served past its end', local, ttlMs);
      const mostMs = ttlMs / (1 - this.slow) + toleranceMs;
      return truly > mostMs ? past('served too long in true time', truly, mostMs) : undefined;
    }
    const lateMs = now.wallMs - seconds * 1000;
    if (lateMs >= 0)
      return new Violation('served past its end', `${said} ${lateMs} ms past the time of day of its end`);
    const issue = this.issues.get(seconds);
    if (issue === undefined) return new Violation('not what was kept', `${said} with an end that nobody said`);
    const mostMs = issue.ttlMs + 2 * this.skewMaxMs + toleranceMs;
    const truly = now.trueMs - issue.atMs;
    return truly > mostMs ? past('served too long in true time', truly, mostMs) : undefined;
  }
}
