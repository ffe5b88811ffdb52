/**
 * A world under test, whichever runtime carries it: what happened in it, a door to speak through, and the verbs of the
 * suite. Nothing here knows how time passes; a test waits for what must come, never for how long it takes.
 */
import assert from 'node:assert/strict';
import type { Body, Envelope, NodeId } from '../../kernel/envelope';
import type { LifePhase, WorldEvent } from '../../kernel/events';
import { defaultNetwork, type NetworkModel } from '../../kernel/network';
import type { Operation, Outcome } from '../../kernel/operations';
import type { FaultSpec } from '../../kernel/rule';
import type { Census, Door, NodeStatus, Runtime } from '../../kernel/runtime';
import type { Message } from '../../kernel/schema';
import { type BoxSpec, type NodeSpec, nothing, splitId, type Topology, type Zone } from '../../kernel/topology';
import type { RestartPolicy } from '../engine/restart-policy';

/** How the suite wants its worlds: quick to restart and to give up, on two hosts. */
export const settings = {
  restarts: { firstMs: 20, longestMs: 40, restartsMax: 3, healthyMs: 600_000, bootMs: 30 } satisfies RestartPolicy,
  hostRestartMs: 30,
  hosts: 2,
  keepMax: 500,
  detail: 'full',
  seed: 7,
  network: {
    ...defaultNetwork,
    sameBoxMs: 0,
    sameRegionMs: 0,
    internetMs: 0,
    retransmitMs: 2,
    retransmitMax: 3,
  } satisfies NetworkModel,
} as const;

/** A running world, with its time in the hands of the test. */
export interface Stand {
  readonly runtime: Runtime;
  /** Starts something and waits until it calls back. */
  settled<T>(start: (then: (value: T) => void) => void): Promise<T>;
  /** Lets at least so much time pass. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** One invariant, checked in a world of its own nodes. */
export interface Case {
  readonly name: string;
  run(rig: Rig): Promise<void>;
}

/** What a test wants otherwise than usual of a node: each has a box of its own, dies for good, and is private. */
export interface Placed {
  readonly box?: string;
  readonly host?: number;
  readonly cpus?: number;
  readonly zone?: Zone;
  readonly publicAddress?: string;
  readonly config?: unknown;
  readonly restart?: NodeSpec['restart'];
}

const patienceMs = 30_000;
const budgetMs = 10_000;

export class Rig {
  readonly events: WorldEvent[] = [];
  readonly door: Door;
  private readonly listening;

  constructor(readonly stand: Stand) {
    this.listening = stand.runtime.events.subscribe((event) => this.events.push(event));
    this.door = stand.runtime.attach('tester', 'site');
  }

  get runtime(): Runtime {
    return this.stand.runtime;
  }

  /** Leaves an empty world in which nothing is wrong. */
  async close(): Promise<void> {
    this.door.close();
    await this.outcome({ verb: 'heal-all' });
    for (const { id, up } of (await this.census()).hosts)
      if (!up) await this.outcome({ verb: 'restart-host', host: id });
    await this.apply(nothing);
    this.listening.unsubscribe();
  }

  // --- doing ---------------------------------------------------------------------------------------------------------

  applied(topology: Topology): Promise<Outcome> {
    return this.stand.settled((then) => this.runtime.apply(topology, then));
  }

  async apply(topology: Topology): Promise<string> {
    const outcome = await this.applied(topology);
    assert.ok(outcome.ok, outcome.ok ? '' : outcome.reason);
    return outcome.text;
  }

  nodes(nodes: Readonly<Record<NodeId, Placed>>): Promise<string> {
    return this.apply(place(nodes));
  }

  outcome(operation: Operation): Promise<Outcome> {
    return this.stand.settled((then) => this.runtime.perform(operation, then));
  }

  /** Does something that must not be refused; what it says. */
  async do(operation: Operation): Promise<string> {
    const outcome = await this.outcome(operation);
    assert.ok(outcome.ok, `${operation.verb} was refused: ${outcome.ok ? '' : outcome.reason}`);
    return outcome.text;
  }

  /** Does something that must be refused; why it was. */
  async refused(operation: Operation): Promise<string> {
    const outcome = await this.outcome(operation);
    assert.ok(!outcome.ok, `${operation.verb} should have been refused: ${outcome.ok ? outcome.text : ''}`);
    return outcome.reason;
  }

  async fault<S extends FaultSpec>(fault: S): Promise<number> {
    const outcome = await this.outcome({ verb: 'add-fault', fault });
    assert.ok(outcome.ok && outcome.fault !== undefined);
    return outcome.fault;
  }

  heal(fault: number): Promise<string> {
    return this.do({ verb: 'remove-fault', fault });
  }

  // --- saying --------------------------------------------------------------------------------------------------------

  say<B extends Body>(to: string, body: B): void {
    this.door.say(to, body);
  }

  /** The answer, or `undefined` if there is none within the budget. */
  hear<B extends Body>(to: string, body: B, withinMs = budgetMs, door = this.door): Promise<Envelope | undefined> {
    return this.stand.settled((then) => door.ask(to, body, withinMs, then));
  }

  /** Asks and goes on; the answer is there once it has come. */
  begin<B extends Body>(to: string, body: B): { readonly answer: Envelope | undefined } {
    const question: { answer: Envelope | undefined } = { answer: undefined };
    this.door.ask(to, body, 10 * budgetMs, (answer) => {
      question.answer = answer;
    });
    return question;
  }

  /** The answer, which must come and be of this kind. */
  async ask<B extends Body, A extends Body>(to: string, body: B, answer: Message<A>, door = this.door): Promise<A> {
    const heard = await this.hear(to, body, budgetMs, door);
    assert.ok(heard !== undefined, `${to} did not answer ${body.kind}`);
    const given: unknown = heard.body;
    assert.ok(answer.accepts(given), `${to} answered ${JSON.stringify(given)}`);
    return given;
  }

  // --- seeing --------------------------------------------------------------------------------------------------------

  census(): Promise<Census> {
    return this.stand.settled((then) => this.runtime.inspect(then));
  }

  async node(id: NodeId): Promise<NodeStatus> {
    const status = (await this.census()).nodes.find(({ spec }) => spec.id === id);
    assert.ok(status !== undefined, `the census does not know ${id}`);
    return status;
  }

  /** What has happened to a node, a box or a host, in order. */
  phases(id: string): LifePhase[] {
    return this.events.flatMap((event) => (event.type === 'life' && event.node === id ? [event.phase] : []));
  }

  async hits(fault: number): Promise<number | undefined> {
    return (await this.census()).faults.find(({ id }) => id === fault)?.hits;
  }

  /** Why messages were dropped at a node so far. */
  drops(node: NodeId): string[] {
    return this.events.flatMap((event) => (event.type === 'dropped' && event.node === node ? [event.reason] : []));
  }

  /** Waits until something is so. */
  async until(what: string, enough: () => boolean | Promise<boolean>): Promise<void> {
    const limitUs = this.runtime.nowUs + patienceMs * 1000;
    while (!(await enough())) {
      assert.ok(this.runtime.nowUs < limitUs, `waited ${patienceMs} ms in vain: ${what}`);
      await this.stand.pass(2);
    }
  }

  untilPhases(id: string, phases: readonly LifePhase[]): Promise<void> {
    return this.until(`${id}: ${phases.join(', ')}`, () => this.phases(id).join() === phases.join());
  }

  untilState(id: NodeId, state: NodeStatus['state'], incarnation: number): Promise<void> {
    return this.until(`${id} is ${state} in life ${incarnation}`, async () => {
      const status = await this.node(id);
      return status.state === state && status.incarnation === incarnation;
    });
  }
}

/** Nodes as plain data. */
export function place(nodes: Readonly<Record<NodeId, Placed>>): Topology {
  const boxes = new Map<string, BoxSpec>();
  const specs = Object.entries(nodes).map(([id, placed], index): NodeSpec => {
    const { box = `box-${id}`, host, cpus = 1, zone = 'site', publicAddress, config, restart = 'never' } = placed;
    if (!boxes.has(box)) {
      const optional = {
        ...(host === undefined ? {} : { host }),
        ...(publicAddress === undefined ? {} : { publicAddress }),
      };
      const size = { cpus, memoryMb: 1_024, diskMb: 1_024 };
      boxes.set(box, { id: box, region: 'main', zone, privateAddress: `10.0.0.${index + 1}`, ...size, ...optional });
    }
    return { id, kind: splitId(id).kind, box, restart, ...(config === undefined ? {} : { config }) };
  });
  return { boxes: [...boxes.values()], nodes: specs };
}
