/**
 * Claim: however those who read, write, fill and invalidate come in between each other, nothing that a cache was told is
 * old stays in it or comes back. With leases: no stale set survives a delivered invalidation, and for each key there is at
 * most one right to fill in a lease time; what was dropped is given out as such for a while, and no longer. With versions: an older one never replaces a newer one, nor what that has left.
 */
import fc from 'fast-check';
import { type CacheAnswer, type CacheRequest, cacheValue } from '../../src/protocols/cache';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { defaults } from '../../src/tiers/cache/settings';
import { CacheStore } from '../../src/tiers/cache/store';

const readers = 2;
const keys = ['a', 'b'] as const;

/** How those who fill keep the cache from taking what is old. */
type By = 'leases' | 'versions';

interface Step {
  /** A reader goes on: asks, reads the database, fills. */
  readonly what: 'go on' | 'write' | 'tell' | 'pass' | 'move';
  readonly who: number;
  readonly key: (typeof keys)[number];
  readonly ms: number;
  /** With versions a writer tells the cache what it wrote, or only that it wrote. */
  readonly through: boolean;
}

interface Case {
  readonly by: By;
  readonly leaseMs: number;
  readonly entriesMax: number;
  /** For so long what is dropped is kept for those for whom it will do; 0: not at all. */
  readonly keepMs: number;
  readonly steps: readonly Step[];
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { arbitrary: fc.constant<Step['what']>('go on'), weight: 6 },
    {
      arbitrary: fc.constantFrom<Step['what'][]>('write', 'write', 'tell', 'tell', 'pass', 'pass', 'pass', 'move'),
      weight: 4,
    },
  ),
  who: fc.nat({ max: readers - 1 }),
  key: fc.constantFrom(...keys),
  ms: fc.integer({ min: 1, max: 60 }),
  through: fc.boolean(),
});

export function fills(effort: Effort, by: By): Claim<Case> {
  return {
    ...effort,
    name: `what is old does not come back into a cache (${by})`,
    draw: fc.record({
      by: fc.constant(by),
      leaseMs: fc.integer({ min: 1, max: 60 }),
      entriesMax: fc.integer({ min: 1, max: 3 }),
      keepMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
      steps: fc.array(step, { minLength: 25, maxLength: 100, size: 'max' }),
    }),
    attempt: (drawn) => new Scene(drawn).play(),
    show: ({ leaseMs, entriesMax, keepMs, steps }) => ({
      lines: [
        `leases of ${leaseMs} ms, room for ${entriesMax}, what is dropped is kept for ${keepMs} ms`,
        ...steps.map(({ what, who, key, ms, through }) => {
          if (what === 'pass') return `${ms} ms pass`;
          if (what === 'move') return `${key} moves to the other log`;
          const whose =
            what === 'write' || what === 'tell' ? (through ? 'the writer, through,' : 'the writer') : `reader ${who}`;
          return `${whose}: ${what} ${key}`;
        }),
      ],
    }),
  };
}

/** A write of a key: the how manieth, and where in which log it is found. */
interface Row {
  readonly number: number;
  readonly version: number;
  readonly log: string;
  readonly epoch: number;
}

/** What somebody who fills has in hand. */
interface Hand {
  token?: number;
  read?: { readonly row: Row; readonly asOf: number };
}

/**
 * A cache, a database of two logs that is no more than the last write of each key, and those in between. A key that moves to
 * the other log is written there anew.
 */
class Scene {
  private readonly now = { nowMs: 1_000, wallMs: 0 };
  private readonly store: CacheStore;
  private epoch = 1;
  private readonly positions = { x: 0, y: 0 };
  private readonly homes = new Map<string, 'x' | 'y'>();
  private readonly written = new Map<string, Row>();
  /** Writes of which the cache has not been told. */
  private readonly untold = new Map<string, Row[]>();
  /** What the cache has been told is the newest at least. */
  private readonly told = new Map<string, number>();
  /** When it was told of which write. */
  private readonly tellings = new Map<string, { readonly number: number; readonly atMs: number }[]>();
  private readonly rightAtMs = new Map<string, number>();
  private readonly hands = new Map<string, Hand>();
  private filled = 0;

  constructor(private readonly drawn: Case) {
    const { leaseMs, entriesMax } = drawn;
    let last = 0;
    this.store = new CacheStore({ ...defaults, leaseMs, entriesMax }, this.now, () => ++last);
  }

  play(): Finding {
    for (const one of this.drawn.steps) {
      this.take(one);
      for (const key of keys) this.demandFresh(key);
    }
    if (this.filled === 0) return 'nothing was filled';
    return undefined;
  }

  private take({ what, who, key, ms, through }: Step): void {
    const hand = this.hands.get(`${who} ${key}`) ?? {};
    this.hands.set(`${who} ${key}`, hand);
    switch (what) {
      case 'pass':
        this.now.nowMs += ms;
        return;
      case 'go on':
        return this.goOn(key, hand);
      case 'write': {
        const row = this.write(key, this.row(key).number + 1);
        this.untold.set(key, [...(this.untold.get(key) ?? []), row]);
        return;
      }
      case 'move':
        this.epoch++;
        this.homes.set(key, this.home(key) === 'x' ? 'y' : 'x');
        this.write(key, this.row(key).number);
        return;
      case 'tell':
        return this.tell(key, ms, through);
    }
  }

  private goOn(key: string, hand: Hand): void {
    if (hand.read !== undefined) {
      this.fill(key, hand.token, hand.read);
      delete hand.read;
      delete hand.token;
    } else if (hand.token === undefined && this.drawn.by === 'leases') this.ask(key, hand);
    else {
      const log = this.home(key);
      hand.read = { row: { ...this.row(key), log, epoch: this.epoch }, asOf: this.positions[log] };
    }
  }

  private home(key: string): 'x' | 'y' {
    return this.homes.get(key) ?? 'x';
  }

  private row(key: string): Row {
    return this.written.get(key) ?? { number: 0, version: 0, log: this.home(key), epoch: this.epoch };
  }

  private write(key: string, number: number): Row {
    const log = this.home(key);
    const row = { number, version: ++this.positions[log], log, epoch: this.epoch };
    this.written.set(key, row);
    return row;
  }

  private ask(key: string, hand: Hand): void {
    const { keepMs } = this.drawn;
    const answer = this.say({ kind: 'cache.get', key, lease: true, staleMs: keepMs });
    if (answer.kind === 'cache.missing' && answer.stale !== undefined)
      this.demandRecent(key, Number(answer.stale.value));
    if (answer.kind !== 'cache.missing' || answer.token === undefined) return;
    const before = this.rightAtMs.get(key);
    if (before !== undefined && this.now.nowMs < before + this.drawn.leaseMs) {
      throw new Violation('two rights at once', `${key} may be filled by two, ${this.now.nowMs - before} ms apart`);
    }
    this.rightAtMs.set(key, this.now.nowMs);
    hand.token = answer.token;
  }

  private fill(key: string, token: number | undefined, { row, asOf }: Required<Hand>['read']): void {
    const { number, ...lineage } = row;
    const value = String(number);
    if (this.drawn.by === 'versions')
      this.count(this.say({ kind: 'cache.set', key, value, seconds: 0, ...lineage, asOf }));
    else if (token !== undefined) this.count(this.say({ kind: 'cache.set', key, value, seconds: 0, token }));
  }

  /** One of the writes of which the cache knows nothing yet, in whatever order they come. */
  private tell(key: string, which: number, through: boolean): void {
    const untold = this.untold.get(key) ?? [];
    const [row] = untold.splice(which % Math.max(1, untold.length), 1);
    if (row === undefined) return;
    const { number, ...lineage } = row;
    if (this.drawn.by === 'leases') this.say({ kind: 'cache.delete', key });
    else if (through) this.say({ kind: 'cache.set', key, value: String(number), seconds: 0, ...lineage });
    else this.say({ kind: 'cache.delete', key, ...lineage });
    this.tellings.set(key, [...(this.tellings.get(key) ?? []), { number, atMs: this.now.nowMs }]);
    this.told.set(key, Math.max(number, this.told.get(key) ?? 0));
  }

  /** Of what was dropped: that it was not replaced for longer than it may be shown. */
  private demandRecent(key: string, number: number): void {
    const replaced = (this.tellings.get(key) ?? []).find((one) => one.number > number);
    if (replaced === undefined || this.now.nowMs < replaced.atMs + this.drawn.keepMs) return;
    const agoMs = this.now.nowMs - replaced.atMs;
    throw new Violation(
      'stale',
      `write ${number} under ${key} was given out ${agoMs} ms after it was told of ${replaced.number}`,
    );
  }

  private say(body: CacheRequest): CacheAnswer {
    return this.store.answer(body);
  }

  private count({ kind }: CacheAnswer): void {
    if (kind === 'cache.stored') this.filled++;
  }

  private demandFresh(key: string): void {
    if (this.drawn.by === 'versions' && this.drawn.keepMs > 0) this.ask(key, {});
    const answer = this.say({ kind: 'cache.get', key });
    const told = this.told.get(key) ?? 0;
    if (!cacheValue.accepts(answer) || Number(answer.value) >= told) return;
    throw new Violation('stale', `the cache has write ${answer.value} under ${key}, and was told of write ${told}`);
  }
}
