/**
 * The reads of cache-aside; who writes tells the cache nothing.
 *
 * It keeps: a read is older than what it should be by at most `ttlMs` and the time that its fill took.
 */
import { CachedRead, getting } from './read';
import type { Reading, Strategy, StrategyMeans, Write } from './strategy';

export class WriteAround implements Strategy {
  constructor(private readonly means: StrategyMeans) {}

  read(reading: Reading): void {
    new CachedRead(this.means, getting, reading).begin();
  }

  wrote(_write: Write, then: () => void): void {
    then();
  }
}
