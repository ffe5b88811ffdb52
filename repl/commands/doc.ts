/** Says something to the document store. */
import type { DocRequest } from '../../src/protocols/doc';
import { documents } from '../render/items';
import { command, type Shown } from '../shell/command';
import { demandOptionsFit, itemOptions, optionsFor, version } from '../shell/item-options';
import { type DocOrder, docOrder } from '../shell/item-orders';
import { anyText, count } from '../shell/kinds';
import { flag, option } from '../shell/options';

export const doc = command({
  name: 'doc',
  group: 'data',
  summary: 'say something to the document store: get, put, patch, delete, find, index',
  examples: [
    { line: 'doc put users/12 {"name": "Ada", "address": {"city": "Oslo"}}', text: 'no two need look alike' },
    { line: 'doc patch users/12 {"age": 36, "address": {"city": null}}', text: 'what is null goes (RFC 7396)' },
    { line: 'doc find users address.city = "Oslo" age >= 30', text: 'and how many had to be looked at for it' },
    { line: 'doc index users address.city', text: 'from then on by the index; --drop keeps it no more' },
  ],
  params: { order: docOrder },
  options: {
    ...itemOptions,
    expected: option('--expected <version>', version, 'put, patch, delete: only if it still has this version'),
    after: option('--after <id>', anyText, 'find: what comes behind this id'),
    limit: option('--limit <count>', count, 'find: so many at most, by default 20'),
    drop: flag('--drop', 'index: keep it no more'),
  },
  returns: 'any',
  acts: true,
  run: async ({ order, expected, after, limit, drop, ...how }, { world }): Promise<Shown> => {
    demandOptionsFit(order.verb, { expected, after, limit, drop, fresh: how.fresh }, takers);
    const said = await world.doc(requestOf(order, { expected, after, limit, drop }), optionsFor(how));
    const failed = said.kind === 'doc.failure' || said.kind === 'doc.unknown';
    return { value: said, text: (look) => documents(said, look), ...(failed ? { exitCode: 1 } : {}) };
  },
});

const takers = {
  expected: ['put', 'patch', 'delete'],
  after: ['find'],
  limit: ['find'],
  drop: ['index'],
  fresh: ['get', 'find'],
} as const;

interface Given {
  readonly expected: number | undefined;
  readonly after: string | undefined;
  readonly limit: number | undefined;
  readonly drop: boolean | undefined;
}

function requestOf(order: DocOrder, { expected, after, limit = 20, drop }: Given): DocRequest {
  const only = expected === undefined ? {} : { expected };
  const { collection } = order;
  switch (order.verb) {
    case 'get':
      return { kind: 'doc.get', collection, id: order.id };
    case 'delete':
      return { kind: 'doc.delete', collection, id: order.id, ...only };
    case 'put':
      return { kind: 'doc.put', collection, id: order.id, document: order.document, ...only };
    case 'patch':
      return { kind: 'doc.patch', collection, id: order.id, patch: order.document, ...only };
    case 'find': {
      const where = [...order.where];
      return { kind: 'doc.find', collection, where, limit, ...(after === undefined ? {} : { after }) };
    }
    case 'index':
      return { kind: 'doc.index', collection, path: order.path, keep: drop !== true };
  }
}
