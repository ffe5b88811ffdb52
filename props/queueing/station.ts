/**
 * The smallest data centre that queues: a source whose customers arrive as a Poisson process, whatever becomes of them,
 * and a station that serves them. The network takes no time, so that all time in the system is waiting or service.
 */

import { machine } from '../../src/kernel/machine';
import { defaultNetwork, type NetworkModel } from '../../src/kernel/network';
import { exponential, type Random } from '../../src/kernel/random';
import { type BodyOf, message, Type } from '../../src/kernel/schema';
import type { ServiceLaw } from '../../src/kernel/service';
import { type AnyTier, type NodeContext, tier } from '../../src/kernel/tier';
import { Timer } from '../../src/kernel/timers';
import type { Topology } from '../../src/kernel/topology';

const customer = message('customer', { bornMs: Type.Number() });
type Customer = BodyOf<typeof customer>;

/** What a station looks like; the mean service time is `meanServiceMs`, so that the rate is 1 per that. */
export interface Station {
  readonly law: 'exponential' | 'constant';
  readonly servers: number;
  /** Utilisation: arrivals per service capacity. */
  readonly load: number;
  /** Customers in the station at once, in service and waiting; the next one is turned away. */
  readonly placesMax: number;
}

/** Long enough that whole microseconds do not round the law away. */
export const meanServiceMs = 10;

/** The gauge that the station reports for each customer that leaves it: time in the system, in mean service times. */
export const sojourn = 'sojourn';

export const noDistance: NetworkModel = { ...defaultNetwork, sameBoxMs: 0, sameRegionMs: 0, internetMs: 0 };

/** The two tiers of an open queue. */
export function queueTiers(station: Station): AnyTier[] {
  const meanGapMs = meanServiceMs / (station.servers * station.load);
  return [sourceTier(meanGapMs), stationTier(station)];
}

export function queueTopology(station: Station): Topology {
  const box = { region: 'main', zone: 'site', memoryMb: 1, diskMb: 1 } as const;
  return {
    boxes: [
      { ...box, id: 'street', cpus: 1, privateAddress: '10.0.0.1' },
      { ...box, id: 'hall', cpus: station.servers, privateAddress: '10.0.0.2' },
    ],
    nodes: [
      { id: 'station-1', kind: 'station', box: 'hall', restart: 'never' },
      { id: 'source-1', kind: 'source', box: 'street', restart: 'never' },
    ],
  };
}

function lawOf({ law }: Station): ServiceLaw {
  return law === 'constant' ? meanServiceMs : { law: 'exponential', meanMs: meanServiceMs };
}

const plain = { port: 1, summary: 'part of an open queue', defaults: undefined, parse: () => undefined } as const;

function sourceTier(meanGapMs: number): AnyTier {
  return tier<undefined, never, Customer>({
    ...plain,
    kind: 'source',
    accepts: [],
    upstreams: () => [{ pool: 'station' }],
    service: () => ({ otherwise: 0, mailboxMax: 1, overflow: 'drop' }),
    behave: () =>
      machine(
        (turn) =>
          new Arrivals(turn.node, meanGapMs, () => turn.say('station-1', { kind: 'customer', bornMs: turn.nowMs })),
        () => undefined,
      ),
  });
}

/** One timer that arms itself again, so that two million arrivals leave no garbage behind. */
class Arrivals extends Timer {
  private readonly random: Random;

  constructor(
    private readonly node: NodeContext<never>,
    private readonly meanGapMs: number,
    private readonly arrive: () => void,
  ) {
    super();
    this.random = node.random.fork('arrivals');
    this.next();
  }

  override run(): void {
    this.node.deadlines.turn(this.arrive, undefined);
    this.next();
  }

  private next(): void {
    this.node.deadlines.arm(this, exponential(this.random, this.meanGapMs));
  }
}

function stationTier(station: Station): AnyTier {
  return tier<undefined, Customer, never>({
    ...plain,
    kind: 'station',
    accepts: [customer],
    upstreams: () => [],
    service: () => ({ otherwise: lawOf(station), mailboxMax: station.placesMax, overflow: 'drop' }),
    behave: () =>
      machine(
        () => undefined,
        (_none, mail, turn) => turn.node.report.gauge(sojourn, (turn.nowMs - mail.body.bornMs) / meanServiceMs),
      ),
  });
}
