/**
 * Small sharded data centres for measuring: so many shards of one copy each behind a router, and beside them the same rows
 * in one database that nobody shards.
 */
import type { NodeSpec } from '../src/kernel/topology';
import { keepersOf, type ShardedStore, shardedStore } from '../src/stages/sharded-store';
import { box, node, together } from '../src/stages/stage';
import { Site } from '../src/testing/simulated-site';
import { withTiers } from '../src/world/product';
import { happened } from './harness';
import { type Pose, type Posed, posed, poser, type Question } from './poser';

export interface Size {
  readonly shards: number;
  readonly users: number;
  /** Whether CPUs take as long as they say: without that only the machine that simulates is measured. */
  readonly serviceTimes: boolean;
}

export const router = 'router-1';
export const alone = 'db-99';
const free = { readServiceMs: 0, writeServiceMs: 0, shipServiceMs: 0 };
const freeRouter = { requestServiceMs: 0, answerServiceMs: 0 };

export function shardedWorld({ shards, users, serviceTimes }: Size): Site {
  const store = lonely(shardedStore('sql', 'modulo', shards, 21));
  const keepers = keepersOf([store], 15);
  const data = { seedUsers: users, ...(serviceTimes ? {} : free) };
  const nodes: NodeSpec[] = [
    node(router, 'router', 'box-router', serviceTimes ? {} : freeRouter),
    ...keepers.nodes,
    ...store.nodes.map((one) => ({ ...one, config: { ...objectOf(one.config), ...data } })),
    { ...node(alone, 'db', 'box-alone', data), pool: 'alone' },
    node('poser-1', 'poser', 'box-poser'),
  ];
  const boxes = [
    box('box-router', '10.0.0.13'),
    box('box-poser', '10.0.0.12'),
    box('box-alone', '10.0.0.200', { memoryMb: 8_192, diskMb: 100_000 }),
    ...keepers.boxes,
    ...store.boxes,
  ];
  const site = new Site('measured', together({ boxes, nodes }), {
    catalogue: withTiers([poser]),
    seed: 1,
    detail: 'acts',
  });
  site.run('1s');
  return site;
}

/** Each shard as its first copy alone. */
function lonely({ map, nodes, boxes }: ShardedStore): ShardedStore {
  const firsts = nodes.filter((one, at) => nodes.findIndex(({ pool }) => pool === one.pool) === at);
  return {
    map,
    nodes: firsts.map((one) => ({ ...one, config: { ...objectOf(one.config), group: [one.id] } })),
    boxes: boxes.filter(({ id }) => firsts.some((one) => one.box === id)),
  };
}

function objectOf(config: unknown): object {
  return typeof config === 'object' && config !== null ? config : {};
}

/** Poses questions and waits, in virtual time, until all are answered; throws unless all went well. */
export function answers(site: Site, to: string, questions: readonly Question[], count: number, abreast: number): Posed {
  const order: Pose = { kind: 'pose', to, questions: [...questions], count, abreast };
  const answer = site.ask('poser-1', order, 3_600_000);
  if (!posed.accepts(answer)) throw new Error(`an unexpected answer: ${answer.kind}`);
  happened(`answers of ${to} (${answer.problem ?? 'no problem'})`, answer.done, count);
  return answer;
}
