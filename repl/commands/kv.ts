/** Says something to the key-value store. */
import type { KvRequest } from '../../src/protocols/kv';
import { keyValues } from '../render/items';
import { command, type Shown } from '../shell/command';
import { demandOptionsFit, itemOptions, optionsFor, version } from '../shell/item-options';
import { type KvOrder, kvOrder } from '../shell/item-orders';
import { anyText, count, duration } from '../shell/kinds';
import { option } from '../shell/options';

export const kv = command({
  name: 'kv',
  group: 'data',
  summary: 'say something to the key-value store: get, put, cas (compare and set), delete, scan',
  examples: [
    { line: 'kv put user:12 {"name": "Ada"}', text: 'any JSON; what is none is a text' },
    { line: 'kv put session:7 abc --ttl 30s', text: 'is over in half a minute' },
    { line: 'kv get user:12', text: 'with its version' },
    {
      line: 'kv cas user:12 7 {"name": "Ada L."}',
      text: 'only if it still has version 7; 0: only if there is nothing',
    },
    { line: 'kv scan user: --limit 5', text: 'all keys that begin so, in their order' },
  ],
  params: { order: kvOrder },
  options: {
    ...itemOptions,
    ttl: option('--ttl <duration>', duration, 'put, cas: how long it lasts; by default for ever'),
    expected: option('--expected <version>', version, 'put, delete: only if it still has this version'),
    after: option('--after <key>', anyText, 'scan: what comes behind this key'),
    limit: option('--limit <count>', count, 'scan: so many at most, by default 20'),
  },
  returns: 'any',
  acts: true,
  run: async ({ order, ttl, expected, after, limit, ...how }, { world }): Promise<Shown> => {
    demandOptionsFit(order.verb, { ttl, expected, after, limit, fresh: how.fresh }, takers);
    const said = await world.kv(requestOf(order, { ttl, expected, after, limit }), optionsFor(how));
    const failed = said.kind === 'kv.failure' || said.kind === 'kv.unknown';
    return { value: said, text: (look) => keyValues(said, look), ...(failed ? { exitCode: 1 } : {}) };
  },
});

const takers = {
  ttl: ['put', 'cas'],
  expected: ['put', 'delete'],
  after: ['scan'],
  limit: ['scan'],
  fresh: ['get', 'scan'],
} as const;

interface Given {
  readonly ttl: number | undefined;
  readonly expected: number | undefined;
  readonly after: string | undefined;
  readonly limit: number | undefined;
}

function requestOf(order: KvOrder, { ttl, expected, after, limit = 20 }: Given): KvRequest {
  const lasts = ttl === undefined ? {} : { ttlMs: Math.max(1, Math.round(ttl)) };
  const only = expected === undefined ? {} : { expected };
  switch (order.verb) {
    case 'get':
      return { kind: 'kv.get', key: order.key };
    case 'delete':
      return { kind: 'kv.delete', key: order.key, ...only };
    case 'put':
      return { kind: 'kv.put', key: order.key, value: order.value, ...lasts, ...only };
    case 'cas':
      return { kind: 'kv.put', key: order.key, value: order.value, ...lasts, expected: order.expected };
    case 'scan':
      return { kind: 'kv.scan', prefix: order.prefix, limit, ...(after === undefined ? {} : { after }) };
  }
}
