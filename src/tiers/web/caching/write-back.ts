/**
 * Who changes a row writes it to the cache server that has the key, and that one brings it into the database later, together
 * with what was written to the row until then; who misses reads the database and fills, as in cache-aside.
 *
 * It keeps: of the writes that were acknowledged those are lost that a server held when it died and that it had not brought
 * into the database, and those that it could not bring there, because somebody else had written the row meanwhile. All of
 * them are reported: a peer had noted each before it was acknowledged. What is reported beside those was on its way.
 *
 * A read that the home of the key answers shows every write that was acknowledged; lists, joins and rows whose home is dead
 * come from the database and may be older. Writes go to the database too while a home is dead, and whatever is more than a
 * change of one row always does: then what the cache holds of these rows goes there first.
 */
import { isExpired } from '../../../kernel/asks';
import type { NodeId } from '../../../kernel/envelope';
import type { CachingStanding } from '../../../protocols/strategy';
import { dropChanged } from './dropping';
import { CachedRead, type Question, type Whereabouts } from './read';
import type { Reading, Strategy, StrategyMeans, Write, Writing } from './strategy';
import { BehindWrite } from './writing';

/** So much of the time that is left what the cache holds has to reach the database before something else is written there. */
const settleShare = 0.5;

/** As in cache-aside, but of the one server that has all writes of the key. */
const asking: Question = ({ key }, _place, { leases, cacheMs }, leftMs) => ({
  body: { kind: 'cache.get', key, home: true, ...(leases === 'on' ? { lease: true } : {}) },
  budgetMs: Math.min(cacheMs, leftMs),
});

export class WriteBack implements Strategy {
  private readonly noted = new Map<NodeId, CachingStanding['ledgers'][number]>();
  private readonly places: Whereabouts;

  constructor(private readonly means: StrategyMeans) {
    const { servers } = means;
    this.places = {
      placeOf: (key) => {
        const server = servers.livingHomeOf(key);
        return server === undefined ? undefined : { server, isGutter: false };
      },
      standInFor: () => undefined,
      answered: (server) => servers.answered(server),
      silent: (server, problem) => servers.silent(server, problem),
      refused: (server) => servers.refused(server),
    };
  }

  /** What is written here the database does not have: even who wants the newest has to ask. */
  serves(): boolean {
    return true;
  }

  read(reading: Reading): void {
    new CachedRead(this.means, asking, reading, this.places).begin();
  }

  write(writing: Writing): void {
    new BehindWrite(this.means, writing, (noted) => this.noted.set(noted.server, noted)).begin();
  }

  before(keys: readonly string[], untilMs: number, then: () => void): void {
    const { servers, turn, settings } = this.means;
    let open = 1;
    const settled = (): void => {
      if (--open === 0) then();
    };
    const settle = (home: NodeId, key: string): void => {
      open++;
      // One that is silent may live all the same; one that is dead says so at once, or its machine does.
      const leftMs = (untilMs - turn.nowMs) * settleShare;
      const budgetMs = servers.isHealthy(home) ? leftMs : Math.min(leftMs, settings().cacheMs);
      turn.ask(home, { kind: 'cache.settle', key }, budgetMs, (answer) => {
        if (isExpired(answer)) servers.silent(home, 'no answer');
        settled();
      });
    };
    for (const key of keys) for (const home of servers.homesOf(key)) settle(home, key);
    settled();
  }

  wrote(write: Write, then: () => void): void {
    dropChanged(this.means.servers, write, then);
  }

  get ledgers(): CachingStanding['ledgers'] {
    return [...this.noted.values()];
  }
}
