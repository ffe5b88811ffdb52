/**
 * What a cache said: one line for a key, a table for what the servers counted.
 */
import { type Look, page, palette } from '../../src/drawing/look';
import { count, percent } from '../../src/drawing/numbers';
import type { CacheSaid, CacheStats, OfServer } from '../../src/world/cache-operator';
import { type Column, table } from './table';

/** The value as it stands, so that it can be copied; what else there is to say is quiet, and in front of nothing. */
export function cached(said: CacheSaid, look: Look): string {
  const { quiet, warn } = palette(look);
  switch (said.kind) {
    case 'cache.value': {
      const { value, version, flags, cas, by } = said;
      const facts = [
        `from ${by}`,
        `cas ${cas}`,
        ...(version === undefined ? [] : [`made from write ${version}`]),
        ...(flags === undefined ? [] : [`flags ${flags}`]),
      ];
      return page([value, quiet(facts.join(', '))], look);
    }
    case 'cache.missing':
      return page([missingText(said)], look);
    case 'cache.stored':
      return `${said.key} is kept by ${said.by}`;
    case 'cache.counted':
      return said.value;
    case 'cache.touched':
      return `${said.key} has another end`;
    case 'cache.deleted':
      return said.dropped ? `${said.key} was dropped by ${said.by}` : `there was nothing to drop under ${said.key}`;
    case 'cache.failure':
      return page([warn(`not done: ${said.reason}`)], look);
    default:
      return said.kind;
  }
}

function missingText({ key, by, token, waitMs }: Extract<CacheSaid, { kind: 'cache.missing' }>): string {
  const nothing = `${by} has nothing under ${key}`;
  if (token !== undefined) return `${nothing}; you may fill it: --token ${token}`;
  return waitMs === undefined
    ? nothing
    : `${nothing}; somebody else may fill it, ask again within ${Math.ceil(waitMs)} ms`;
}

const markedColumn: Column<CacheStats> = {
  title: 'marked',
  cell: ({ markedStale }) => count(markedStale),
  align: 'right',
};

export function cacheStats(servers: readonly OfServer<CacheStats>[], look: Look): string {
  const { bad, name } = palette(look);
  const there = servers.filter((server): server is { readonly node: string } & CacheStats => !('reason' in server));
  const figures = table(
    there,
    [
      { title: 'server', cell: ({ node }) => node, paint: name },
      { title: 'policy', cell: ({ policy }) => policy, keep: 2 },
      { title: 'entries', cell: ({ entries }) => count(entries), align: 'right' },
      { title: 'bytes', cell: ({ bytes }) => count(bytes), align: 'right', keep: 3 },
      { title: 'hits', cell: ({ hits }) => count(hits), align: 'right' },
      { title: 'misses', cell: ({ misses }) => count(misses), align: 'right' },
      { title: 'ratio', cell: ({ hitRatio }) => (hitRatio === undefined ? '-' : percent(hitRatio)), align: 'right' },
      { title: 'evicted', cell: ({ evictions }) => count(evictions), align: 'right', keep: 5 },
      { title: 'expired', cell: ({ expirations }) => count(expirations), align: 'right', keep: 4 },
      ...(there.some(({ markedStale }) => markedStale > 0) ? [markedColumn] : []),
      { title: 'leases', cell: ({ leases }) => count(leases), align: 'right', keep: 1 },
      {
        title: 'stale',
        cell: ({ staleServed }) => count(staleServed),
        align: 'right',
        paint: (text, { staleServed }) => (staleServed > 0 ? bad(text) : text),
      },
    ],
    look,
  );
  const absent = servers.flatMap((server) => ('reason' in server ? [bad(server.reason)] : []));
  return [...(there.length === 0 ? [] : [figures]), ...absent.map((line) => page([line], look))].join('\n');
}
