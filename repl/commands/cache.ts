/** Says something to the cache servers. */
import type { CacheRequest } from '../../src/protocols/cache';
import type { CacheEmptied, KeyRequest } from '../../src/world/cache-operator';
import { cached, cacheStats } from '../render/cached';
import { type CacheOrder, cacheOrder } from '../shell/cache-order';
import { command, type Shown } from '../shell/command';
import { cacheServer, number, patience } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';

interface Given {
  readonly lease?: boolean | undefined;
  readonly token?: number | undefined;
  readonly version?: number | undefined;
  readonly asOf?: number | undefined;
  readonly flags?: number | undefined;
}

export const cache = command({
  name: 'cache',
  group: 'data',
  summary: 'say something to the cache: get, set, add, replace, cas, delete, incr, decr, touch, flush, stats',
  examples: [
    { line: `cache set greeting "good day" 60`, text: 'kept for a minute; 0, or nothing, is for ever' },
    { line: 'cache get greeting', text: 'from the server that has the key' },
    { line: 'cache get users:12 --lease', text: 'and if there is nothing, the right to fill it' },
    { line: 'cache incr visits 2', text: 'counts up what is a number' },
    { line: 'cache stats', text: 'hits, misses, evictions and bytes of every server' },
  ],
  params: { order: cacheOrder },
  options: {
    at: option('--at <server>', cacheServer, 'which server; by default the one that has the key, or all of them'),
    lease: flag('--lease', 'get: if there is nothing, ask for the right to fill it'),
    token: option('--token <number>', number, 'set: with the right to fill that get gave'),
    version: option('--version <number>', number, 'which write the value is made from; delete: drop what is older'),
    asOf: option('--as-of <number>', number, 'up to which write the value is known to be the newest'),
    flags: option('--flags <number>', number, 'a number that goes with the value'),
    timeout: option('--timeout <duration>', patience, 'how long to wait for an answer, by default 2s'),
  },
  returns: 'unknown',
  acts: true,
  run: async ({ order, at, timeout, ...given }, { world }): Promise<Shown> => {
    const options = { ...(at === undefined ? {} : { at }), ...(timeout === undefined ? {} : { timeout }) };
    if (order.verb === 'stats') {
      const servers = await world.cacheStats(options);
      return { value: servers, text: (look) => cacheStats(servers, look) };
    }
    if (order.verb === 'flush') {
      const servers = await world.cacheFlush(options);
      const texts = servers.map((one) => ('reason' in one ? one.reason : flushedText(one)));
      return { value: servers, text: () => texts.join('\n') };
    }
    const said = await world.cache(requestOf(order, given), options);
    return {
      value: said,
      text: (look) => cached(said, look),
      ...(said.kind === 'cache.failure' ? { exitCode: 1 } : {}),
    };
  },
});

function flushedText({ node, entries, kept }: { readonly node: string } & CacheEmptied): string {
  const dropped = `${node} dropped ${entries}`;
  return kept === undefined ? dropped : `${dropped}, and kept ${kept} that the database does not have yet`;
}

function requestOf(order: Exclude<CacheOrder, { verb: 'flush' | 'stats' }>, given: Given): KeyRequest {
  const { lease, token, version, asOf, flags } = given;
  demandFits(order.verb, given);
  const made = {
    ...(version === undefined ? {} : { version }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(flags === undefined ? {} : { flags }),
  };
  switch (order.verb) {
    case 'get':
      return { kind: 'cache.get', key: order.key, ...(lease === true ? { lease } : {}) };
    case 'delete':
      return { kind: 'cache.delete', key: order.key, ...(version === undefined ? {} : { version }) };
    case 'incr':
    case 'decr':
      return { kind: 'cache.count', key: order.key, way: order.verb === 'incr' ? 'up' : 'down', by: order.by };
    case 'touch':
      return { kind: 'cache.touch', key: order.key, seconds: order.seconds };
    case 'cas': {
      const { key, value, seconds, cas } = order;
      return { kind: 'cache.cas', key, value, seconds, cas, ...made };
    }
    default: {
      const { verb, key, value, seconds } = order;
      const written = { key, value, seconds, ...made };
      if (verb !== 'set') return { kind: `cache.${verb}`, ...written } satisfies CacheRequest;
      return { kind: 'cache.set', ...written, ...(token === undefined ? {} : { token }) };
    }
  }
}

const takers: Readonly<Record<keyof Given, readonly CacheOrder['verb'][]>> = {
  lease: ['get'],
  token: ['set'],
  version: ['set', 'add', 'replace', 'cas', 'delete'],
  asOf: ['set', 'add', 'replace', 'cas'],
  flags: ['set', 'add', 'replace', 'cas'],
};

/** An option that would do nothing is a mistake. */
function demandFits(verb: CacheOrder['verb'], given: Given): void {
  const options = {
    lease: given.lease,
    token: given.token,
    version: given.version,
    asOf: given.asOf,
    flags: given.flags,
  };
  for (const [name, value] of Object.entries(options)) {
    const verbs = Object.entries(takers).find(([taker]) => taker === name)?.[1] ?? [];
    if (value === undefined || verbs.includes(verb)) continue;
    throw new Mistake(`--${name === 'asOf' ? 'as-of' : name} is for ${verbs.join(', ')}; ${verb} has no use for it`);
  }
}
