/**
 * Who writes puts the row into the cache, and is answered only then; who misses reads the database and fills, under a lease.
 *
 * It keeps: a read that begins after a write was acknowledged never shows what was there before it, whichever server dies,
 * hangs or is cut off. Of any row at most one server gives it out, as `tiers/cache/serving` says, and a write is acknowledged
 * when that one has heard of it, or can give nothing out any more that is older. So while a server dies, writes of its rows
 * wait until it is left out of the ring, and reads of them come from the database; nobody waits for a server that is out.
 *
 * It does not keep: that two reads agree which both begin before a write is acknowledged. A write whose web server dies in
 * between was not acknowledged, and what is cached stays as it was for up to `ttlMs`; the same holds of what is written past
 * the web servers.
 */
import type { CacheDelete, CacheSet } from '../../../protocols/cache';
import { encoded } from '../../../protocols/cached-row';
import { CachedRead, getting } from './read';
import { RingHomes } from './ring-homes';
import { Storing } from './storing';
import type { Reading, Strategy, StrategyMeans, Write } from './strategy';

export class WriteThrough implements Strategy {
  readonly homes: RingHomes;

  constructor(private readonly means: StrategyMeans) {
    this.homes = new RingHomes(means.turn, means.settings, means.databases);
  }

  read(reading: Reading): void {
    const read = new CachedRead(this.means, getting, reading, this.homes);
    if (this.homes.ring !== undefined) read.begin();
    else this.homes.keeper.learn(() => read.begin());
  }

  wrote(write: Write, then: (problem?: string) => void): void {
    const { result, keys } = write;
    if (result?.route !== undefined) return then('rows behind a router cannot be written through a cache');
    const orders = keys.map((key) => this.orderOf(key, write));
    // Nobody is told that it was done.
    if (result === undefined) {
      for (const order of orders) this.drop(order);
      return then();
    }
    const { turn, counts, settings } = this.means;
    const sinceMs = turn.nowMs;
    let open = 1;
    let problem: string | undefined;
    const end = (one?: string): void => {
      problem ??= one;
      if (--open > 0) return;
      counts.slowestWriteMs = Math.max(counts.slowestWriteMs, turn.nowMs - sinceMs);
      then(problem);
    };
    let isHeld = false;
    const held = (): void => {
      if (!isHeld) counts.heldWrites++;
      isHeld = true;
    };
    for (const order of orders) {
      open++;
      const options = { cacheMs: settings().cacheMs, untilMs: write.untilMs, over: end, held };
      new Storing(turn, this.homes, order, options).begin();
    }
    end();
  }

  private orderOf(key: string, { result, showsRow }: Write): CacheSet | CacheDelete {
    if (result === undefined) return { kind: 'cache.delete', key };
    const version = result.position;
    if (!showsRow) return { kind: 'cache.delete', key, version };
    return { kind: 'cache.set', key, value: encoded(result), version, seconds: this.means.settings().ttlMs / 1_000 };
  }

  private drop(order: CacheSet | CacheDelete): void {
    const place = this.homes.placeOf(order.key);
    if (place === undefined) return;
    const { turn, settings } = this.means;
    turn.ask(place.server, { ...order, ring: place.ring ?? 0 }, settings().cacheMs, () => undefined);
  }
}
