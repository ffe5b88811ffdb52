/**
 * How an operation reaches the threads that it is for: one after the other, each in force everywhere before it answers.
 */
import { TopologyError } from '../../kernel/check-topology';
import type { NodeId } from '../../kernel/envelope';
import type { LifePhase, WorldEvent } from '../../kernel/events';
import { done, type Operation, type Outcome, refuse } from '../../kernel/operations';
import type { FaultSpec } from '../../kernel/rule';
import type { HostStatus } from '../../kernel/runtime';
import { ConfigError } from '../../kernel/schema';
import { Callback } from '../../kernel/timers';
import type { NodeSpec, Topology } from '../../kernel/topology';
import type { EngineDoor } from '../engine/door';
import type { Engine } from '../engine/engine';
import { strikesAnything } from '../engine/fault-book';
import { hostDeath, hostDeathReason } from '../engine/host-death';
import type { Change, Machinery } from '../engine/machinery';
import { outsideHost, type Placement } from '../engine/placement';
import { Publisher } from '../engine/publisher';
import { restartDelayMs } from '../engine/restart-policy';
import { configureBudgetMs, configureOutcome } from '../engine/serve-metal';
import type { DataDir } from './data-dir';
import { HostError } from './host-handle';
import type { Hosts } from './hosts';
import type { ThreadedOptions } from './options';
import type { Roll } from './roll';

/** What operations need of the world that they work on. */
export interface Site {
  readonly machinery: Machinery;
  readonly engine: Engine;
  readonly hosts: Hosts;
  readonly placement: Placement;
  readonly roll: Roll;
  readonly disks: DataDir;
  readonly options: ThreadedOptions;
  readonly doors: () => readonly NodeId[];
  readonly emit: (event: WorldEvent) => void;
  /** Tells a new host what only the main thread knows. */
  readonly greet: (host: number) => Promise<void>;
}

interface Downtime {
  readonly reason: string;
  readonly sinceUs: number;
  comesBack: boolean;
}

export class ThreadedOperations {
  private readonly publisher: Publisher;
  private readonly down = new Map<number, Downtime>();
  private readonly deaths = new Map<number, { count: number; lastUs: number }>();
  /** Hosts that a timer is about to bring back. */
  private readonly returning = new Set<number>();
  private staying: number | undefined;
  private chain: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly site: Site,
    private readonly metal: EngineDoor,
  ) {
    this.publisher = new Publisher(metal, (delayMs, then) => this.after(delayMs, then));
  }

  /** Throws a `TopologyError` before anything is changed. */
  apply(topology: Topology): Promise<Outcome> {
    const { machinery, placement } = this.site;
    machinery.check(topology);
    placement.check(topology);
    return this.inOrder(async () => {
      const change = await this.carryOut(machinery.change(topology));
      const outcomes = change.reconfigured.map(({ node, config }) => this.settle(node, config));
      return machinery.applied(change, await Promise.all(outcomes));
    });
  }

  /** Tells a node its new config. */
  configure(node: NodeId, config: unknown): Promise<Outcome> {
    const { machinery, roll } = this.site;
    if (machinery.node(node) === undefined) return Promise.resolve(refuse(`there is no node ${node}`));
    const version = roll.nextConfigVersion(node);
    return new Promise((resolve) => {
      this.metal.ask(node, { kind: 'configure', version, config }, configureBudgetMs, (answer) => {
        const outcome = configureOutcome(node, answer);
        if (outcome.ok) machinery.configured(node, config);
        resolve(outcome);
      });
    });
  }

  perform(operation: Operation): Promise<Outcome> {
    return this.inOrder(async () => this.site.machinery.unknown(operation) ?? (await this.doNow(operation)));
  }

  /** Waits for what is under way; refuses whatever comes later. */
  async close(): Promise<void> {
    this.closed = true;
    await this.chain;
  }

  hosts(): HostStatus[] {
    const { hosts, placement } = this.site;
    return Array.from({ length: hosts.count }, (_, id) => {
      const thread = hosts.threadOf(id);
      return { id, up: hosts.isUp(id), boxes: placement.on(id), ...(thread === undefined ? {} : { thread }) };
    });
  }

  downtime(host: number): Downtime | undefined {
    return this.down.get(host);
  }

  /** The thread of a host has ended: says what went with it, and brings it back unless it is to stay down. */
  died(host: number, reason: string): void {
    const { site } = this;
    const stays = this.staying === host;
    const nowUs = site.engine.clock.nowUs;
    this.down.set(host, { reason, sinceUs: nowUs, comesBack: !stays });
    const boxes = site.placement.on(host);
    this.note(`host-${host}`, 'host-down', `${reason}; it carried ${boxes.join(', ') || 'nothing'}`);
    for (const box of boxes) {
      this.note(box, 'box-down', reason);
      for (const { id } of this.on(box)) {
        if (site.roll.died(id, reason, nowUs)) this.note(id, 'killed', reason, site.roll.pulse(id)?.lives);
      }
    }
    if (!stays) this.comeBack(host);
  }

  // --- one operation -------------------------------------------------------------------------------------------------

  private async doNow(operation: Operation): Promise<Outcome> {
    const { machinery, hosts, placement } = this.site;
    switch (operation.verb) {
      case 'spawn': {
        const next = machinery.after(operation);
        placement.check(next);
        await this.carryOut(machinery.change(next));
        return done(`${operation.node.id} was spawned`);
      }
      case 'retire':
        await this.carryOut(machinery.change(machinery.after(operation)));
        return done(`${operation.node} was retired`);
      case 'resize': {
        await this.spread(machinery.change(machinery.after(operation)).topology);
        const host = placement.hostOf(operation.box);
        if (host !== undefined) await hosts.askIfUp(host, 'resize', { box: operation.box, size: operation.size });
        return done(`${operation.box} was resized`);
      }
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
      case 'configure':
        return refuse('configure goes to the node by mail');
      default:
        return this.onHost(operation);
    }
  }

  /** What is for one node or one box, on the host that carries it. */
  private async onHost(
    operation: Extract<Operation, { verb: 'kill' | 'restart' | 'pause' | 'resume' | 'kill-box' | 'restart-box' }>,
  ): Promise<Outcome> {
    const { machinery, hosts, placement, engine } = this.site;
    const what = 'node' in operation ? operation.node : operation.box;
    const box = 'node' in operation ? machinery.node(operation.node)?.box : operation.box;
    const host = box === undefined ? undefined : placement.hostOf(box);
    if (host === undefined) return refuse(`there is no ${what}`);
    const downtime = this.down.get(host);
    if (downtime === undefined) {
      const outcome = await hosts.ask(host, 'perform', { operation });
      if (outcome.ok && operation.verb === 'kill') this.site.roll.stays(operation.node, operation.stay === true);
      if (outcome.ok && operation.verb === 'restart') this.site.roll.stays(operation.node, false);
      return outcome;
    }
    const ago = ((engine.clock.nowUs - downtime.sinceUs) / 1e6).toFixed(1);
    return refuse(`${what} has been dead for ${ago} s: ${downtime.reason}; restart host ${host} to bring it back`);
  }

  private async carryOut(change: Change): Promise<Change> {
    const { hosts, placement, roll, disks } = this.site;
    for (const node of change.topology.nodes) roll.respecify(node);
    for (const { id, box } of change.retired) {
      const host = placement.hostOf(box);
      if (host === undefined || !(await hosts.askIfUp(host, 'retire', { node: id }))) await disks.discard(id);
      roll.remove(id);
      this.publisher.forget(id);
    }
    placement.settle(change.topology);
    for (const node of change.spawned) roll.add(node);
    await this.spread(change.topology);
    const byHost = new Map<number, NodeSpec[]>();
    for (const node of change.spawned) {
      const host = placement.hostOf(node.box);
      if (host !== undefined && hosts.isUp(host)) byHost.set(host, [...(byHost.get(host) ?? []), node]);
    }
    await Promise.all([...byHost].map(([host, nodes]) => this.begin(host, nodes)));
    this.publish(new Set(change.spawned.map(({ id }) => id)));
    return change;
  }

  /** Tells a node its new config, or writes it down where its next life will find it. */
  private async settle(node: NodeId, config: unknown): Promise<Outcome> {
    const { machinery, hosts, placement, roll, engine } = this.site;
    const box = machinery.node(node)?.box;
    const host = box === undefined ? undefined : placement.hostOf(box);
    if (host !== undefined && this.down.has(host)) {
      const version = roll.reconfigure(node, config);
      const text = `config ${JSON.stringify(config)}`;
      this.site.emit({ type: 'config', atUs: engine.clock.nowUs, node, phase: 'applied', version, text });
      return done(`${node} begins its next life with config version ${version}`);
    }
    if (host === undefined) return refuse(`there is no node ${node}`);
    try {
      const written = await hosts.ask(host, 'perform', { operation: { verb: 'configure', node, config } });
      return written.ok ? written : this.configure(node, config);
    } catch (failure) {
      if (failure instanceof HostError) return refuse(failure.message);
      throw failure;
    }
  }

  /** Lets everybody know the topology and who carries what. */
  private async spread(topology: Topology): Promise<void> {
    const { machinery, engine, hosts, placement } = this.site;
    engine.setTopology(topology, machinery.portOf);
    await hosts.askAll('topology', { topology, placement: placement.asRecord() });
  }

  /** Runs these nodes on a host, all of them from the same moment on. */
  private async begin(host: number, nodes: readonly NodeSpec[]): Promise<void> {
    const { machinery, hosts, roll } = this.site;
    const known = new Map(machinery.memberships().map(({ node, pools }) => [node, pools]));
    for (const spec of nodes) {
      const box = machinery.box(spec.box);
      const pulse = roll.pulse(spec.id);
      if (box === undefined || pulse === undefined) continue;
      const former = roll.former(spec.id);
      hosts.run({ host, spec, box, members: known.get(spec.id) ?? {}, former, pulse: pulse.memory });
      roll.began(spec.id);
    }
    // Should the host die now, they begin with its next thread: they are listed.
    await hosts.askIfUp(host, 'begin', { nodes: nodes.map(({ id }) => id) });
  }

  /** New members for everybody but those that were born knowing them. */
  private publish(except: ReadonlySet<NodeId> = new Set()): void {
    const { machinery } = this.site;
    for (const { node, pools } of machinery.memberships()) {
      if (!except.has(node)) this.publisher.publish(node, machinery.version, pools);
    }
  }

  // --- hosts ---------------------------------------------------------------------------------------------------------

  private async killHost(host: number, stay: boolean): Promise<Outcome> {
    const { hosts, placement } = this.site;
    if (!(Number.isInteger(host) && host > outsideHost && host < hosts.count)) {
      return refuse(`there is no host ${host} (hosts: 1 to ${hosts.count - 1})`);
    }
    if (!hosts.isUp(host)) return refuse(`host ${host} is down already`);
    const alive = (box: string): string[] => {
      return this.on(box).flatMap(({ id }) => (this.site.roll.pulse(id)?.alive === true ? [id] : []));
    };
    const lost = placement.on(host).map((box) => ({ box, nodes: alive(box) }));
    this.staying = stay ? host : undefined;
    try {
      await hosts.kill(host, hostDeathReason(host, stay));
    } finally {
      this.staying = undefined;
    }
    return done(hostDeath(host, lost, stay, this.site.machinery.topology.nodes));
  }

  private async restartHost(host: number): Promise<Outcome> {
    const { hosts, machinery, placement } = this.site;
    if (!(Number.isInteger(host) && host >= outsideHost && host < hosts.count)) {
      return refuse(`there is no host ${host} (hosts: 1 to ${hosts.count - 1})`);
    }
    if (hosts.isUp(host)) return refuse(`host ${host} is up already`);
    await hosts.start(host);
    this.down.delete(host);
    await this.site.greet(host);
    await hosts.ask(host, 'topology', { topology: machinery.topology, placement: placement.asRecord() });
    await hosts.ask(host, 'faults', { faults: this.faultSpecs() });
    this.note(`host-${host}`, 'host-up', 'a new thread took its place');
    const boxes = placement.on(host);
    for (const box of boxes) this.note(box, 'box-up', 'booted');
    await this.begin(
      host,
      boxes.flatMap((box) => this.on(box)),
    );
    return done(`host ${host} is up`);
  }

  /** A host that dies over and over is brought back ever later, and in the end not at all. */
  private comeBack(host: number): void {
    if (this.returning.has(host)) return;
    const { options, engine } = this.site;
    const nowUs = engine.clock.nowUs;
    const before = this.deaths.get(host);
    const healthy = before === undefined || nowUs - before.lastUs > options.restarts.healthyMs * 1000;
    const count = healthy ? 0 : before.count;
    this.deaths.set(host, { count: count + 1, lastUs: nowUs });
    const delayMs = restartDelayMs(count, { ...options.restarts, firstMs: options.hostRestartMs });
    if (delayMs === undefined) return this.note(`host-${host}`, 'gave-up', `died ${count} times in a row`);
    this.returning.add(host);
    this.after(delayMs, () => {
      this.returning.delete(host);
      if (this.closed || !this.down.has(host)) return;
      void this.inOrder(() => this.restartHost(host)).then((outcome) => {
        if (!outcome.ok && !this.closed && !this.site.hosts.isUp(host)) this.comeBack(host);
      });
    });
  }

  // --- faults --------------------------------------------------------------------------------------------------------

  private async addFault(spec: FaultSpec): Promise<Outcome> {
    const { machinery, doors } = this.site;
    const entry = machinery.faults.add(spec);
    await this.refreshFaults();
    const everybody = [...machinery.topology.nodes.map(({ id }) => id), ...doors()];
    const idle = !strikesAnything(entry.fault, everybody);
    this.noteFault(idle ? 'idle' : 'added', entry.text);
    const text = idle
      ? `${entry.text}: matches nothing here (fault ${entry.id} waits for something to match)`
      : entry.text;
    return { ok: true, text, fault: entry.id };
  }

  private async removeFault(id: number): Promise<Outcome> {
    const entry = this.site.machinery.faults.remove(id);
    if (entry === undefined) return refuse(`there is no fault ${id}`);
    await this.refreshFaults();
    this.noteFault('removed', entry.text);
    return done(`${entry.text}: over`);
  }

  private async healAll(): Promise<Outcome> {
    const gone = this.site.machinery.faults.clear();
    await this.refreshFaults();
    for (const entry of gone) this.noteFault('removed', entry.text);
    return done(gone.length === 0 ? 'nothing to heal' : `healed: ${gone.map(({ text }) => text).join('; ')}`);
  }

  /** In force when every host has said so: the receiver of an envelope judges it. */
  private async refreshFaults(): Promise<void> {
    this.site.engine.setFaults(this.site.machinery.faults.all);
    await this.site.hosts.askAll('faults', { faults: this.faultSpecs() });
  }

  private faultSpecs(): { readonly id: number; readonly spec: FaultSpec }[] {
    return this.site.machinery.faults.all.map(({ id, spec }) => ({ id, spec }));
  }

  // --- inside --------------------------------------------------------------------------------------------------------

  /** One after the other: each change starts from what the one before it left. */
  private inOrder(run: () => Promise<Outcome>): Promise<Outcome> {
    const result = this.chain.then(async () => {
      if (this.closed) return refuse('the world is closed');
      try {
        return await run();
      } catch (failure) {
        if (failure instanceof TopologyError || failure instanceof ConfigError || failure instanceof HostError) {
          return refuse(failure.message);
        }
        throw failure;
      }
    });
    this.chain = result.catch(() => undefined);
    return result;
  }

  private on(box: string): readonly NodeSpec[] {
    return this.site.machinery.topology.nodes.filter((node) => node.box === box);
  }

  private after(delayMs: number, then: () => void): void {
    const { clock } = this.site.engine;
    clock.schedule(new Callback(then), clock.nowUs + Math.round(delayMs * 1000));
  }

  private note(node: string, phase: LifePhase, reason: string, incarnation = 0): void {
    this.site.emit({ type: 'life', atUs: this.site.engine.clock.nowUs, node, incarnation, phase, reason });
  }

  private noteFault(phase: 'added' | 'removed' | 'idle', fault: string): void {
    this.site.emit({ type: 'fault', atUs: this.site.engine.clock.nowUs, node: 'network', phase, fault });
  }
}
