/**
 * How an operation is carried out where one engine carries everything: at once, in the present microsecond.
 */

import type { NodeId } from '../../kernel/envelope';
import type { LifePhase } from '../../kernel/events';
import { done, type Operation, type Outcome, refuse } from '../../kernel/operations';
import type { FaultSpec } from '../../kernel/rule';
import type { HostStatus } from '../../kernel/runtime';
import { Callback } from '../../kernel/timers';
import type { BoxSpec, Topology } from '../../kernel/topology';
import type { EngineDoor } from '../engine/door';
import type { Engine } from '../engine/engine';
import { strikesAnything } from '../engine/fault-book';
import { hostDeath, hostDeathReason } from '../engine/host-death';
import { type Change, type Machinery, refusable } from '../engine/machinery';
import { outsideHost, Placement } from '../engine/placement';
import { Publisher } from '../engine/publisher';
import { configureBudgetMs, configureOutcome } from '../engine/serve-metal';

export interface HostOptions {
  /** How many hosts the boxes of the site are spread over; host 0 carries the outside world. */
  readonly hosts: number;
  readonly hostRestartMs: number;
}

export class SimulatedOperations {
  private readonly publisher: Publisher;
  private readonly placement: Placement;
  private readonly downHosts = new Set<number>();

  constructor(
    private readonly machinery: Machinery,
    private readonly engine: Engine,
    private readonly metal: EngineDoor,
    private readonly options: HostOptions,
  ) {
    this.placement = new Placement(options.hosts);
    this.publisher = new Publisher(metal, (delayMs, then) => this.after(delayMs, then));
  }

  /** Throws a `TopologyError` before anything is changed. */
  apply(topology: Topology, then: (outcome: Outcome) => void): void {
    this.placement.check(topology);
    const change = this.carryOut(this.machinery.change(topology));
    const { reconfigured } = change;
    if (reconfigured.length === 0) return then(this.machinery.applied(change, []));
    const outcomes: Outcome[] = [];
    let missing = reconfigured.length;
    reconfigured.forEach(({ node, config }, index) => {
      this.settle(node, config, (outcome) => {
        outcomes[index] = outcome;
        if (--missing === 0) then(this.machinery.applied(change, outcomes));
      });
    });
  }

  /** Tells a node its new config. */
  configure(node: NodeId, config: unknown, then: (outcome: Outcome) => void): void {
    if (this.machinery.node(node) === undefined) return then(refuse(`there is no node ${node}`));
    const version = (this.engine.record(node)?.configVersion ?? 0) + 1;
    this.metal.ask(node, { kind: 'configure', version, config }, configureBudgetMs, (answer) => {
      const outcome = configureOutcome(node, answer);
      if (outcome.ok) this.machinery.configured(node, config);
      then(outcome);
    });
  }

  perform(operation: Operation): Outcome {
    return this.machinery.unknown(operation) ?? refusable(() => this.doNow(operation));
  }

  hosts(): HostStatus[] {
    return Array.from({ length: this.options.hosts + 1 }, (_, id) => ({
      id,
      up: !this.downHosts.has(id),
      boxes: this.placement.on(id),
    }));
  }

  hostOf(box: BoxSpec): number {
    return this.placement.hostOf(box.id) ?? outsideHost;
  }

  private doNow(operation: Operation): Outcome {
    const { machinery, engine } = this;
    switch (operation.verb) {
      case 'spawn': {
        const next = machinery.after(operation);
        this.placement.check(next);
        this.carryOut(machinery.change(next));
        return done(`${operation.node.id} was spawned`);
      }
      case 'retire':
        this.carryOut(machinery.change(machinery.after(operation)));
        return done(`${operation.node} was retired`);
      case 'resize':
        machinery.change(machinery.after(operation));
        engine.resize(operation.box, operation.size);
        return done(`${operation.box} was resized`);
      case 'withdraw':
        machinery.withdraw(operation.node);
        this.publish();
        return done(`${operation.node} gets no new requests`);
      case 'kill-host':
        return this.killHost(operation.host, operation.stay === true);
      case 'restart-host':
        return this.restartHost(operation.host);
      case 'add-fault':
        return this.addFault(operation.fault);
      case 'remove-fault':
        return this.removeFault(operation.fault);
      case 'heal-all':
        return this.healAll();
      default:
        return engine.perform(operation);
    }
  }

  /** The same for whoever may be dead. */
  private settle(node: NodeId, config: unknown, then: (outcome: Outcome) => void): void {
    const written = this.engine.perform({ verb: 'configure', node, config });
    if (written.ok) then(written);
    else this.configure(node, config, then);
  }

  private carryOut(change: Change): Change {
    const { engine, machinery } = this;
    for (const node of change.retired) {
      engine.retire(node.id);
      this.publisher.forget(node.id);
    }
    this.placement.settle(change.topology);
    engine.setTopology(change.topology, machinery.portOf);
    for (const box of change.topology.boxes) {
      if (!engine.carries(box.id)) engine.addBox(box).up = !this.downHosts.has(this.hostOf(box));
    }
    const known = new Map(machinery.memberships().map(({ node, pools }) => [node, pools]));
    for (const node of change.spawned) {
      const tier = change.tiers.get(node.id);
      const box = machinery.box(node.box);
      if (tier !== undefined && box !== undefined) engine.spawn(node, tier, box, known.get(node.id) ?? {});
    }
    this.refreshFaults();
    this.publish(new Set(change.spawned.map(({ id }) => id)));
    return change;
  }

  /** New members for everybody but those that were born knowing them. */
  private publish(except: ReadonlySet<NodeId> = new Set()): void {
    for (const { node, pools } of this.machinery.memberships()) {
      if (!except.has(node)) this.publisher.publish(node, this.machinery.version, pools);
    }
  }

  private killHost(host: number, stay: boolean): Outcome {
    const status = this.hosts().find(({ id }) => id === host);
    if (status === undefined || host === 0)
      return refuse(`there is no host ${host} (hosts: 1 to ${this.options.hosts})`);
    if (!status.up) return refuse(`host ${host} is down already`);
    this.downHosts.add(host);
    this.note(host, 'host-down', `carried ${status.boxes.join(', ') || 'nothing'}`);
    const { nodes } = this.machinery.topology;
    const lost = status.boxes.map((box) => ({
      box,
      nodes: nodes
        .filter((node) => node.box === box && this.engine.record(node.id)?.life !== undefined)
        .map(({ id }) => id),
    }));
    for (const box of status.boxes) this.engine.killBox(box, hostDeathReason(host, stay), true);
    if (!stay) this.after(this.options.hostRestartMs, () => void this.restartHost(host));
    return done(hostDeath(host, lost, stay, nodes));
  }

  private restartHost(host: number): Outcome {
    if (!this.downHosts.delete(host)) return refuse(`host ${host} is up already`);
    this.note(host, 'host-up', 'replaced');
    for (const box of this.hosts().find(({ id }) => id === host)?.boxes ?? []) this.engine.restartBox(box);
    return done(`host ${host} is up`);
  }

  private addFault(spec: FaultSpec): Outcome {
    const entry = this.machinery.faults.add(spec);
    this.refreshFaults();
    const idle = !strikesAnything(entry.fault, this.engine.known());
    this.noteFault(idle ? 'idle' : 'added', entry.text);
    const text = idle
      ? `${entry.text}: matches nothing here (fault ${entry.id} waits for something to match)`
      : entry.text;
    return { ok: true, text, fault: entry.id };
  }

  private removeFault(id: number): Outcome {
    const entry = this.machinery.faults.remove(id);
    if (entry === undefined) return refuse(`there is no fault ${id}`);
    const idle = this.idleOf([entry]);
    this.refreshFaults();
    this.noteFault('removed', entry.text);
    return { ok: true, text: `${entry.text}: over`, idle };
  }

  private healAll(): Outcome {
    const gone = this.machinery.faults.clear();
    const idle = this.idleOf(gone);
    this.refreshFaults();
    for (const entry of gone) this.noteFault('removed', entry.text);
    const text = gone.length === 0 ? 'nothing to heal' : `healed: ${gone.map((entry) => entry.text).join('; ')}`;
    return { ok: true, text, idle };
  }

  private idleOf(faults: readonly { readonly id: number; readonly text: string }[]): readonly string[] {
    return faults.flatMap(({ id, text }) => (this.engine.hits(id) === 0 ? [text] : []));
  }

  private refreshFaults(): void {
    this.engine.setFaults(this.machinery.faults.all);
  }

  private after(delayMs: number, then: () => void): void {
    const { clock } = this.engine;
    clock.schedule(new Callback(then), clock.nowUs + Math.round(delayMs * 1000));
  }

  private note(host: number, phase: LifePhase, reason: string): void {
    const { clock, events } = this.engine;
    events.emit({ type: 'life', atUs: clock.nowUs, node: `host-${host}`, incarnation: 0, phase, reason });
  }

  private noteFault(phase: 'added' | 'removed' | 'idle', fault: string): void {
    const { clock, events } = this.engine;
    events.emit({ type: 'fault', atUs: clock.nowUs, node: 'network', phase, fault });
  }
}
