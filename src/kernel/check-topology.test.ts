import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTopology } from './check-topology';
import { freeService } from './service';
import type { ConfiguredTier, Upstream } from './tier';
import type { BoxSpec, NodeSpec, Topology } from './topology';

const ports: Readonly<Record<string, number>> = { web: 80, db: 5432, client: 1 };

/** The config of a node here is simply its upstreams. */
function configure(kind: string, config: unknown): ConfiguredTier {
  const upstreams = (config ?? []) as readonly Upstream[];
  const behave = (): never => assert.fail('a check starts nothing');
  const refuseChange = (): void => undefined;
  return { kind, port: ports[kind] ?? 0, accepts: [], config, upstreams, service: freeService, refuseChange, behave };
}

function box(number: number, more: Partial<BoxSpec> = {}): BoxSpec {
  const size = { cpus: 1, memoryMb: 64, diskMb: 64 };
  return { id: `box-${number}`, region: 'main', zone: 'site', ...size, privateAddress: `10.0.0.${number}`, ...more };
}

function node(id: string, on: number, upstreams?: readonly Upstream[]): NodeSpec {
  return { id, kind: id.split('-')[0] ?? '', box: `box-${on}`, config: upstreams, restart: 'never' };
}

const sound: Topology = {
  boxes: [box(1), box(2, { publicAddress: '203.0.113.2' }), box(3)],
  nodes: [
    node('db-1', 1),
    node('web-1', 2, [{ pool: 'db' }]),
    node('web-2', 3, [{ address: '10.0.0.1:5432' }, { pool: 'cache', optional: true }]),
    node('client-1', 3, [{ address: '203.0.113.2:80' }, { address: 'web-1' }]),
    node('peer-1', 1, [{ peers: 'peer' }, { peers: 'nobody' }]),
  ],
};

test('a sound topology gives the checked tier of each node; peers may be of its own kind, or none', () => {
  assert.deepEqual([...checkTopology(sound, configure).keys()], ['db-1', 'web-1', 'web-2', 'client-1', 'peer-1']);
});

test('a wildcard is served by any pool that begins so', () => {
  const nodes = [{ ...node('db-1', 1), pool: 'shard-1' }, node('web-1', 2, [{ pool: 'shard-*' }])];
  assert.equal(checkTopology({ boxes: sound.boxes, nodes }, configure).size, 2);
});

const { boxes, nodes } = sound;
const refused: Readonly<Record<string, Topology>> = {
  'node db-1 is there twice; each needs a name of its own': { boxes, nodes: [...nodes, node('db-1', 3)] },
  'box box-1 is there twice; each needs a name of its own': { boxes: [...boxes, box(1)], nodes },
  'address 10.0.0.1 is there twice; each needs a name of its own': {
    boxes: [...boxes, box(4, { privateAddress: '10.0.0.1' })],
    nodes,
  },
  'box box-4: cpus must be a whole number above 0, not 0.5': { boxes: [...boxes, box(4, { cpus: 0.5 })], nodes },
  'node web-3: there is no box box-9 (boxes: box-1, box-2, box-3)': { boxes, nodes: [...nodes, node('web-3', 9)] },
  'web-3 and web-1 would both listen on box-2:80': { boxes, nodes: [...nodes, node('web-3', 2)] },
  'node web-3: needs a cache node, and there is none': { boxes, nodes: [node('web-3', 1, [{ pool: 'cache' }])] },
  'node web-3: needs a shard-* node, and there is none': {
    boxes,
    nodes: [node('db-1', 1), node('web-3', 1, [{ pool: 'shard-*' }])],
  },
  'pool shard-1 is of one tier: db-1 is a db and web-1 a web': {
    boxes,
    nodes: [node('db-1', 1), node('web-1', 2)].map((each) => ({ ...each, pool: 'shard-1' })),
  },
  'pool db is of one tier: web-1 is a web and db-1 a db': {
    boxes,
    nodes: [{ ...node('web-1', 2), pool: 'db' }, node('db-1', 1)],
  },
  'node db-1: "shard-*" is no name for a pool: letters, digits and dashes': {
    boxes,
    nodes: [{ ...node('db-1', 1), pool: 'shard-*' }],
  },
  'node client-9: nobody listens at 10.0.0.1:81': {
    boxes,
    nodes: [node('db-1', 1), node('client-9', 2, [{ address: '10.0.0.1:81' }])],
  },
  'request upstreams form a circle: web-1 -> db-1 -> web-1; a request could wait for itself': {
    boxes,
    nodes: [node('web-1', 1, [{ pool: 'db' }]), node('db-1', 2, [{ address: 'web-1' }])],
  },
};
for (const [reason, topology] of Object.entries(refused)) {
  test(`refused: ${reason}`, () => {
    assert.throws(() => checkTopology(topology, configure), { name: 'TopologyError', message: reason });
  });
}

test('ten thousand nodes are checked in less than a hundred look-ups each', () => {
  let reads = 0;
  const counted = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, key, receiver): unknown {
        reads++;
        return Reflect.get(target, key, receiver);
      },
    });
  const count = 10_000;
  const numbers = Array.from({ length: count }, (_, place) => place + 1);
  checkTopology(
    {
      boxes: numbers.map((number) => counted(box(number, { privateAddress: `address-${number}` }))),
      nodes: numbers.map((number) =>
        counted(number === 1 ? node('db-1', 1) : node(`web-${number}`, number, [{ pool: 'db' }, { address: 'db-1' }])),
      ),
    },
    configure,
  );
  assert.ok(reads < 100 * count, `${reads} reads`);
});
