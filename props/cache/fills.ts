/**
 * Claim: however those who read, write, fill and invalidate come in between each other, nothing that a cache was told is
 * old stays in it or comes back. With leases: no stale set survives a delivered invalidation, and for each key there is at
 * most one right to fill in a lease time. With versions: an older one never replaces a newer one, nor what that has left.
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
  readonly what: 'go on' | 'write' | 'tell' | 'pass';
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
  readonly steps: readonly Step[];
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { arbitrary: fc.constant<Step['what']>('go on'), weight: 6 },
    { arbitrary: fc.constantFrom<Step['what'][]>('write', 'tell', 'pass', 'pass'), weight: 4 },
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
      entriesMax: fc.integer({ min: 1, max: 2 }),
      steps: fc.array(step, { minLength: 25, maxLength: 100, size: 'max' }),
    }),
    attempt: (drawn) => new Scene(drawn).play(),
    show: ({ leaseMs, entriesMax, steps }) => ({
      lines: [
        `leases of ${leaseMs} ms, room for ${entriesMax}`,
        ...steps.map(({ what, who, key, ms, through }) => {
          if (what === 'pass') return `${ms} ms pass`;
          const whose =
            what === 'write' || what === 'tell' ? (through ? 'the writer, through,' : 'the writer') : `reader ${who}`;
          return `${whose}: ${what} ${key}`;
        }),
      ],
    }),
  };
}

/** What somebody who fills has in hand. */
interface Hand {
  token?: number;
  read?: { readonly version: number; readonly asOf: number };
}

/** A cache, a database that is no more than the position of the last write of each key, and those in between. */
class Scene {
  private readonly now = { nowMs: 1_000, wallMs: 0 };
  private readonly store: CacheStore;
  private position = 0;
  private readonly written = new Map<string, number>();
  /** Writes of which the cache has not been told. */
  private readonly untold = new Map<string, number[]>();
  /** What the cache has been told is the newest at least. */
  private readonly told = new Map<string, number>();
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
        const version = ++this.position;
        this.written.set(key, version);
        this.untold.set(key, [...(this.untold.get(key) ?? []), version]);
        return;
      }
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
    else hand.read = { version: this.written.get(key) ?? 0, asOf: this.position };
  }

  private ask(key: string, hand: Hand): void {
    const answer = this.say({ kind: 'cache.get', key, lease: true });
    if (answer.kind !== 'cache.missing' || answer.token === undefined) return;
    const before = this.rightAtMs.get(key);
    if (before !== undefined && this.now.nowMs < before + this.drawn.leaseMs) {
      throw new Violation('two rights at once', `${key} may be filled by two, ${this.now.nowMs - before} ms apart`);
    }
    this.rightAtMs.set(key, this.now.nowMs);
    hand.token = answer.token;
  }

  private fill(key: string, token: number | undefined, { version, asOf }: Required<Hand>['read']): void {
    const value = String(version);
    if (this.drawn.by === 'versions')
      this.count(this.say({ kind: 'cache.set', key, value, seconds: 0, version, asOf }));
    else if (token !== undefined) this.count(this.say({ kind: 'cache.set', key, value, seconds: 0, token }));
  }

  /** One of the writes of which the cache knows nothing yet, in whatever order they come. */
  private tell(key: string, which: number, through: boolean): void {
    const untold = this.untold.get(key) ?? [];
    const [version] = untold.splice(which % Math.max(1, untold.length), 1);
    if (version === undefined) return;
    if (this.drawn.by === 'leases') this.say({ kind: 'cache.delete', key });
    else if (through) this.say({ kind: 'cache.set', key, value: String(version), seconds: 0, version });
    else this.say({ kind: 'cache.delete', key, version });
    this.told.set(key, Math.max(version, this.told.get(key) ?? 0));
  }

  private say(body: CacheRequest): CacheAnswer {
    return this.store.answer(body);
  }

  private count({ kind }: CacheAnswer): void {
    if (kind === 'cache.stored') this.filled++;
  }

  private demandFresh(key: string): void {
    const answer = this.say({ kind: 'cache.get', key });
    const told = this.told.get(key) ?? 0;
    if (!cacheValue.accepts(answer) || Number(answer.value) >= told) return;
    throw new Violation('stale', `the cache has write ${answer.value} under ${key}, and was told of write ${told}`);
  }
}
