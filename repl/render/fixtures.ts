/** A small site for the tests of this folder: users and names outside, a balancer, two web servers and a database. */
import type { BoxStatus, Census, Counters, NodeStatus } from '../../src/kernel/runtime';
import type { BoxSpec, Topology } from '../../src/kernel/topology';

/** Lines as they stand in a test, without the indentation of the test. */
export function lines(...text: readonly string[]): string {
  return text.join('\n');
}

export const idle: Counters = {
  received: 0,
  handled: 0,
  sent: 0,
  dropped: 0,
  overflowed: 0,
  malformed: 0,
  busyUs: 0,
};

export function box(id: string, number: number, given: Partial<BoxSpec> = {}): BoxStatus {
  const spec: BoxSpec = {
    id,
    region: 'main',
    zone: 'site',
    cpus: 2,
    memoryMb: 2048,
    diskMb: 20_480,
    privateAddress: `10.0.0.${number}`,
    ...given,
  };
  return { spec, up: true, host: 1 + (number % 2), busyCpus: 0, waiting: 0 };
}

export function node(id: string, kind: string, on: string, given: Partial<NodeStatus> = {}): NodeStatus {
  return {
    spec: { id, kind, box: on, restart: 'always' },
    state: 'running',
    incarnation: 1,
    sinceUs: 1_000_000,
    reason: '',
    configVersion: 1,
    host: 1,
    mailbox: 0,
    counters: { ...idle, handled: 1_234 },
    ...given,
  };
}

export const census: Census = {
  nodes: [
    node('app-1', 'client', 'phone'),
    node('dns-1', 'dns', 'names'),
    node('lb-1', 'lb', 'box-1'),
    node('web-1', 'web', 'box-2'),
    node('db-1', 'database', 'box-4', { mailbox: 3 }),
    node('web-2', 'web', 'box-3', {
      state: 'dead',
      reason: 'killed by hand, to stay dead',
      sinceUs: 9_000_000,
      incarnation: 2,
      counters: { ...idle, handled: 56, dropped: 3 },
    }),
  ],
  boxes: [
    box('phone', 1, { zone: 'outside', privateAddress: '192.0.2.1' }),
    box('names', 2, { zone: 'outside', privateAddress: '192.0.2.53' }),
    box('box-1', 1, { publicAddress: '203.0.113.10' }),
    box('box-2', 2),
    box('box-3', 3),
    { ...box('box-4', 4, { cpus: 8 }), busyCpus: 1, waiting: 2 },
  ],
  hosts: [
    { id: 1, up: true, boxes: ['names', 'box-2', 'box-4'] },
    { id: 2, up: true, boxes: ['phone', 'box-1', 'box-3'] },
  ],
  faults: [],
};

export const topology: Topology = {
  boxes: census.boxes.map(({ spec }) => spec),
  nodes: census.nodes.map(({ spec }) => spec),
};
