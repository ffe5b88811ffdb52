/**
 * A data centre on worker threads, in real time: one engine per thread, and one on the main thread that carries nothing
 * but doors. Threads can really die here.
 */
import { randomUUID } from 'node:crypto';
import { Observable, Subject } from 'rxjs';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { EventSink, WorldEvent } from '../../kernel/events';
import { metalAddress } from '../../kernel/metal';
import type { Operation, Outcome } from '../../kernel/operations';
import { seeded } from '../../kernel/random';
import type { BoxStatus, Catalogue, Census, Door, NodeStatus, Runtime } from '../../kernel/runtime';
import { ConfigError } from '../../kernel/schema';
import type { Topology, Zone } from '../../kernel/topology';
import type { Place } from '../engine/directory';
import { EngineDoor } from '../engine/door';
import { Engine } from '../engine/engine';
import { Machinery } from '../engine/machinery';
import { Placement } from '../engine/placement';
import { Recent } from '../engine/recent';
import { serveMetal } from '../engine/serve-metal';
import { loadCatalogue } from './catalogue-modules';
import type { FromHost, HostCensus } from './control';
import { DataDir } from './data-dir';
import { DoorNotes } from './door-notes';
import { isFullDetail } from './event-outbox';
import { lookDeadlineMs } from './host-handle';
import { HostPool } from './host-pool';
import { Hosts } from './hosts';
import { JobPool } from './job-pool';
import { Loop } from './loop';
import { allocateFlags, type Member, Mesh, mainMember } from './mesh';
import { type ThreadedOptions, threadedDefaults } from './options';
import { Roll } from './roll';
import { secret } from './secret';
import { ThreadedOperations } from './threaded-operations';
import { WallClock } from './wall-clock';

/** Threads beyond this are a mistake: each has a link to each other one. */
const hostsMax = 64;

/** Where doors stand: near the site, in the region that everything is in unless it says otherwise. */
const doorRegion = 'main';

/**
 * Starts the threads of an empty data centre.
 *
 * @param given `modules` says which tiers, faults and jobs there are; all else has a default in `threadedDefaults`.
 * @throws `DataDirError` when the data folder cannot be used, `ConfigError` when a module is no catalogue.
 *
 * @example
 * const runtime = await launchRuntime({ modules: [require.resolve('./catalogue')], hosts: 2 });
 * runtime.apply(topology, (outcome) => { ... });
 * await runtime.close();
 */
export async function launchRuntime(
  given: Partial<ThreadedOptions> & Pick<ThreadedOptions, 'modules'>,
): Promise<ThreadedRuntime> {
  const options: ThreadedOptions = { ...threadedDefaults, ...given };
  let runtime: ThreadedRuntime | undefined;
  if (!(Number.isInteger(options.hosts) && options.hosts >= 1 && options.hosts <= hostsMax)) {
    throw new ConfigError(`hosts: ${options.hosts} is not a whole number from 1 to ${hostsMax}`);
  }
  const disks = await DataDir.open(options.dataDir, (reason) => runtime?.warn(reason));
  // The threads load while this one goes on: theirs is the longest way to the first answer.
  const pool = new HostPool({ threads: options.hosts + 1, heapMb: options.heapMb });
  try {
    runtime = new ThreadedRuntime(options, disks, pool);
    await runtime.start();
    return runtime;
  } catch (failure) {
    if (runtime === undefined) {
      await pool.close();
      await disks.close();
    } else {
      await runtime.close();
    }
    throw failure;
  }
}

export class ThreadedRuntime implements Runtime {
  /** What happened to nodes, boxes and hosts, what they logged, what was dropped; not every single message. */
  readonly events: Observable<WorldEvent>;
  /** The same with every message sent, delivered and handled, when the detail is `full`; they flow while one listens. */
  readonly everything: Observable<WorldEvent>;
  readonly catalogue: Catalogue;
  private readonly acts = new Subject<WorldEvent>();
  private readonly all = new Subject<WorldEvent>();
  private readonly clock: WallClock;
  private readonly mesh: Mesh;
  private readonly loop: Loop;
  private readonly machinery: Machinery;
  private readonly engine: Engine;
  private readonly placement: Placement;
  private readonly roll = new Roll();
  private readonly hosts: Hosts;
  private readonly jobs: JobPool;
  private readonly operations: ThreadedOperations;
  private readonly doors = new Map<NodeId, Zone>();
  private readonly recent: Recent;
  private readonly metal: EngineDoor;
  private followers = 0;
  private closing: Promise<void> | undefined;

  constructor(
    options: ThreadedOptions,
    private readonly disks: DataDir,
    pool: HostPool,
  ) {
    const originNs = process.hrtime.bigint();
    const seed = String(options.seed ?? randomUUID());
    const flags = allocateFlags(options.hosts + 1);
    const { detail, network, restarts, modules, keepMax } = options;
    const epochMs = Date.now();
    this.events = this.acts;
    this.everything = new Observable((subscriber) => {
      const flow = this.all.subscribe(subscriber);
      if (++this.followers === 1) this.follow(true);
      return () => {
        flow.unsubscribe();
        if (--this.followers === 0) this.follow(false);
      };
    });
    this.recent = new Recent(detail === 'full' ? keepMax : 0);
    this.clock = new WallClock(originNs, () => this.loop.wake());
    this.mesh = new Mesh(mainMember, flags, {
      mail: (mail) => {
        this.clock.goOn();
        this.engine.receive(mail);
      },
      note: () => undefined,
      unfit: (mail, reason) => this.engine.drop(mail, mail.from, reason),
      rung: () => this.loop.rung(),
      posted: () => this.loop.wake(),
    });
    this.loop = new Loop(this.clock, this.mesh, false);
    this.hosts = new Hosts(
      options.hosts + 1,
      { modules, originNs, epochMs, seed, detail, network, restarts, disks: disks.disks, keepMax },
      flags,
      this.mesh,
      {
        heard: (host, message) => this.hear(host, message),
        died: (host, reason) => this.operations.died(host, reason),
        exited: () => undefined,
      },
      pool,
    );
    this.catalogue = loadCatalogue(modules);
    this.machinery = new Machinery(this.catalogue);
    this.placement = new Placement(options.hosts);
    this.jobs = new JobPool(modules, options.jobThreads);
    const sink: EventSink = { full: detail === 'full', emit: (event) => this.emit(event) };
    this.engine = new Engine({
      clock: this.clock,
      random: seeded(seed).fork('main'),
      secret: () => secret,
      events: sink,
      network,
      restarts,
      epochMs,
      hostOf: (box) => this.placement.hostOf(box.id) ?? mainMember,
      drive: (node) => {
        throw new Error(`${node} was to run on the main thread, which carries only doors`);
      },
      job: (job, _desk, then) => this.jobs.run(job, then),
      remote: (mail, to) => this.remote(mail, to),
      bytesOf: (mail) => JSON.stringify(mail.body).length,
      transit: undefined,
    });
    this.metal = this.open(metalAddress, 'provider');
    this.operations = new ThreadedOperations(
      {
        machinery: this.machinery,
        engine: this.engine,
        hosts: this.hosts,
        placement: this.placement,
        roll: this.roll,
        disks,
        options,
        doors: () => [...this.doors.keys()],
        emit: sink.emit,
        greet: (host) => this.greet(host),
      },
      this.metal,
    );
    serveMetal(this.metal, this, () => this.machinery.asConfigured);
  }

  /** Starts all threads; used once, by `launchRuntime`. */
  async start(): Promise<void> {
    const all = Array.from({ length: this.hosts.count }, (_, host) => host);
    await Promise.all(
      all.map(async (host) => {
        await this.hosts.start(host);
        await this.greet(host);
      }),
    );
  }

  /** Says something that nobody asked for, as an event of the runtime itself. */
  warn(text: string): void {
    this.emit({ type: 'log', atUs: this.nowUs, node: 'runtime', level: 'warn', text });
  }

  get nowUs(): number {
    return this.clock.nowUs;
  }

  get topology(): Topology {
    return this.machinery.topology;
  }

  // --- doing ---------------------------------------------------------------------------------------------------------

  perform(operation: Operation, then: (outcome: Outcome) => void): void {
    if (operation.verb === 'configure') void this.operations.configure(operation.node, operation.config).then(then);
    else void this.operations.perform(operation).then(then);
  }

  /** Throws a `TopologyError` before anything is changed. */
  apply(topology: Topology, then: (outcome: Outcome) => void): void {
    void this.operations.apply(topology).then(then);
  }

  attach(id: NodeId, zone: Zone): Door {
    return this.open(id, zone);
  }

  inspect(then: (census: Census) => void): void {
    void this.census().then(then);
  }

  view(node: NodeId, then: (view: unknown) => void): void {
    const box = this.machinery.node(node)?.box;
    const host = box === undefined ? undefined : this.placement.hostOf(box);
    if (host === undefined) return void Promise.resolve(undefined).then(then);
    void this.hosts
      .ask(host, 'view', { node }, lookDeadlineMs)
      .catch(() => undefined)
      .then(then);
  }

  /** The last full-detail events of all threads, in order of time; empty unless the detail is `full`. */
  recall(then: (events: readonly WorldEvent[]) => void): void {
    const rows = this.hosts.up.map((handle) => handle.ask('recall', {}, [], lookDeadlineMs).catch(() => []));
    void Promise.all(rows).then((there) =>
      then([...there, this.recent.toArray()].flat().sort((a, b) => a.atUs - b.atUs)),
    );
  }

  /** Ends everything: nodes finish writing what they were told to, threads end, a temporary data folder goes. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await this.operations.close();
    await this.hosts.close();
    this.loop.stop();
    this.mesh.close();
    await this.jobs.close();
    await this.disks.close();
    this.acts.complete();
    this.all.complete();
  }

  // --- seeing --------------------------------------------------------------------------------------------------------

  private async census(): Promise<Census> {
    const { hosts, machinery, operations } = this;
    const found = await Promise.all(
      hosts.up.map((handle) => handle.ask('inspect', {}, [], lookDeadlineMs).catch(() => undefined)),
    );
    const heard = found.filter((one): one is HostCensus => one !== undefined);
    const nodes = new Map(heard.flatMap((one) => one.nodes).map((status) => [status.spec.id, status]));
    const boxes = new Map(heard.flatMap((one) => one.boxes).map((status) => [status.spec.id, status]));
    const hits = (id: number): number => heard.reduce((sum, one) => sum + (one.hits[id] ?? 0), this.engine.hits(id));
    return {
      nodes: machinery.topology.nodes.flatMap(({ id, box }) => nodes.get(id) ?? this.unheard(id, box) ?? []),
      boxes: machinery.topology.boxes.map((box) => boxes.get(box.id) ?? this.unheardBox(box)),
      hosts: operations.hosts().map((status) => {
        const own = heard.find(({ host }) => host === status.id);
        return own === undefined ? status : { ...status, backlogBytes: own.backlogBytes };
      }),
      faults: machinery.faults.all.map(({ id, spec, text }) => ({ id, spec, text, hits: hits(id) })),
    };
  }

  /** A node whose host is down, or does not answer. */
  private unheard(node: NodeId, box: string): NodeStatus | undefined {
    const host = this.placement.hostOf(box) ?? mainMember;
    const downtime = this.operations.downtime(host);
    if (downtime === undefined) {
      const status = this.roll.status(node, host, 'running');
      return status && { ...status, reason: `host ${host} has not answered for ${lookDeadlineMs} ms` };
    }
    const returns = downtime.comesBack && this.machinery.node(node)?.restart === 'always';
    return this.roll.status(node, host, returns ? 'restarting' : 'dead');
  }

  private unheardBox(spec: BoxStatus['spec']): BoxStatus {
    const host = this.placement.hostOf(spec.id) ?? mainMember;
    return { spec, up: this.hosts.isUp(host), host, busyCpus: 0, waiting: 0 };
  }

  private hear(host: number, message: FromHost): void {
    switch (message.say) {
      case 'events':
        for (const event of message.events) this.publish(event);
        return this.hosts.handle(host).tell({ verb: 'heard' });
      case 'job': {
        const handle = this.hosts.handle(host);
        return this.jobs.run(message.job, (result, failure) => {
          handle.tell({ verb: 'jobDone', job: message.id, result, failure });
        });
      }
      case 'config':
        return this.roll.configured(message.node, message.config, message.version);
      default:
    }
  }

  private emit(event: WorldEvent): void {
    this.recent.push(event);
    this.publish(event);
  }

  private publish(event: WorldEvent): void {
    if (!isFullDetail(event)) this.acts.next(event);
    if (this.followers > 0) this.all.next(event);
  }

  private follow(full: boolean): void {
    for (const handle of this.hosts.up) handle.ask('follow', { full }).catch(() => undefined);
  }

  // --- mail ----------------------------------------------------------------------------------------------------------

  private open(id: NodeId, zone: Zone): EngineDoor {
    const door = new AnnouncedDoor(this.engine, id, zone, doorRegion, () => {
      this.doors.delete(id);
      const note = DoorNotes.write({ open: false, door: id });
      for (const { host } of this.hosts.up) this.mesh.note(note, host);
    });
    this.doors.set(id, zone);
    const note = DoorNotes.write({ open: true, door: id, zone, region: doorRegion });
    for (const { host } of this.hosts.up) this.mesh.note(note, host);
    return door;
  }

  /** A new host hears of all doors before any mail of theirs, and whether somebody follows every message. */
  private async greet(host: number): Promise<void> {
    for (const [door, zone] of this.doors) {
      this.mesh.note(DoorNotes.write({ open: true, door, zone, region: doorRegion }), host);
    }
    await this.hosts.ask(host, 'follow', { full: this.followers > 0 });
  }

  private remote(mail: Mail, to: Place): boolean {
    const member: Member = this.placement.hostOf(to.box.id) ?? mainMember;
    if (member === mainMember) return false;
    const problem = this.mesh.post(mail, member);
    if (problem !== undefined) this.engine.drop(mail, mail.from, problem);
    return true;
  }
}

/** A door that tells when it closes. */
class AnnouncedDoor extends EngineDoor {
  constructor(
    engine: Engine,
    id: NodeId,
    zone: Zone,
    region: string,
    private readonly closed: () => void,
  ) {
    super(engine, id, zone, region);
  }

  override close(): void {
    super.close();
    this.closed();
  }
}
