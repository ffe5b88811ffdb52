/**
 * Small data centres that several benchmarks run on: as many like boxes as asked for, one node on each.
 */
import type { BoxSpec, NodeSpec, Topology } from '../src/kernel/topology';

/** A box of the site: plenty of room, its address from its number (up to some 65,000 of them). */
export function box(number: number, cpus = 1): BoxSpec {
  return {
    id: `box-${number}`,
    region: 'main',
    zone: 'site',
    cpus,
    memoryMb: 1_024,
    diskMb: 1_024,
    privateAddress: `10.0.${number >> 8}.${number & 255}`,
  };
}

/** A node on the box of its number, that stays dead when it dies. */
export function node(kind: string, number: number, config?: unknown): NodeSpec {
  const spec = { id: `${kind}-${number}`, kind, box: `box-${number}`, restart: 'never' } as const;
  return config === undefined ? spec : { ...spec, config };
}

/** So many nodes of a kind, each on a box of its own. */
export function alike(kind: string, count: number): Topology {
  const numbers = Array.from({ length: count }, (_, place) => place + 1);
  return { boxes: numbers.map((number) => box(number)), nodes: numbers.map((number) => node(kind, number)) };
}
