/**
 * A tier in a simulated world of its own, with somebody beside it who says whatever a test wants said.
 */
import assert from 'node:assert/strict';
import { filter, map } from 'rxjs';
import type { Body, Mail, NodeId } from '../kernel/envelope';
import type { WorldEvent } from '../kernel/events';
import type { Operation } from '../kernel/operations';
import type { Catalogue, Door, NodeStatus } from '../kernel/runtime';
import { type BodyOf, message, Type } from '../kernel/schema';
import type { AnyTier, Behaviour } from '../kernel/tier';
import type { BoxSpec, NodeSpec, Topology } from '../kernel/topology';
import { SimulatedRuntime } from '../runtimes/simulated/simulated-runtime';
import { plainTier, trialBox } from '../runtimes/simulated/trial';
import { catalogue } from '../world/product';

/** A tier and what the suite has to know of it. */
export interface TierUnderTest {
  readonly tier: AnyTier;
  /** At least one valid message of each kind that it accepts; to ask them twice gives the same kinds of answers. */
  readonly samples: readonly Body[];
  /** What the node runs with; by default its defaults. */
  readonly config?: unknown;
  /** Where it runs; by default alone on a box, with nobody behind its upstreams who understands anything. */
  readonly topology?: Topology;
  /** Beside the product's own tiers and faults. */
  readonly jobs?: Catalogue['jobs'];
}

const heckle = message('heckle', {
  to: Type.String(),
  re: Type.Integer(),
  answers: Type.Integer(),
  body: Type.Unsafe<Body>(Type.Object({ kind: Type.String() })),
});

/** Answers what nobody asked. */
const heckler: Behaviour = (node) =>
  node.inbox.pipe(
    map(({ body }) => body),
    filter((body): body is BodyOf<typeof heckle> => heckle.accepts(body)),
    map(({ to, re, answers, body }) => ({ to, id: node.nextId(), re, answers, body })),
  );

const hecklerId = 'heckler-1';
/** Longer than any deadline of any tier: after so long of silence nothing is under way. */
const settleMs = 120_000;

const restlessSteps = 150_000;

export class TierLab {
  readonly runtime: SimulatedRuntime;
  readonly events: WorldEvent[] = [];
  readonly node: NodeId;
  private readonly door: Door;

  constructor(
    readonly of: TierUnderTest,
    options: { readonly seed?: number; readonly transit?: (mail: Mail) => Mail } = {},
  ) {
    const { topology, tiers } = surroundings(of);
    const node = topology.nodes.find(({ kind }) => kind === of.tier.kind);
    assert.ok(node !== undefined, `the topology has no ${of.tier.kind} node`);
    this.node = node.id;
    this.runtime = new SimulatedRuntime({
      catalogue: { tiers, faults: catalogue.faults, jobs: of.jobs ?? {} },
      seed: options.seed ?? 1,
      transit: options.transit,
    });
    this.runtime.events.subscribe((event) => {
      if (event.type !== 'sent' && event.type !== 'delivered' && event.type !== 'handled') this.events.push(event);
    });
    this.door = this.runtime.attach('tester', 'provider');
    this.runtime.apply(topology, () => undefined);
    this.run(settleMs);
  }

  run(ms = settleMs): void {
    this.runFor(ms, () => false);
  }

  /** Asks, and gives back the answer that came, or none. */
  ask<B extends Body>(body: B): Body | undefined {
    let answer: Body | undefined;
    let over = false;
    this.door.ask(this.node, body, settleMs, (envelope) => {
      answer = envelope?.body;
      over = true;
    });
    this.runFor(settleMs, () => over);
    return answer;
  }

  say<B extends Body>(body: B): void {
    this.door.say(this.node, body);
  }

  /** All samples, one after the other; the kinds of the answers. */
  converse(): string[] {
    return this.of.samples.map((body) => `${body.kind}: ${this.ask(body)?.kind ?? 'no answer'}`);
  }

  /** Has somebody send the node an answer to a question that it never asked. */
  heckle(body: Body, re: number): void {
    this.door.say(hecklerId, { kind: heckle.kind, to: this.node, re, answers: this.status().incarnation, body });
  }

  /** How much the heckler has heard, orders to it aside. */
  get heckled(): number {
    return this.statusOf(hecklerId).counters.received - this.statusOf(hecklerId).counters.sent;
  }

  do(operation: Operation): void {
    this.runtime.perform(operation, (outcome) => assert.ok(outcome.ok, outcome.ok ? '' : outcome.reason));
    this.run(1_100);
  }

  status(): NodeStatus {
    return this.statusOf(this.node);
  }

  /** What the node exposes of its state, as long as it is in JSON. */
  get viewSize(): number {
    let size = 0;
    this.runtime.view(this.node, (view) => {
      size = JSON.stringify(view)?.length ?? 0;
    });
    return size;
  }

  /** It lives, in the life that it should be in, and has kept its contract. */
  healthy(incarnation = 1): void {
    const { state, reason, incarnation: life } = this.status();
    const why = this.events.flatMap((event) =>
      event.type === 'life' && event.phase === 'crashed' ? [event.reason] : [],
    );
    assert.equal(`${state} in life ${life}`, `running in life ${incarnation}`, `${reason} ${why.join('; ')}`);
    for (const event of this.events) {
      if (event.type !== 'dropped' || event.node !== this.node) continue;
      assert.ok(!event.reason.startsWith('said '), `${this.node}: ${event.reason}`);
    }
  }

  /** Two who thank each other for their thanks would go on for a very long time. */
  private runFor(ms: number, enough: () => boolean): void {
    const { clock } = this.runtime;
    const stepsMax = clock.steps + restlessSteps;
    this.runtime.runTo(this.runtime.nowUs + ms * 1000, () => enough() || clock.steps > stepsMax);
    assert.ok(clock.steps <= stepsMax, `it does not come to rest: ${restlessSteps} steps, and more to come`);
  }

  private statusOf(id: NodeId): NodeStatus {
    const status = this.runtime.census().nodes.find(({ spec }) => spec.id === id);
    assert.ok(status !== undefined, `there is no node ${id}`);
    return status;
  }
}

function surroundings(of: TierUnderTest): { readonly topology: Topology; readonly tiers: Catalogue['tiers'] } {
  const tiers = new Map(catalogue.tiers).set(of.tier.kind, of.tier);
  tiers.set('heckler', plainTier('heckler', [heckle], heckler));
  const given = of.topology ?? alone(of, tiers);
  const box: BoxSpec = { ...trialBox, id: 'box-heckler', privateAddress: '10.255.255.1' };
  const node: NodeSpec = { id: hecklerId, kind: 'heckler', box: box.id, restart: 'never' };
  return { topology: { boxes: [...given.boxes, box], nodes: [...given.nodes, node] }, tiers };
}

/** The node, and behind each of its upstreams somebody who answers every message with an error. */
function alone({ tier, config }: TierUnderTest, tiers: Map<string, AnyTier>): Topology {
  const boxes: BoxSpec[] = [{ ...trialBox, id: 'box-1', privateAddress: '10.255.0.1' }];
  const nodes: NodeSpec[] = [{ id: `${tier.kind}-1`, kind: tier.kind, box: 'box-1', config, restart: 'never' }];
  for (const upstream of tier.configure(config).upstreams) {
    if ('peers' in upstream) continue;
    const place = boxes.length + 1;
    const [ip, port] = 'pool' in upstream ? [`10.255.0.${place}`] : upstream.address.split(':');
    if (ip === undefined || ('address' in upstream && port === undefined)) continue;
    const kind = 'pool' in upstream ? upstream.pool.replace('*', '1') : `stand-in-${place}`;
    boxes.push({ ...trialBox, id: `box-${place}`, privateAddress: ip });
    nodes.push({ id: `${kind}-1`, kind, box: `box-${place}`, restart: 'never' });
    const nobody = plainTier(kind, [], (node) => node.inbox.pipe(filter((_mail): _mail is never => false)));
    tiers.set(
      kind,
      port === undefined
        ? nobody
        : { ...nobody, port: Number(port), configure: (given) => ({ ...nobody.configure(given), port: Number(port) }) },
    );
  }
  return { boxes, nodes };
}
