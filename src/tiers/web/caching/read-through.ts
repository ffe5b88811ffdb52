/**
 * The cache itself reads the database for what it has not; who writes tells it nothing.
 *
 * It keeps what write-around keeps without the fill: a cache server counts the time from when it asked the database, whose
 * primary answers. Who asks for a row while it is on its way shares it, so that however many web servers want a row, each
 * cache server asks for it once at a time; what they are shown is older than that at most by the time that it was on its way.
 */
import { CachedRead, type Question, secondsOn } from './read';
import type { Reading, Strategy, StrategyMeans, Write } from './strategy';

/** So much of the time a cache server gets that may have to ask the database, which then may have to be given up. */
const loadShare = 0.5;

const loading: Question = ({ key, question: { statement, parameters } }, place, settings, leftMs) => ({
  body: { kind: 'cache.load', key, statement, parameters, seconds: secondsOn(place, settings) },
  budgetMs: leftMs * loadShare,
});

export class ReadThrough implements Strategy {
  constructor(private readonly means: StrategyMeans) {}

  read(reading: Reading): void {
    new CachedRead(this.means, loading, reading).begin();
  }

  wrote(_write: Write, then: () => void): void {
    then();
  }
}
