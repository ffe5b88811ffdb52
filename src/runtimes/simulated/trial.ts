/**
 * Small simulated worlds for tests: nodes by their ids, a box for each, a door to speak through, and everything that
 * happened in a list. `peer` is a tier that talks as it is told and remembers what it heard.
 */
import { isExpired } from '../../kernel/asks';
import type { Body, Envelope, NodeId } from '../../kernel/envelope';
import type { DroppedEvent, WorldEvent } from '../../kernel/events';
import { machine } from '../../kernel/machine';
import type { Operation, Outcome } from '../../kernel/operations';
import type { FaultKind, FaultSpec } from '../../kernel/rule';
import type { Census, Door } from '../../kernel/runtime';
import { type BodyOf, type Message, message, parseConfig, Type } from '../../kernel/schema';
import { freeService, type ServiceTable } from '../../kernel/service';
import { type AnyTier, type Behaviour, tier } from '../../kernel/tier';
import { type BoxSpec, type NodeSpec, splitId, type Topology } from '../../kernel/topology';
import { type SimulatedOptions, SimulatedRuntime } from './simulated-runtime';

/** What a trial wants otherwise than usual of a node. */
export interface TrialNode {
  readonly box?: string;
  readonly cpus?: number;
  readonly config?: unknown;
  readonly restart?: NodeSpec['restart'];
}

export interface TrialOptions extends Partial<Omit<SimulatedOptions, 'catalogue'>> {
  readonly tiers?: readonly AnyTier[];
  readonly faults?: ReadonlyMap<string, FaultKind>;
  readonly nodes: Readonly<Record<NodeId, TrialNode>>;
}

/**
 * A world that runs.
 *
 * @example
 * const trial = new Trial({ nodes: { 'peer-1': {}, 'peer-2': { box: 'box-peer-1' } } });
 * trial.ask('peer-1', { kind: 'ping' })?.body.kind; // 'pong'
 */
export class Trial {
  readonly runtime: SimulatedRuntime;
  readonly events: WorldEvent[] = [];
  readonly door: Door;

  constructor(options: TrialOptions) {
    const { tiers = [peer], faults = new Map(), nodes, ...rest } = options;
    const catalogue = { tiers: new Map(tiers.map((one) => [one.kind, one])), faults, jobs: {} };
    this.runtime = new SimulatedRuntime({ ...rest, catalogue });
    this.runtime.events.subscribe((event) => this.events.push(event));
    this.door = this.runtime.attach('tester', 'site');
    this.runtime.apply(trialTopology(nodes), () => {});
  }

  /** Does something to the machinery; throws when it is refused. */
  do(operation: Operation): Extract<Outcome, { ok: true }> {
    const outcome = this.outcome(operation);
    if (!outcome.ok) throw new Error(outcome.reason);
    return outcome;
  }

  outcome(operation: Operation): Outcome {
    let found: Outcome | undefined;
    this.runtime.perform(operation, (outcome) => {
      found = outcome;
    });
    this.runUntil(() => found !== undefined);
    if (found === undefined) throw new Error(`${operation.verb} did not end`);
    return found;
  }

  /** Adds a fault and returns its number. */
  fault<S extends FaultSpec>(fault: S): number {
    return this.do({ verb: 'add-fault', fault }).fault ?? 0;
  }

  heal(fault: number): void {
    this.do({ verb: 'remove-fault', fault });
  }

  /** How often a fault has struck. */
  hits(fault: number): number | undefined {
    return this.census().faults.find(({ id }) => id === fault)?.hits;
  }

  census(): Census {
    return this.runtime.census();
  }

  run(ms: number): void {
    this.runtime.runTo(this.runtime.nowUs + Math.round(ms * 1000));
  }

  private runUntil(enough: () => boolean, limitMs = 60_000): void {
    this.runtime.runTo(this.runtime.nowUs + limitMs * 1000, enough);
  }

  /** Says something from the door, and lets the world go on for a moment. */
  say<B extends Body>(to: string, body: B, runMs = 0): void {
    this.door.say(to, body);
    this.run(runMs);
  }

  /** Asks from the door and runs until there is an answer, or none. */
  ask<B extends Body>(to: string, body: B, budgetMs = 1_000): Envelope | undefined {
    let answer: Envelope | undefined;
    let over = false;
    this.door.ask(to, body, budgetMs, (given) => {
      answer = given;
      over = true;
    });
    this.runUntil(() => over, budgetMs + 1);
    return answer;
  }

  view(node: NodeId): unknown {
    let found: unknown;
    this.runtime.view(node, (view) => {
      found = view;
    });
    return found;
  }

  /** What a peer has heard so far. */
  heard(node: NodeId): readonly Heard[] {
    return (this.view(node) ?? []) as readonly Heard[];
  }

  numbers(node: NodeId): readonly Heard['what'][] {
    return this.heard(node).map(({ what }) => what);
  }

  /** Lets one peer say numbers to another, and the world go on. */
  talk(from: NodeId, to: NodeId, numbers: readonly number[], how: { datagram?: boolean; runMs?: number } = {}): void {
    this.say(from, { kind: 'talk', to, numbers, datagram: how.datagram === true }, how.runMs ?? 5);
  }

  drops(): readonly DroppedEvent[] {
    return this.events.filter((event) => event.type === 'dropped');
  }
}

/** The nodes on a box each, unless they name one. */
export function trialTopology(nodes: Readonly<Record<NodeId, TrialNode>>): Topology {
  const specs = Object.entries(nodes).map(([id, { box = `box-${id}`, config, restart = 'never' }]): NodeSpec => {
    return { id, kind: splitId(id).kind, box, config, restart };
  });
  const boxes = [...new Set(specs.map(({ box }) => box))].map((id, place): BoxSpec => {
    const cpus = Object.values(nodes)[specs.findIndex(({ box }) => box === id)]?.cpus ?? 1;
    return { ...trialBox, id, cpus, privateAddress: `10.0.${place >> 8}.${place & 255}` };
  });
  return { boxes, nodes: specs };
}

export const trialBox: BoxSpec = {
  id: 'box',
  region: 'main',
  zone: 'site',
  cpus: 1,
  memoryMb: 1_024,
  diskMb: 1_024,
  privateAddress: '10.0.0.0',
};

/** A tier without a config, from a behaviour. */
export function plainTier(
  kind: string,
  accepts: readonly Message[],
  behaviour: Behaviour,
  service: ServiceTable = freeService,
): AnyTier {
  return tier({
    kind,
    summary: `the ${kind} of a test`,
    port: [...kind].reduce((port, letter) => (port * 31 + letter.charCodeAt(0)) % 50_000, 0),
    defaults: {},
    parse: parseConfig(Type.Object({}), {}),
    accepts,
    upstreams: () => [],
    service: () => service,
    behave: () => behaviour,
  });
}

export const ping = message('ping', {});
export const pong = message('pong', {});
/** Say these numbers to somebody, one after the other in one turn. */
export const talk = message('talk', {
  to: Type.String(),
  numbers: Type.Array(Type.Number()),
  datagram: Type.Boolean(),
});
export const note = message('note', { number: Type.Number() });
/** Ask somebody, and remember how it ended. */
export const enquire = message('enquire', { to: Type.String(), budgetMs: Type.Number() });

/** What a peer heard and when, in local milliseconds. */
export interface Heard {
  readonly what: number | string;
  readonly from: string;
  readonly atMs: number;
}
const heardMax = 100_000;

type Told = BodyOf<typeof ping> | BodyOf<typeof talk> | BodyOf<typeof note> | BodyOf<typeof enquire>;
type Said = BodyOf<typeof ping> | BodyOf<typeof pong> | BodyOf<typeof note>;

/** Talks as it is told, answers a `ping`, and exposes what it heard. */
export const peer = plainTier(
  'peer',
  [ping, pong, talk, note, enquire],
  machine<Told | BodyOf<typeof pong>, Said, Heard[]>(
    (turn) => {
      const heard: Heard[] = [];
      turn.node.report.expose(() => heard);
      return heard;
    },
    (heard, mail, turn) => {
      const { body } = mail;
      const hear = (what: Heard['what']): void => {
        if (heard.length < heardMax) heard.push({ what, from: mail.from, atMs: turn.nowMs });
      };
      if (body.kind === 'ping') turn.reply(mail, { kind: 'pong' });
      else if (body.kind === 'note') hear(body.number);
      else if (body.kind === 'talk') {
        for (const number of body.numbers) turn.say(body.to, { kind: 'note', number }, { datagram: body.datagram });
      } else if (body.kind === 'enquire') {
        turn.ask(body.to, { kind: 'ping' }, body.budgetMs, (answer) => {
          hear(isExpired(answer) ? 'expired' : answer.body.kind);
        });
      }
    },
  ),
);
