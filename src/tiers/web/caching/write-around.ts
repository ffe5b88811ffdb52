/**
 * The reads of cache-aside; who writes tells the cache nothing.
 *
 * It keeps: a read is older than what it should be by at most `ttlMs` and the time that its fill took, which is at most a
 * lease, since what comes later is refused. Fills come from the primary, so that lag of replicas adds nothing.
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
