import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeSpec, Topology } from '../../kernel/topology';
import { Placement } from './placement';

function copies(pools: readonly string[], each: number): Topology {
  const nodes = pools.flatMap((pool) =>
    Array.from({ length: each }, (_, number): NodeSpec => {
      const id = `${pool}-${number + 1}`;
      return { id, kind: 'db', pool, box: `box-${id}`, restart: 'always' };
    }),
  );
  const size = { cpus: 1, memoryMb: 64, diskMb: 64 };
  const boxes = nodes.map(({ box }) => ({
    id: box,
    region: 'main',
    zone: 'site' as const,
    ...size,
    privateAddress: box,
  }));
  return { boxes, nodes };
}

test('the copies of one pool go to different hosts, and hosts carry equally much', () => {
  const pools = ['shard-1', 'shard-2', 'shard-3', 'shard-4'];
  const topology = copies(pools, 3);
  const placement = new Placement(4);
  placement.settle(topology);
  for (const wanted of pools) {
    const hosts = topology.nodes.flatMap(({ pool, box }) => (pool === wanted ? [placement.hostOf(box)] : []));
    assert.equal(new Set(hosts).size, 3, `${wanted}: ${hosts}`);
  }
  assert.deepEqual(
    [1, 2, 3, 4].map((host) => placement.on(host).length),
    [3, 3, 3, 3],
  );
});

test('a copy that comes late goes where none of its pool is, though there is more of its kind', () => {
  const before = copies(['shard-1'], 1);
  const placement = new Placement(2);
  placement.settle(before);
  const others = copies(['shard-2'], 5);
  const more = (pool: Topology): Topology => ({
    boxes: [...before.boxes, ...pool.boxes],
    nodes: [...before.nodes, ...pool.nodes],
  });
  placement.settle(more(others));
  const late = copies(['shard-1'], 2);
  placement.settle({ boxes: [...others.boxes, ...late.boxes], nodes: [...others.nodes, ...late.nodes] });
  assert.notEqual(placement.hostOf('box-shard-1-1'), placement.hostOf('box-shard-1-2'));
});
