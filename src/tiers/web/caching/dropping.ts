/** After a write: drops the rows that it changed from every server that may hold them. */
import { lineageOf } from '../../../protocols/cached-row';
import type { CacheServers } from './servers';
import type { Write } from './strategy';

/**
 * @param then once every holder has answered or was silent for as long as a server may be. Nobody waits for one that counts
 * as dead: that one is told before it is read from again.
 */
export function dropChanged(servers: CacheServers, write: Write, then: () => void): void {
  const version = write.result === undefined ? {} : lineageOf(write.result);
  let open = 1;
  const told = (): void => {
    if (--open === 0) then();
  };
  for (const key of write.keys) {
    for (const server of servers.holdersOf(key)) {
      const isAwaited = servers.isHealthy(server);
      if (isAwaited) open++;
      servers.drop(server, { kind: 'cache.delete', key, ...version }, isAwaited ? told : unheard);
    }
  }
  told();
}

function unheard(): void {}
