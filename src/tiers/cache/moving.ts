/**
 * When servers come or go, keys move: this server drops at once what is not its own any more, so that a key that comes back
 * later is not served from the copy of before. What was not its own before the change goes as well: somebody who had not
 * heard of the last change yet may have put it there. Rows under an agreed ring are not its business: see `serving`.
 */
import { distinctUntilChanged, map, pairwise, startWith, tap } from 'rxjs';
import type { NodeId } from '../../kernel/envelope';
import { CacheRing } from '../../protocols/cache-ring';
import type { CacheTurn } from './settings';
import type { CacheStore } from './store';

/** @param moved hears of each change. */
export function dropWhatMoves(
  turn: CacheTurn,
  store: CacheStore,
  isAgreed: (key: string) => boolean,
  moved: () => void,
): void {
  const { members, self, pool, report } = turn.node;
  const own = (): readonly NodeId[] => members.now[pool] ?? nobody;
  const rings = members.changes.pipe(
    map(own),
    startWith(own()),
    distinctUntilChanged((one, other) => one.join() === other.join()),
    map((servers) => new CacheRing(servers)),
    pairwise(),
    tap(([before, after]) => {
      const isMine = (key: string): boolean =>
        isAgreed(key) || (before.serverOf(key) === self && after.serverOf(key) === self);
      const dropped = store.keepOnly(isMine);
      report.act(`drop ${dropped} keys`, `the ring has ${after.servers.length} servers now, and they are not its own`);
      moved();
    }),
  );
  turn.during(rings);
}

const nobody: readonly NodeId[] = [];
