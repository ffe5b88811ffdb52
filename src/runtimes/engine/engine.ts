/**
 * Runs nodes on boxes, given a clock: the whole data centre in simulation, one host's share of it on a worker thread.
 * It knows no tier and no fault by name, and reads neither clock nor chance but those it was handed.
 */
import type { TrueClock } from '../../kernel/clock';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { EventSink, LifePhase } from '../../kernel/events';
import type { NetworkModel } from '../../kernel/network';
import { type BoxSize, done, type Operation, type Outcome, refuse } from '../../kernel/operations';
import type { Random } from '../../kernel/random';
import { type Fault, fairConditions } from '../../kernel/rule';
import type { BoxStatus, NodeStatus } from '../../kernel/runtime';
import { ServiceRules } from '../../kernel/service';
import type { ConfiguredTier, Job, Members } from '../../kernel/tier';
import { Callback } from '../../kernel/timers';
import type { BoxSpec, NodeSpec, Topology } from '../../kernel/topology';
import { Box } from './box';
import { Desk } from './desk';
import { Directory, type Place } from './directory';
import type { DiskDrive } from './drive';
import type { Former } from './former';
import { Life } from './life';
import type { ActiveRule } from './links';
import { NodeRecord } from './node-record';
import { PostOffice } from './post-office';
import { type RestartPolicy, restartDelayMs } from './restart-policy';

/** What an engine is handed; runtimes differ in nothing else. */
export interface EngineParts {
  readonly clock: TrueClock;
  readonly random: Random;
  readonly secret: (node: NodeId, incarnation: number) => Random;
  readonly events: EventSink;
  readonly network: NetworkModel;
  readonly restarts: RestartPolicy;
  /** The time of day at true time 0, in milliseconds since 1970. */
  readonly epochMs: number;
  /** The number of the host that this engine is. */
  readonly hostOf: (box: BoxSpec) => number;
  readonly drive: (node: NodeId) => DiskDrive;
  /** Computes a job and charges for it; calls back outside of any turn. */
  readonly job: (job: Job, desk: Desk, then: (result: unknown, failure: string | undefined) => void) => void;
  /** Hands an envelope to the engine that carries the place; false if this one does. */
  readonly remote: (mail: Mail, to: Place) => boolean;
  readonly bytesOf: (mail: Mail) => number;
  /** Sees every envelope as it arrives, for tests: freezes it, or sends it through the codec. */
  readonly transit: ((mail: Mail) => Mail) | undefined;
}

/** A fault in force and its number. */
export interface ActiveFault {
  readonly id: number;
  readonly fault: Fault;
}

export class Engine {
  readonly directory = new Directory();
  private readonly office: PostOffice;
  private readonly boxes = new Map<string, Box>();
  private readonly records = new Map<NodeId, NodeRecord>();
  private readonly residents = new Map<Box, Set<NodeRecord>>();
  private readonly desks = new Map<NodeId, Desk>();
  private readonly doors = new Map<NodeId, (mail: Mail) => void>();
  private faults: readonly ActiveFault[] = [];
  private rules: readonly ActiveRule[] = [];
  /** Which boxes each fault has struck. */
  private boxHits = new Map<number, Set<string>>();

  constructor(private readonly parts: EngineParts) {
    this.office = new PostOffice(
      parts.clock,
      this.directory,
      parts.network,
      parts.events,
      this,
      parts.random.fork('links'),
    );
  }

  get clock(): TrueClock {
    return this.parts.clock;
  }

  get events(): EventSink {
    return this.parts.events;
  }

  // --- what there is -----------------------------------------------------------------------------------------------

  /** Learns the whole topology: where everybody is, and the sizes of the boxes that this engine carries. */
  setTopology(topology: Topology, portOf: (node: NodeSpec) => number): void {
    this.directory.list(topology, portOf);
    for (const record of this.records.values()) record.place = this.directory.resolve(record.id);
    for (const spec of topology.boxes) {
      const box = this.boxes.get(spec.id);
      if (box === undefined || box.spec === spec) continue;
      box.resize(spec);
      this.bendBox(box);
    }
    const listed = new Set(topology.boxes.map(({ id }) => id));
    for (const [id, box] of this.boxes) {
      if (listed.has(id)) continue;
      this.boxes.delete(id);
      this.residents.delete(box);
    }
  }

  /** Takes a box in; its nodes are spawned one by one. */
  addBox(spec: BoxSpec): Box {
    const known = this.boxes.get(spec.id);
    if (known !== undefined) return known;
    const box = new Box(spec, this.parts.clock, this.parts.epochMs);
    this.boxes.set(spec.id, box);
    this.residents.set(box, new Set());
    return box;
  }

  addDoor(id: NodeId, box: BoxSpec, hear: (mail: Mail) => void): Place {
    this.directory.addDoor(id, box);
    this.doors.set(id, hear);
    return { node: id, box, isPublic: false };
  }

  removeDoor(id: NodeId): void {
    this.directory.removeDoor(id);
    this.doors.delete(id);
  }

  /** Creates a node and starts its first life, or its next one if it lived on another engine before. */
  spawn(spec: NodeSpec, tier: ConfiguredTier, box: BoxSpec, members: Members, former?: Former): void {
    const random = this.parts.random.fork(`node:${spec.id}`);
    const drive = this.parts.drive(spec.id);
    const record = new NodeRecord(spec, tier, this.addBox(box), drive, random, members);
    record.place = this.directory.resolve(spec.id);
    this.records.set(spec.id, record);
    this.residents.get(record.box)?.add(record);
    this.bendBox(record.box);
    if (former === undefined) this.note(record, 'spawned', `${spec.kind} on ${box.id}`);
    else record.takeUp(former);
    if (former?.stays !== undefined) record.enter('dead', former.stays, this.clock.nowUs);
    else if (record.box.up) this.start(record);
    else record.enter('dead', `its box ${box.id} is down`, this.clock.nowUs);
  }

  has(id: NodeId): boolean {
    return this.records.has(id);
  }

  /** Everybody with an address here: nodes and doors. */
  known(): NodeId[] {
    return [...this.records.keys(), ...this.doors.keys()];
  }

  carries(box: string): boolean {
    return this.boxes.has(box);
  }

  record(id: NodeId): NodeRecord | undefined {
    return this.records.get(id);
  }

  // --- life and death ----------------------------------------------------------------------------------------------

  /** Does what is for a node or a box of this engine; a refusal says why and changes nothing. */
  perform(operation: Operation): Outcome {
    switch (operation.verb) {
      case 'kill':
        return this.kill(operation.node, 'killed by hand', operation.stay === true);
      case 'restart':
        return this.restart(operation.node);
      case 'pause':
        return this.pause(operation.node);
      case 'resume':
        return this.resume(operation.node);
      case 'kill-box':
        return this.killBox(operation.box, 'its box was switched off', operation.stay === true);
      case 'restart-box':
        return this.restartBox(operation.box);
      default:
        return refuse(`${operation.verb} is not for an engine`);
    }
  }

  /** Ends the process of a node. Unless it is to stay dead, its box starts it again by its restart policy. */
  kill(id: NodeId, reason: string, stay: boolean): Outcome {
    const record = this.records.get(id);
    if (record === undefined) return refuse(`there is no node ${id}`);
    if (record.life === undefined) {
      if (!stay || record.state !== 'restarting') return refuse(this.deadSince(record));
      record.staysDead = true;
      record.enter('dead', 'killed by hand, to stay dead', this.clock.nowUs);
      return done(`${id} stays dead`);
    }
    this.end(record, 'killed', stay ? `${reason}, to stay dead` : reason);
    record.staysDead = stay;
    this.restartLater(record);
    return done(record.state === 'restarting' ? `${id} was ${record.reason}` : `${id} was killed and stays dead`);
  }

  /** Starts a dead node now. */
  restart(id: NodeId): Outcome {
    const record = this.records.get(id);
    if (record === undefined) return refuse(`there is no node ${id}`);
    if (record.life !== undefined) return refuse(`${id} is running already; kill it first`);
    if (!record.box.up) return refuse(`${id} cannot start: its box ${record.box.spec.id} is down; restart the box`);
    record.restarts = 0;
    record.staysDead = false;
    this.start(record);
    return done(`${id} was restarted`);
  }

  /** Ends a node for good, with its disk. */
  retire(id: NodeId): void {
    const record = this.records.get(id);
    if (record === undefined) return;
    if (record.life === undefined) this.note(record, 'retired', `was dead: ${record.reason}`);
    else this.end(record, 'retired', 'by order');
    record.drive.discard();
    this.records.delete(id);
    this.residents.get(record.box)?.delete(record);
  }

  pause(id: NodeId): Outcome {
    const record = this.records.get(id);
    if (record?.life === undefined)
      return refuse(record === undefined ? `there is no node ${id}` : this.deadSince(record));
    if (record.life.paused) return refuse(`${id} is paused already`);
    this.desks.get(id)?.pause();
    record.enter('paused', 'paused', this.clock.nowUs);
    this.note(record, 'paused', 'its process was stopped');
    return done(`${id} is paused`);
  }

  resume(id: NodeId): Outcome {
    const record = this.records.get(id);
    if (record?.life === undefined)
      return refuse(record === undefined ? `there is no node ${id}` : this.deadSince(record));
    if (!record.life.paused) return refuse(`${id} is not paused`);
    record.enter('running', '', this.clock.nowUs);
    this.note(record, 'resumed', 'its process goes on');
    this.desks.get(id)?.resume();
    return done(`${id} goes on`);
  }

  /**
   * A machine stops: everything on it dies at once, and nobody is left on it to refuse a connection. It boots again
   * after a while unless it is to stay down.
   */
  killBox(id: string, reason: string, stay: boolean): Outcome {
    const box = this.boxes.get(id);
    if (box === undefined) return refuse(`there is no box ${id}`);
    if (!box.up) return refuse(`${id} is down already`);
    box.up = false;
    this.noteBox(id, 'box-down', reason);
    const died = this.on(box).filter(({ life }) => life !== undefined);
    for (const record of this.on(box)) this.end(record, 'killed', reason);
    if (!stay) {
      const boot = (): void => void (this.boxes.get(id) === box && !box.up && this.restartBox(id));
      this.clock.schedule(new Callback(boot), this.clock.nowUs + this.parts.restarts.bootMs * 1000);
    }
    const next = stay ? 'it stays down until it is restarted' : `it boots in ${this.parts.restarts.bootMs / 1000} s`;
    return done(`${id} is down, and with it ${died.map((record) => record.id).join(', ') || 'nothing'}; ${next}`);
  }

  /** A machine boots; nodes that are to be restarted or have never lived start, the others stay dead. */
  restartBox(id: string): Outcome {
    const box = this.boxes.get(id);
    if (box === undefined) return refuse(`there is no box ${id}`);
    if (box.up) return refuse(`${id} is up already`);
    box.up = true;
    this.noteBox(id, 'box-up', 'booted');
    for (const record of this.on(box)) {
      const returns = record.spec.restart === 'always' && !record.staysDead;
      if (returns || record.incarnation === 0) this.start(record);
    }
    return done(`${id} is up`);
  }

  resize(id: string, size: BoxSize): void {
    const box = this.boxes.get(id);
    if (box === undefined) return;
    box.resize({ ...box.spec, ...size });
    this.bendBox(box);
    this.noteBox(
      id,
      'resized',
      Object.entries(size)
        .map(([what, much]) => `${what}=${much}`)
        .join(' '),
    );
  }

  // --- faults --------------------------------------------------------------------------------------------------------

  /** Puts exactly these faults in force; those that stay keep their hits. */
  setFaults(faults: readonly ActiveFault[]): void {
    this.faults = faults;
    const old = new Map(this.rules.map((active) => [active.id, active]));
    this.rules = faults.flatMap(({ id, fault }) =>
      fault.link === undefined ? [] : [old.get(id) ?? { id, rule: fault.link, hits: 0 }],
    );
    const bending = faults.filter(({ fault }) => fault.box !== undefined);
    const bent = this.boxHits.size > 0;
    this.boxHits = new Map(bending.map(({ id }) => [id, this.boxHits.get(id) ?? new Set()]));
    if (bent || bending.length > 0) for (const box of this.boxes.values()) this.bendBox(box);
    this.office.setRules(this.rules);
  }

  hits(fault: number): number {
    return (this.rules.find(({ id }) => id === fault)?.hits ?? 0) + (this.boxHits.get(fault)?.size ?? 0);
  }

  private bendBox(box: Box): void {
    let conditions = fairConditions;
    const residents = this.on(box);
    for (const { id, fault } of this.faults) {
      if (fault.box === undefined || !residents.some((record) => fault.box?.strikes(record.id))) continue;
      conditions = fault.box.bend(conditions);
      this.boxHits.get(id)?.add(box.spec.id);
    }
    box.bend(conditions);
    for (const record of residents) record.drive.setConditions(conditions, box.spec.diskMb);
  }

  // --- mail ----------------------------------------------------------------------------------------------------------

  /** A door says something. */
  post(mail: Mail, from: Place): void {
    this.office.send(mail, from);
  }

  /** An envelope came from another engine. */
  receive(mail: Mail): void {
    this.office.receive(mail);
  }

  send(mail: Mail, from: NodeRecord): void {
    from.counters.sent++;
    if (from.place !== undefined) this.office.send(mail, from.place);
  }

  accept(arrived: Mail, to: Place): void {
    const mail = this.parts.transit === undefined ? arrived : this.parts.transit(arrived);
    const desk = this.desks.get(to.node);
    if (desk !== undefined) return desk.admit(mail);
    const door = this.doors.get(to.node);
    if (door !== undefined) return door(mail);
    const record = this.records.get(to.node);
    const reason = record === undefined ? `${to.node} is gone` : `${to.node} is down`;
    this.drop(mail, to.node, reason);
    // A dead process is refused by the machine it ran on; a dead machine says nothing.
    if (record?.box.up === true) {
      const body = { kind: 'refused', because: 'down', reason: `connection refused: ${reason}` } as const;
      this.office.refuse(mail, body, to, this.directory.resolve(mail.from));
    }
  }

  overflow(mail: Mail, at: NodeRecord, reason: string): void {
    at.counters.dropped++;
    this.drop(mail, at.id, reason);
    if (!at.rules.refuses || at.place === undefined) return;
    const body = { kind: 'refused', because: 'overloaded', reason: `${at.id}: ${reason}` } as const;
    this.office.refuse(mail, body, at.place, this.directory.resolve(mail.from));
  }

  /** Only the provider may change what a node is told to be. */
  isProvider(id: NodeId): boolean {
    return this.directory.resolve(id)?.box.zone === 'provider';
  }

  remote(mail: Mail, to: Place): boolean {
    return this.parts.remote(mail, to);
  }

  drop(mail: Mail, node: NodeId, reason: string): void {
    this.events.emit({ type: 'dropped', atUs: this.clock.nowUs, node, envelope: mail, reason });
  }

  bytesOf(mail: Mail): number {
    return this.parts.bytesOf(mail);
  }

  // --- inspection ----------------------------------------------------------------------------------------------------

  nodes(): NodeStatus[] {
    return [...this.records.values()].map((record) => record.status(this.parts.hostOf(record.box.spec)));
  }

  boxStatuses(): BoxStatus[] {
    return [...this.boxes.values()].map((box) => box.status(this.parts.hostOf(box.spec)));
  }

  view(id: NodeId): unknown {
    return this.records.get(id)?.life?.view();
  }

  // --- inside --------------------------------------------------------------------------------------------------------

  private on(box: Box): NodeRecord[] {
    return [...(this.residents.get(box) ?? [])];
  }

  private start(record: NodeRecord): void {
    const { clock } = this;
    const incarnation = ++record.incarnation;
    const random = record.serviceRandom.fork(`life:${incarnation}`);
    let life: Life;
    const desk = (): Desk | undefined => this.desks.get(record.id);
    const disk = record.drive.open((work) => life.turn(work, undefined));
    life = new Life(record.id, incarnation, {
      truth: clock,
      time: record.box.time,
      random,
      secret: this.parts.secret(record.id, incarnation),
      disk,
      members: record.members,
      send: (mail) => this.send(mail, record),
      emit: (event) => this.events.emit(event),
      drop: (mail, reason) => {
        record.counters.dropped++;
        this.events.emit({ type: 'dropped', atUs: clock.nowUs, node: record.id, envelope: mail, reason });
      },
      work: (job, then) => {
        const current = desk();
        if (current !== undefined) this.parts.job(job, current, then);
      },
      crashed: (reason) => {
        if (record.life !== life) return;
        this.end(record, 'crashed', reason);
        this.restartLater(record);
      },
    });
    record.life = life;
    record.live = record.tier.behave();
    if (record.configVersion > 1) record.rules = new ServiceRules(record.live.apply(record.config));
    this.desks.set(record.id, new Desk(record, life, random.fork('service'), this));
    record.enter('running', '', clock.nowUs);
    this.note(record, 'started', incarnation === 1 ? 'first start' : 'restart');
    life.start(record.live.behaviour);
  }

  private end(record: NodeRecord, phase: LifePhase, reason: string): void {
    const { life } = record;
    const desk = this.desks.get(record.id);
    if (life === undefined || desk === undefined) return;
    if (this.clock.nowUs - record.sinceUs > this.parts.restarts.healthyMs * 1000) record.restarts = 0;
    record.life = undefined;
    record.live = undefined;
    this.desks.delete(record.id);
    life.stop();
    record.box.cpus.evict(desk);
    record.held = [];
    record.serial.extract(() => true);
    record.serialBusy = false;
    record.mailbox = 0;
    record.drive.crash(record.box.conditions);
    record.enter('dead', reason, this.clock.nowUs);
    this.note(record, phase, reason);
  }

  private restartLater(record: NodeRecord): void {
    if (record.spec.restart !== 'always' || record.staysDead || record.life !== undefined) return;
    const delayMs = restartDelayMs(record.restarts++, this.parts.restarts);
    if (delayMs === undefined) {
      this.note(record, 'gave-up', `died ${record.restarts} times in a row`);
      return;
    }
    record.enter('restarting', `${record.reason}; its box starts it again in ${delayMs / 1000} s`, this.clock.nowUs);
    this.note(record, 'restarting', `in ${delayMs / 1000} s`);
    const { incarnation } = record;
    const again = (): void => {
      const same = this.records.get(record.id) === record && record.incarnation === incarnation;
      if (same && record.life === undefined && record.box.up && record.state === 'restarting') this.start(record);
    };
    this.clock.schedule(new Callback(again), this.clock.nowUs + delayMs * 1000);
  }

  private deadSince(record: NodeRecord): string {
    const agoMs = Math.round((this.clock.nowUs - record.sinceUs) / 1e3);
    const ago = agoMs < 1_000 ? `${agoMs} ms` : `${(agoMs / 1e3).toFixed(1)} s`;
    return `${record.id} has been dead for ${ago}: ${record.reason}`;
  }

  private noteBox(id: string, phase: LifePhase, reason: string): void {
    this.events.emit({ type: 'life', atUs: this.clock.nowUs, node: id, incarnation: 0, phase, reason });
  }

  private note(record: NodeRecord, phase: LifePhase, reason: string): void {
    const { incarnation } = record;
    this.events.emit({ type: 'life', atUs: this.clock.nowUs, node: record.id, incarnation, phase, reason });
  }
}

/** Who is in the pools that a node sends requests to, out of all pools. */
export function membersOf(tier: ConfiguredTier, all: Members): Members {
  const members: Record<string, readonly NodeId[]> = {};
  for (const upstream of tier.upstreams) {
    if ('pool' in upstream) members[upstream.pool] = all[upstream.pool] ?? [];
  }
  return members;
}
