/**
 * The balancer of the product in front of as many servers as one likes, each of which is a queue of the textbooks:
 * customers arrive as a Poisson process and are served by one CPU each, for an exponentially distributed time. Neither
 * the network nor the balancer takes time, so that all time in the system is waiting or service.
 */
import assert from 'node:assert/strict';
import { machine } from '../../src/kernel/machine';
import { exponential } from '../../src/kernel/random';
import { type AnyTier, type NodeContext, tier } from '../../src/kernel/tier';
import { Timer } from '../../src/kernel/timers';
import type { Topology } from '../../src/kernel/topology';
import { healthPing } from '../../src/protocols/health';
import { type HttpRequest, type HttpResponse, httpRequest, httpResponse } from '../../src/protocols/http';
import { SimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime';
import { balancer } from '../../src/tiers/balancer';
import type { PolicyName } from '../../src/tiers/balancer/policies';
import { meanServiceMs, noDistance, sojourn } from '../queueing/station';

/** How customers are spread, over whom, and how many there are. */
export interface Pool {
  readonly algorithm: PolicyName;
  readonly servers: number;
  /** Utilisation of each server. */
  readonly load: number;
}

/** Mean time in the system, in mean service times, of so many customers. */
export function meanTime(pool: Pool, customers: number, seed: number): number {
  const gapMs = meanServiceMs / (pool.servers * pool.load);
  const tiers = [customersTier(gapMs), tier(balancer), serverTier()];
  const world = new SimulatedRuntime({
    catalogue: { tiers: new Map(tiers.map((one) => [one.kind, one])), faults: new Map(), jobs: {} },
    seed,
    detail: 'acts',
    hashed: false,
    network: noDistance,
  });
  // Every server begins empty; until each has had some twenty customers nobody is counted.
  let seen = -20 * pool.servers - customers / 20;
  let sum = 0;
  world.events.subscribe((event) => {
    if (event.type !== 'gauge' || event.name !== sojourn) return;
    if (seen++ >= 0) sum += event.value;
  });
  world.apply(topologyOf(pool), () => undefined);
  const enough = world.runTo(Number.MAX_SAFE_INTEGER, () => seen >= customers);
  world.close();
  assert.ok(enough, `the pool ran dry after ${seen} customers`);
  return sum / seen;
}

function topologyOf({ algorithm, servers }: Pool): Topology {
  const box = { region: 'main', zone: 'site', memoryMb: 1, diskMb: 1, cpus: 1 } as const;
  const numbers = Array.from({ length: servers }, (_, place) => place + 1);
  // Customers are patient, and nobody dies: what is asked is how they are spread.
  const free = { requestServiceMs: 0, responseServiceMs: 0, requestMs: 1e9, probeEveryMs: 1e9 };
  const room = { mailboxMax: 1e9, inFlightMax: 1e9 };
  return {
    boxes: [
      { ...box, id: 'street', privateAddress: '10.0.0.1' },
      { ...box, id: 'door', privateAddress: '10.0.0.2' },
      ...numbers.map((number) => ({
        ...box,
        id: `hall-${number}`,
        privateAddress: `10.1.${number >> 8}.${number & 255}`,
      })),
    ],
    nodes: [
      ...numbers.map((number) => ({
        id: `web-${number}`,
        kind: 'web',
        box: `hall-${number}`,
        restart: 'never' as const,
      })),
      { id: 'lb-1', kind: 'lb', box: 'door', restart: 'never', config: { algorithm, ...free, ...room } },
      { id: 'customers-1', kind: 'customers', box: 'street', restart: 'never' },
    ],
  };
}

const plain = { port: 1, summary: 'part of a pool of queues', defaults: undefined, parse: () => undefined } as const;
const page: HttpResponse = { kind: 'http.response', status: 200, headers: {}, body: '' };
const wish: HttpRequest = { kind: 'http.request', method: 'GET', path: '/', headers: {} };

function serverTier(): AnyTier {
  return tier<undefined, HttpRequest, HttpResponse>({
    ...plain,
    kind: 'web',
    accepts: [httpRequest, healthPing],
    upstreams: () => [],
    service: () => ({ otherwise: { law: 'exponential', meanMs: meanServiceMs }, mailboxMax: 1e9, overflow: 'drop' }),
    behave: () =>
      machine(
        () => undefined,
        (_none, mail, turn) => turn.reply(mail, page),
      ),
  });
}

function customersTier(meanGapMs: number): AnyTier {
  return tier<undefined, HttpResponse, HttpRequest>({
    ...plain,
    kind: 'customers',
    accepts: [httpResponse],
    upstreams: () => [{ pool: 'lb' }],
    service: () => ({ otherwise: 0, mailboxMax: 1e9, overflow: 'drop' }),
    behave: () =>
      machine(
        (turn) =>
          new Arrivals(turn.node, meanGapMs, () => {
            const bornMs = turn.nowMs;
            turn.ask('lb-1', wish, 1e9, () => turn.node.report.gauge(sojourn, (turn.nowMs - bornMs) / meanServiceMs));
          }),
        () => undefined,
      ),
  });
}

/** One timer that arms itself again. */
class Arrivals extends Timer {
  constructor(
    private readonly node: NodeContext<HttpResponse>,
    private readonly meanGapMs: number,
    private readonly arrive: () => void,
  ) {
    super();
    this.next();
  }

  override run(): void {
    this.node.deadlines.turn(this.arrive, undefined);
    this.next();
  }

  private next(): void {
    this.node.deadlines.arm(this, exponential(this.node.random, this.meanGapMs));
  }
}
