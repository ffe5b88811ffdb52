/**
 * Rows under the agreed ring: this server gives out a row only while it can prove that nobody else does, and that every
 * write that was acknowledged has come by here or is known to the database by what it will be filled with.
 *
 * - Its lease on the ring runs for `servingMs` from when it asked for it, and the key is its own by that ring and by the
 *   change that is under way. Then no other server gives the key out (see `protocols/agreed-ring`).
 * - It begins with no rows, and when the ring changes keeps those alone that were its own by the ring before as well.
 *   Where it has missed a ring in between it keeps none: somebody else may have had the key, and acknowledged past it.
 * - From then on it takes nothing that may be older than the position at which it read that ring. All that was
 *   acknowledged under an earlier ring, by an earlier life of this server or by another one, lies below that; so a set
 *   that was long on its way, whoever it was meant for, brings nothing old back.
 * - Out of its lease, and still in the ring, it keeps what it has: whoever writes gets no answer that counts from it, and
 *   either sees in the database that the ring is the same, and that it therefore heard of the write in time, or goes on
 *   with another ring. Cut off from the database it thus gives out nothing and loses nothing.
 *
 * Two clocks are in it, this one's and that of whoever completes a change; both may be off by `clockDriftMax`. Where the
 * copies of the database can lose a tail of what they acknowledged, the ring can be lost with it, as any write. Keys that are
 * no rows, such as sessions, are none of its business.
 */

import { RingKeeper } from '../../consensus/agreed-ring/ring-keeper';
import { Copies } from '../../consensus/asking/copies';
import type { NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import { type AgreedRing, servingMs } from '../../protocols/agreed-ring';
import type { CacheAnswer, CacheDelete, CacheFailure, CacheGet, CacheRequest, CacheSet } from '../../protocols/cache';
import { isOfRows } from '../../protocols/cache-keys';
import type { AgreedRingStanding } from '../../protocols/strategy';
import type { CacheConfig, CacheIn, CacheOut, CacheTurn } from './settings';
import { type CacheStore, failure } from './store';

/** What is asked by an agreed ring. */
type Asked = (CacheGet | CacheSet | CacheDelete) & { readonly ring: number };

/** Who was left out comes back after so long, twice as long each time, unless it was in for long enough. */
const backMs = 1_000;
const backMaxMs = 30_000;

export class Serving {
  private readonly keeper: RingKeeper<CacheIn, CacheOut>;
  private isOn = false;
  private ring: AgreedRing | undefined;
  private untilMs = Number.NEGATIVE_INFINITY;
  private comesBackMs = 0;
  private backMs = backMs;
  private inSinceMs: number | undefined;

  constructor(
    private readonly turn: CacheTurn,
    private readonly store: CacheStore,
    private readonly live: Live<CacheConfig>,
  ) {
    const databases = new Copies(
      () => turn.node.members.now[live.now.databases] ?? nobody,
      () => live.now,
    );
    this.keeper = new RingKeeper(turn, databases, {
      isFollowed: () => this.isOn,
      told: (ring, sentMs) => this.told(ring, sentMs),
    });
    this.configure();
  }

  configure(): void {
    const isOn = this.live.now.serving === 'leased';
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    this.ring = undefined;
    this.inSinceMs = undefined;
    this.untilMs = Number.NEGATIVE_INFINITY;
    this.store.keepOnly((key) => !isOfRows(key));
    if (isOn) this.keeper.learn();
    else this.keeper.unwant(this.turn.node.self);
  }

  /** Whether a key is kept by the agreed ring. */
  isAgreed(key: string): boolean {
    return this.isOn && isOfRows(key);
  }

  /** The answer to a request, if the agreed ring has a say in it. */
  answer(body: CacheRequest): CacheAnswer | undefined {
    if (isAsked(body)) return this.answerAsked(body);
    // A row that somebody puts here by hand has no version by which it could be told from an older one.
    const puts = body.kind === 'cache.set' || body.kind === 'cache.add' || body.kind === 'cache.replace';
    if (!(puts || body.kind === 'cache.cas' || body.kind === 'cache.count') || !this.isAgreed(body.key))
      return undefined;
    return failure(body.key, 'ring', 'rows are kept here by an agreed ring: they come from the database alone');
  }

  /** The ring as it was last read, and for how long this server may still go by it. */
  view(): { readonly ring?: AgreedRingStanding; readonly ringLeaseMs?: number } {
    if (!this.isOn) return {};
    const ring = this.keeper.standing();
    const ringLeaseMs = Math.max(0, Math.round(this.untilMs - this.turn.nowMs));
    return ring === undefined ? {} : { ring, ringLeaseMs };
  }

  private answerAsked(body: Asked): CacheAnswer {
    const { ring, turn, store } = this;
    const { self } = turn.node;
    const { key } = body;
    if (ring !== undefined && body.ring > ring.epoch) this.keeper.learn();
    if (turn.nowMs < this.untilMs && ring?.serverOf(key) === self) {
      return isUnversioned(body) ? failure(key, 'older', 'it has no version') : store.answer(body);
    }
    if (ring?.homes.serverOf(key) !== self) return this.no(key, 'ring');
    if (isWrite(body)) store.answer(deleteOf(body));
    return this.no(key, 'lapsed');
  }

  private told(ring: AgreedRing, sentMs: number): void {
    if (!this.isOn) return;
    const { ring: before, turn, store } = this;
    if (ring.epoch !== before?.epoch) {
      const dropped = store.keepOnly((key) => !isOfRows(key) || this.stays(key, before, ring));
      store.raiseFloor(ring.position);
      this.note(before, ring, dropped);
    }
    this.ring = ring;
    this.untilMs = sentMs + servingMs;
    this.comeIn(ring, turn.nowMs);
  }

  /** Whether a row was its own by every ring since it was put here. */
  private stays(key: string, before: AgreedRing | undefined, ring: AgreedRing): boolean {
    const { self } = this.turn.node;
    if (before === undefined || ring.after !== before.epoch) return false;
    return before.homes.serverOf(key) === self && ring.homes.serverOf(key) === self;
  }

  /** Who is left out has been silent for somebody, and may be so again: it comes back after a while. */
  private comeIn(ring: AgreedRing, nowMs: number): void {
    const { self } = this.turn.node;
    if (ring.servers.some(({ id }) => id === self)) {
      this.inSinceMs ??= nowMs;
      return;
    }
    if (this.inSinceMs !== undefined) {
      if (nowMs - this.inSinceMs >= backMaxMs) this.backMs = backMs;
      this.inSinceMs = undefined;
      this.comesBackMs = nowMs + this.backMs;
      this.backMs = Math.min(backMaxMs, this.backMs * 2);
    }
    if (nowMs >= this.comesBackMs && !ring.keeps(self)) this.keeper.want(self, 'in');
  }

  private note(before: AgreedRing | undefined, { epoch, servers }: AgreedRing, dropped: number): void {
    if (before === undefined) return;
    const who = servers.map(({ id }) => id).join(', ') || 'nobody';
    this.turn.node.report.act(
      `go by ring ${epoch}`,
      `agreed on ${who}; ${dropped} rows that are not its own were dropped`,
    );
  }

  private no(key: string, because: 'ring' | 'lapsed'): CacheFailure {
    const ring = this.ring?.epoch;
    return { ...failure(key, because), ...(ring === undefined ? {} : { ring }) };
  }
}

function isAsked(body: CacheRequest): body is Asked {
  return (
    (body.kind === 'cache.get' || body.kind === 'cache.set' || body.kind === 'cache.delete') && body.ring !== undefined
  );
}

/** A write, as against a fill: that one has the right to do so, or it is nothing. */
function isWrite(body: Asked): body is Asked & (CacheSet | CacheDelete) {
  return body.kind === 'cache.delete' || (body.kind === 'cache.set' && body.token === undefined);
}

function isUnversioned(body: Asked): boolean {
  return body.kind === 'cache.set' && body.version === undefined;
}

function deleteOf({ key, version }: CacheSet | CacheDelete): CacheDelete {
  return { kind: 'cache.delete', key, ...(version === undefined ? {} : { version }) };
}

const nobody: readonly NodeId[] = [];
