/** No cache: rows are read from whichever database is fresh enough. */
import { noteTime } from './counters';
import type { Reading, Strategy, StrategyMeans, Write } from './strategy';

export class NoCache implements Strategy {
  constructor(private readonly means: StrategyMeans) {}

  read(reading: Reading): void {
    const { counts, turn } = this.means;
    counts.reads++;
    counts.queries++;
    const sinceMs = turn.nowMs;
    reading.query('as-asked', (answer, database) => {
      noteTime(counts, turn.nowMs - sinceMs);
      reading.queried(answer, database);
    });
  }

  wrote(_write: Write, then: () => void): void {
    then();
  }
}
