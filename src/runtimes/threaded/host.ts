/**
 * One thread's share of a data centre: an engine on the real clock, links to the other threads, and an ear for what the
 * main thread wants done.
 */
import { join } from 'node:path';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { EventSink, WorldEvent } from '../../kernel/events';
import { type Random, seeded } from '../../kernel/random';
import type { Catalogue } from '../../kernel/runtime';
import type { Job } from '../../kernel/tier';
import type { BoxSpec, Topology } from '../../kernel/topology';
import { doorBox, type Place } from '../engine/directory';
import { Engine } from '../engine/engine';
import { Machinery } from '../engine/machinery';
import { Recent } from '../engine/recent';
import { loadCatalogue } from './catalogue-modules';
import type { FromHost, HostCensus, HostTask, HostVerb, HostVerbs, NodeExit, NodeTask, ToHost } from './control';
import { DoorNotes } from './door-notes';
import { EventOutbox, isFullDetail } from './event-outbox';
import { FileDrive } from './file-drive';
import { folderName } from './folder-name';
import { Loop } from './loop';
import { type Member, Mesh, mainMember } from './mesh';
import { Pulse } from './pulse';
import { Residents } from './residents';
import { secret } from './secret';
import { WallClock } from './wall-clock';

type Answerer = {
  readonly [V in HostVerb]: (ask: HostVerbs[V]['ask'], then: (answer: HostVerbs[V]['answer']) => void) => void;
};

export class Host {
  readonly ended: Promise<void>;
  private readonly catalogue: Catalogue;
  private readonly machinery: Machinery;
  private readonly clock: WallClock;
  private readonly mesh: Mesh;
  private readonly loop: Loop;
  private readonly engine: Engine;
  private readonly residents = new Residents();
  private readonly drives = new Map<NodeId, FileDrive>();
  private readonly diskWork = { count: 0 };
  private readonly pulses = new Map<NodeId, Pulse>();
  private readonly outbox: EventOutbox;
  private readonly recent: Recent;
  private readonly random: Random;
  private readonly jobs = new Map<number, (result: unknown, failure: string | undefined) => void>();
  private placement: ReadonlyMap<string, number> = new Map();
  private follows = false;
  private lastJob = 0;
  private end: () => void = () => {};

  constructor(private readonly task: HostTask) {
    const { host, control } = task;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.catalogue = loadCatalogue(task.modules);
    this.machinery = new Machinery(this.catalogue);
    this.random = seeded(task.seed).fork(`host:${host}:${task.generation}`);
    this.recent = new Recent(task.detail === 'full' ? task.keepMax : 0);
    this.outbox = new EventOutbox(
      (events) => this.ship(events),
      (text) => ({ type: 'log', atUs: this.clock.nowUs, node: `host-${host}`, level: 'warn', text }),
    );
    this.clock = new WallClock(task.originNs, () => this.loop.wake());
    this.mesh = new Mesh(host, task.flags, {
      mail: (mail) => this.receive(mail),
      note: (_peer, bytes) => this.hearNote(bytes),
      unfit: (mail, reason) => this.engine.drop(mail, mail.from, reason),
      rung: () => this.loop.rung(),
      posted: () => this.loop.wake(),
    });
    this.loop = new Loop(this.clock, this.traffic(), true);
    this.engine = this.makeEngine();
    control.on('message', (message: ToHost) => this.hear(message));
    this.say({ say: 'ready' });
  }

  /** Takes in a node's task; the promise ends with the node. */
  run(task: NodeTask): Promise<NodeExit> {
    if (task.generation !== this.task.generation) return Promise.resolve({ node: task.spec.id, why: 'void' });
    return this.residents.arrive(task);
  }

  private makeEngine(): Engine {
    const { task, clock } = this;
    const sink: EventSink = { full: task.detail === 'full', emit: (event) => this.emit(event) };
    return new Engine({
      clock,
      random: this.random,
      secret: () => secret,
      events: sink,
      network: task.network,
      restarts: task.restarts,
      epochMs: task.epochMs,
      hostOf: (box) => this.hostOf(box),
      drive: (node) => this.drive(node),
      job: (job, _desk, then) => this.startJob(job, then),
      remote: (mail, to) => this.remote(mail, to),
      bytesOf: (mail) => JSON.stringify(mail.body).length,
      transit: undefined,
    });
  }

  /** The mesh, and with it the events: they leave at the end of a tick as well. */
  private traffic(): ConstructorParameters<typeof Loop>[1] {
    const { mesh, outbox, diskWork } = this;
    return {
      drain: () => mesh.drain(),
      flush: () => {
        if (outbox.ready) outbox.flush();
        return mesh.flush();
      },
      get arrived() {
        return mesh.arrived;
      },
      get expecting() {
        return diskWork.count > 0;
      },
      nap: (ms) => mesh.nap(ms),
      get pressed() {
        return mesh.pressed;
      },
      sleep: () => mesh.sleep(),
      awake: () => mesh.awake(),
    };
  }

  // --- mail ----------------------------------------------------------------------------------------------------------

  private hostOf(box: BoxSpec): Member {
    return this.placement.get(box.id) ?? mainMember;
  }

  private remote(mail: Mail, to: Place): boolean {
    const member = this.hostOf(to.box);
    if (member === this.task.host) return false;
    const problem = this.mesh.post(mail, member);
    if (problem !== undefined) this.engine.drop(mail, mail.from, problem);
    return true;
  }

  private receive(mail: Mail): void {
    this.clock.goOn();
    if (this.residents.expecting && this.keeps(mail)) return;
    this.engine.receive(mail);
  }

  /** Somebody who is about to begin will want it. */
  private keeps(mail: Mail): boolean {
    const to = this.engine.directory.resolve(mail.to);
    return to !== undefined && !this.engine.has(to.node) && this.residents.keep(mail, to.node);
  }

  private hearNote(bytes: Uint8Array): void {
    const note = DoorNotes.read(bytes);
    if (note.open) this.engine.directory.addDoor(note.door, doorBox(note.door, note.zone, note.region));
    else this.engine.directory.removeDoor(note.door);
  }

  // --- what the main thread wants ------------------------------------------------------------------------------------

  private readonly answers: Answerer = {
    link: ({ peer, bell, out, in: inbound }, then) => {
      this.mesh.connect(peer, { bell, out, in: inbound });
      then(null);
    },
    unlink: ({ peer }, then) => {
      this.mesh.disconnect(peer);
      then(null);
    },
    topology: ({ topology, placement }, then) => {
      this.learn(topology, new Map(Object.entries(placement)));
      then(null);
    },
    begin: ({ nodes }, then) => {
      this.residents.whenHere(nodes, () => {
        this.begin(nodes);
        then(null);
      });
    },
    retire: ({ node }, then) => {
      this.engine.retire(node);
      this.pulses.delete(node);
      this.drives.delete(node);
      this.residents.leave(node);
      then(null);
    },
    perform: ({ operation }, then) => then(this.engine.perform(operation)),
    resize: ({ box, size }, then) => {
      this.engine.resize(box, size);
      then(null);
    },
    faults: ({ faults }, then) => {
      this.engine.setFaults(
        faults.flatMap(({ id, spec }) => {
          const kind = this.catalogue.faults.get(spec.kind);
          return kind === undefined ? [] : [{ id, fault: kind.make(kind.parse(spec)) }];
        }),
      );
      this.faultIds = faults.map(({ id }) => id);
      then(null);
    },
    inspect: (_ask, then) => then(this.census()),
    view: ({ node }, then) => then(this.engine.view(node)),
    recall: (_ask, then) => then(this.recent.toArray()),
    follow: ({ full }, then) => {
      this.follows = full;
      then(null);
    },
    close: (_ask, then) => {
      this.loop.stop();
      this.mesh.close();
      void Promise.all([...this.drives.values()].map((drive) => drive.close())).then(() => {
        then(null);
        this.end();
      });
    },
  };

  private faultIds: readonly number[] = [];

  private hear(message: ToHost): void {
    switch (message.verb) {
      case 'heard':
        this.outbox.heard();
        return this.outbox.flush();
      case 'jobDone': {
        const then = this.jobs.get(message.job);
        this.jobs.delete(message.job);
        this.clock.within(() => then?.(message.result, message.failure));
        return this.loop.wake();
      }
      default:
        return this.obey(message);
    }
  }

  private obey(message: Extract<ToHost, { readonly verb: HostVerb }>): void {
    const { id } = message;
    const answer = (value: unknown): void => {
      this.outbox.flush(); // What happened is told before that it is done.
      this.say({ say: 'answer', id, value, failure: undefined });
    };
    try {
      this.clock.within(() => this.dispatch(message, answer));
    } catch (failure) {
      this.say({
        say: 'answer',
        id,
        value: null,
        failure: failure instanceof Error ? failure.message : String(failure),
      });
    }
    this.loop.wake();
  }

  private dispatch<V extends HostVerb>(
    { verb, ask }: { readonly verb: V; readonly ask: HostVerbs[V]['ask'] },
    answer: (value: HostVerbs[V]['answer']) => void,
  ): void {
    this.answers[verb](ask, answer);
  }

  private learn(topology: Topology, placement: ReadonlyMap<string, number>): void {
    const { engine, task } = this;
    this.placement = placement;
    const here = (box: string): boolean => placement.get(box) === task.host;
    engine.setTopology(topology, this.machinery.portOf);
    for (const box of topology.boxes) if (here(box.id)) engine.addBox(box);
    this.residents.expect(topology, here, (node) => engine.has(node));
  }

  private begin(nodes: readonly NodeId[]): void {
    for (const node of nodes) {
      const task = this.residents.task(node);
      if (task === undefined) continue;
      this.pulses.set(node, new Pulse(task.pulse));
      const tier = this.machinery.configure(task.spec.kind, task.spec.config);
      this.engine.spawn(task.spec, tier, task.box, task.members, task.former);
    }
    for (const mail of this.residents.begun(nodes)) this.receive(mail);
  }

  private census(): HostCensus {
    const { engine } = this;
    const hits = Object.fromEntries(this.faultIds.map((id) => [id, engine.hits(id)]));
    const { backlogBytes } = this.mesh;
    return { host: this.task.host, backlogBytes, nodes: engine.nodes(), boxes: engine.boxStatuses(), hits };
  }

  // --- what the main thread hears ------------------------------------------------------------------------------------

  private emit(event: WorldEvent): void {
    if (event.type === 'life') this.count(event.node, event.phase, event.incarnation);
    if (event.type === 'config' && event.phase === 'applied') this.tellConfig(event.node);
    const full = isFullDetail(event);
    this.recent.push(event);
    if (full && !this.follows) return;
    this.outbox.put(event);
    this.loop.wake();
  }

  private count(node: NodeId, phase: string, incarnation: number): void {
    const pulse = this.pulses.get(node);
    if (phase === 'started') pulse?.began(incarnation);
    else if (phase === 'killed' || phase === 'crashed' || phase === 'retired') pulse?.ended();
  }

  /** So that the node has its config again when this host dies. */
  private tellConfig(node: NodeId): void {
    const record = this.engine.record(node);
    if (record === undefined || record.configVersion === 1) return;
    this.say({ say: 'config', node, config: record.config, version: record.configVersion });
  }

  private ship(events: readonly WorldEvent[]): void {
    try {
      this.say({ say: 'events', events });
    } catch {
      // A body that cannot be cloned takes only its own event with it.
      this.say({ say: 'events', events: events.filter(isCloneable) });
    }
  }

  private say(message: FromHost): void {
    this.task.control.postMessage(message);
  }

  // --- what nodes need -----------------------------------------------------------------------------------------------

  private drive(node: NodeId): FileDrive {
    const folder = join(this.task.disks, folderName(node));
    const drive = new FileDrive(folder, this.clock, this.random.fork(`disk:${node}`), this.diskWork);
    this.drives.set(node, drive);
    return drive;
  }

  private startJob(job: Job, then: (result: unknown, failure: string | undefined) => void): void {
    const id = ++this.lastJob;
    this.jobs.set(id, then);
    this.say({ say: 'job', id, job });
  }
}

function isCloneable(event: WorldEvent): boolean {
  try {
    structuredClone(event);
    return true;
  } catch {
    return false;
  }
}
