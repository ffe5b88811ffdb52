/**
 * Who misses reads the database and fills, under a lease; who writes drops what was cached.
 *
 * It keeps: what a server gives out is never older than an invalidation that it has heard of, since a delete ends every
 * right to fill that was given before it and carries the position of the write, below which the server takes nothing any
 * more; and a row is filled from the primary alone. A write is acknowledged when every server that may hold the row, its
 * home and its gutter, has heard of it, or was silent for `cacheMs`; who was silent is told until it has heard, and not read
 * from before. Until then, and if the web server dies first, a read may be as old as `ttlMs`.
 *
 * With `staleMs` it keeps less: after a row was dropped nobody gets the right to fill it before the lease time is over, and
 * who comes meanwhile is not made to wait but shown what was dropped, for so long after the server has dropped it and no
 * longer ("Scaling Memcache at Facebook", 3.2.1). For rows that are written often and read by everybody.
 */
import { dropChanged } from './dropping';
import { CachedRead, gettingOrStale } from './read';
import type { Reading, Strategy, StrategyMeans, Write } from './strategy';

export class CacheAside implements Strategy {
  constructor(private readonly means: StrategyMeans) {}

  read(reading: Reading): void {
    new CachedRead(this.means, gettingOrStale, reading).begin();
  }

  wrote(write: Write, then: () => void): void {
    dropChanged(this.means.servers, write, then);
  }
}
