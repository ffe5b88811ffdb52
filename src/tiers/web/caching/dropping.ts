/** After a write: drops the rows that it changed from every server that may hold them. */
import { lineageOf } from '../../../protocols/cached-row';
import type { CacheServers } from './servers';
import type { Write } from './strategy';

/**
 * @param keepMs for so long what is dropped may still be shown to those for whom it will do.
 * @param then once every holder has answered or was silent for as long as a server may be. Nobody waits for one that counts
 * as dead: that one is told before it is read from again.
 */
export function dropChanged(servers: CacheServers, write: Write, keepMs: number, then: () => void): void {
  const version = write.result === undefined ? {} : lineageOf(write.result);
  const kept = keepMs > 0 ? { keepMs } : {};
  let open = 1;
  const told = (): void => {
    if (--open === 0) then();
  };
  for (const key of write.keys) {
    for (const server of servers.holdersOf(key)) {
      const isAwaited = servers.isHealthy(server);
      if (isAwaited) open++;
      servers.drop(server, { kind: 'cache.delete', key, ...version, ...kept }, isAwaited ? told : unheard);
    }
  }
  told();
}

function unheard(): void {}
