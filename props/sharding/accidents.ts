/**
 * Accidents that befall those whom a move concerns: the copies of each shard, whoever conducts the move, the routers, and
 * the links between them.
 */
import type fc from 'fast-check';
import type { Topology } from '../../src/kernel/topology';
import { type Accident, type AccidentKind, accidents, siteTargets } from '../../src/testing/schedule';

/** Accidents begin before that and are over so much later. */
export const lengthMs = 5_000;
export const longestMs = 2_500;

const kinds: readonly AccidentKind[] = [
  'kill',
  'kill',
  'pause',
  'kill-box',
  'kill-host',
  'partition',
  'one-way',
  'isolate',
  'slow',
  'drop',
  'hold',
  'slow-disk',
  'torn-disk',
  'failing-disk',
  'halves',
];

/** A schedule for one site. Moves begin a second or so after the site does. */
export function shardingAccidents(topology: Topology): fc.Arbitrary<readonly Accident[]> {
  const ofKind = (kind: string): readonly string[] =>
    topology.nodes.flatMap((node) => (node.kind === kind ? [node.id] : []));
  const copies = ofKind('db');
  const struck = [...copies, ...ofKind('placement'), ...ofKind('placement'), ...ofKind('router')];
  const boxes = topology.nodes.filter(({ id }) => struck.includes(id)).map(({ box }) => box);
  const targets = siteTargets(topology, {
    nodes: struck,
    boxes,
    hosts: [1, 2, 3],
    disks: [...copies, ...ofKind('placement')],
    linked: struck,
  });
  return accidents(topology, { firstMs: 500, lengthMs, longestMs, accidentsMax: 6, kinds }, targets);
}
