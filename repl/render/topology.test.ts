import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import { machine } from '../../src/kernel/machine';
import { parseConfig, Type } from '../../src/kernel/schema';
import { freeService } from '../../src/kernel/service';
import { type AnyTier, tier, type Upstream } from '../../src/kernel/tier';
import type { Topology } from '../../src/kernel/topology';
import { census, lines, topology } from './fixtures';
import { callsOf, topologyMap } from './topology';

const calls = new Map([
  ['app-1', ['dns-1']],
  ['lb-1', ['web-1', 'web-2']],
  ['web-1', ['db-1']],
  ['web-2', ['db-1']],
]);

test('the way of a request, then the regions', () => {
  const expected = lines(
    'app-1 → lb-1 (203.0.113.10) → web-1, web-2 (dead) → db-1',
    '',
    'the internet, region main',
    '├── phone  192.0.2.1   2 CPUs  app-1 client → dns-1',
    '└── names  192.0.2.53  2 CPUs  dns-1',
    '',
    'the site, region main',
    '├── box-1  public 203.0.113.10  2 CPUs  lb-1 → web-1, web-2 (dead)',
    '├── box-2  10.0.0.2             2 CPUs  web-1 → db-1',
    '├── box-3  10.0.0.3             2 CPUs  web-2 (dead) → db-1',
    '└── box-4  10.0.0.4             8 CPUs  db-1 database',
    '',
    'public addresses can be reached from the internet, all others only from inside',
  );
  assert.equal(topologyMap({ topology, calls, census }, plain), expected);
});

test('without a census nobody is dead', () => {
  assert.doesNotMatch(topologyMap({ topology, calls }, plain), /dead/);
});

test('several nodes on one box stand under each other', () => {
  const boxes = topology.boxes.filter(({ id }) => id === 'box-1');
  const nodes = topology.nodes
    .filter(({ kind }) => kind === 'web' || kind === 'database')
    .map((node) => ({ ...node, box: 'box-1' }));
  const text = topologyMap({ topology: { boxes, nodes }, calls }, plain);
  const expected = lines(
    'the internet → web-1, web-2 (203.0.113.10) → db-1',
    '',
    'the site, region main',
    '└── box-1  public 203.0.113.10  2 CPUs  web-1 → db-1',
    '                                        db-1 database',
    '                                        web-2 → db-1',
  );
  assert.ok(text.startsWith(expected), text);
});

test('many are counted, and every width is kept', () => {
  const webs = Array.from({ length: 30 }, (_, at) => ({
    id: `web-${at + 1}`,
    kind: 'web',
    box: 'box-2',
    restart: 'always' as const,
  }));
  const site = {
    topology: { ...topology, nodes: [...topology.nodes.filter(({ kind }) => kind !== 'web'), ...webs] },
    calls: new Map([
      ['lb-1', webs.map(({ id }) => id)],
      ['web-1', ['db-1', '192.0.2.99:80']],
    ]),
    census,
  };
  assert.match(topologyMap(site, plain), /^app-1, dns-1 → lb-1 \(203\.0\.113\.10\) → 30 × web → db-1\n/);
  for (const columns of [30, 56, 72, 80]) {
    for (const line of topologyMap(site, { ...plain, columns }).split('\n')) assert.ok(width(line) <= columns, line);
  }
});

test('an empty one', () =>
  assert.equal(topologyMap({ topology: { boxes: [], nodes: [] }, calls }, plain), 'an empty data centre'));

function caller(kind: string, upstreams: readonly Upstream[]): AnyTier {
  return tier({
    kind,
    summary: kind,
    port: 80,
    defaults: {},
    parse: parseConfig(Type.Object({}), {}),
    accepts: [],
    upstreams: () => upstreams,
    service: () => freeService,
    behave: () =>
      machine(
        () => undefined,
        () => undefined,
      ),
  });
}

test('who calls whom follows from pools and addresses', () => {
  const tiers = new Map(
    [
      caller('client', [{ address: '192.0.2.53:80' }, { address: '192.0.2.99:80' }]),
      caller('dns', []),
      caller('lb', [{ pool: 'web' }, { pool: 'cache', optional: true }]),
      caller('web', [{ pool: 'database' }]),
    ].map((one) => [one.kind, one]),
  );
  const odd: Topology = {
    ...topology,
    nodes: [...topology.nodes, { id: 'web-3', kind: 'web', box: 'box-2', config: 7, restart: 'never' }],
  };
  const found = callsOf(odd, tiers);
  assert.deepEqual(found.get('app-1'), ['dns-1', '192.0.2.99:80']);
  assert.deepEqual(found.get('lb-1'), ['web-1', 'web-2', 'web-3']);
  assert.deepEqual(found.get('web-1'), ['db-1']);
  assert.deepEqual(found.get('web-3'), []);
});
