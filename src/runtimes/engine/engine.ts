/**
 * Runs nodes on boxes, given a clock: the whole data centre in simulation, one host's share of it on a worker thread.
 * It knows no tier and no fault by name, and reads neither clock nor chance but those it was handed.
 */
import type { TrueClock } from '../../kernel/clock';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { EventSink } from '../../kernel/events';
import type { BoxSize, Operation, Outcome } from '../../kernel/operations';
import type { BoxStatus, NodeStatus } from '../../kernel/runtime';
import { type ConfiguredTier, type Members, ownPool } from '../../kernel/tier';
import { type BoxSpec, type NodeSpec, poolsNamed, type Topology } from '../../kernel/topology';
import type { Box } from './box';
import type { Desk } from './desk';
import { Directory, type Place } from './directory';
import type { EngineParts } from './engine-parts';
import { type ActiveFault, FaultsInForce } from './faults-in-force';
import type { Former } from './former';
import { Inventory } from './inventory';
import { Lifecycle } from './lifecycle';
import { NodeRecord } from './node-record';
import { PostOffice } from './post-office';

export class Engine {
  readonly directory = new Directory();
  private readonly office: PostOffice;
  private readonly inventory: Inventory;
  private readonly lifecycle: Lifecycle;
  private readonly faults: FaultsInForce;
  private readonly desks: ReadonlyMap<NodeId, Desk>;
  private readonly records: ReadonlyMap<NodeId, NodeRecord>;
  private readonly doors = new Map<NodeId, (mail: Mail) => void>();

  constructor(private readonly parts: EngineParts) {
    this.inventory = new Inventory(parts.clock, parts.epochMs);
    this.lifecycle = new Lifecycle(parts, this.inventory, this);
    this.faults = new FaultsInForce(this.inventory);
    this.desks = this.lifecycle.desks;
    this.records = this.inventory.records;
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

  /** Ends every life in silence, for whoever is done with this world: what lives held outside the heap is given back. */
  close(): void {
    for (const { life } of this.records.values()) life?.stop();
  }

  // --- what there is -----------------------------------------------------------------------------------------------

  /** Learns the whole topology: where everybody is, and the sizes of the boxes that this engine carries. */
  setTopology(topology: Topology, portOf: (node: NodeSpec) => number): void {
    this.directory.list(topology, portOf);
    for (const record of this.records.values()) record.place = this.directory.resolve(record.id);
    for (const { id, restart } of topology.nodes) {
      const record = this.records.get(id);
      if (record !== undefined && record.spec.restart !== restart) record.spec = { ...record.spec, restart };
    }
    for (const spec of topology.boxes) {
      const box = this.inventory.boxes.get(spec.id);
      if (box === undefined || box.spec === spec) continue;
      box.resize(spec);
      this.faults.bend(box);
    }
    this.inventory.keep(topology);
  }

  /** Takes a box in; its nodes are spawned one by one. */
  addBox(spec: BoxSpec): Box {
    return this.inventory.box(spec);
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
    this.inventory.add(record);
    this.faults.bend(record.box);
    if (former === undefined) this.lifecycle.note(record, 'spawned', `${spec.kind} on ${box.id}`);
    else record.takeUp(former);
    if (former?.stays !== undefined) record.enter('dead', former.stays, this.clock.nowUs);
    else if (record.box.up) this.lifecycle.start(record);
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
    return this.inventory.boxes.has(box);
  }

  record(id: NodeId): NodeRecord | undefined {
    return this.records.get(id);
  }

  // --- life and death ----------------------------------------------------------------------------------------------

  /** Does what is for a node or a box of this engine; a refusal says why and changes nothing. */
  perform(operation: Operation): Outcome {
    return this.lifecycle.perform(operation);
  }

  killBox(id: string, reason: string, stay: boolean): Outcome {
    return this.lifecycle.killBox(id, reason, stay);
  }

  restartBox(id: string): Outcome {
    return this.lifecycle.restartBox(id);
  }

  retire(id: NodeId): void {
    this.lifecycle.retire(id);
  }

  resize(id: string, size: BoxSize): void {
    const box = this.inventory.boxes.get(id);
    if (box === undefined) return;
    box.resize({ ...box.spec, ...size });
    this.faults.bend(box);
    this.lifecycle.noteBox(
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
    this.office.setRules(this.faults.set(faults));
  }

  hits(fault: number): number {
    return this.faults.hits(fault);
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
    return [...this.inventory.boxes.values()].map((box) => box.status(this.parts.hostOf(box.spec)));
  }

  view(id: NodeId): unknown {
    return this.records.get(id)?.life?.view();
  }
}

/** Who is in the pools that a node of the pool `own` has to know, out of all pools. */
export function membersOf(tier: ConfiguredTier, own: string, all: Members): Members {
  const members: Record<string, readonly NodeId[]> = {};
  for (const upstream of tier.upstreams) {
    if ('address' in upstream) continue;
    const wanted = 'pool' in upstream ? upstream.pool : upstream.peers;
    for (const pool of wanted === ownPool ? [own] : poolsNamed(all, wanted)) members[pool] = all[pool] ?? [];
  }
  return members;
}
