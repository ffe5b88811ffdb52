/**
 * A whole data centre in one thread, in virtual time: one engine, one clock, one seed. The same topology, seed and
 * commands give the same events, byte for byte.
 */
import type { Observable } from 'rxjs';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { EventSink, WorldEvent } from '../../kernel/events';
import { metalAddress } from '../../kernel/metal';
import { defaultNetwork, type NetworkModel } from '../../kernel/network';
import type { Operation, Outcome } from '../../kernel/operations';
import { type Random, seeded } from '../../kernel/random';
import type { Catalogue, Census, Detail, Door, Runtime } from '../../kernel/runtime';
import type { Job, JobKind } from '../../kernel/tier';
import type { Topology, Zone } from '../../kernel/topology';
import { EngineDoor } from '../engine/door';
import { Engine } from '../engine/engine';
import { Feed } from '../engine/feed';
import { Machinery } from '../engine/machinery';
import { Recent } from '../engine/recent';
import { type RestartPolicy, restartPolicy } from '../engine/restart-policy';
import { serveMetal } from '../engine/serve-metal';
import { Digest } from './digest';
import { fromTheBeginning, Laps } from './laps';
import { type DiskModel, defaultDisk, MemoryDrive } from './memory-drive';
import { withoutRealTime } from './no-real-time';
import { SimulatedOperations } from './simulated-operations';
import { VirtualClock } from './virtual-clock';

/** What a world is like; with topology, seed and commands it decides everything that happens. */
export interface WorldModel {
  readonly network: NetworkModel;
  readonly disk: DiskModel;
  readonly restarts: RestartPolicy;
  /** How many hosts the boxes are spread over; a host is what dies as one. */
  readonly hosts: number;
  readonly hostRestartMs: number;
  /** The time of day when the world begins. */
  readonly epochMs: number;
}

export interface SimulatedOptions extends WorldModel {
  readonly catalogue: Catalogue;
  readonly seed: string | number;
  /** `full` tells of every message; `acts` is for long runs whose history nobody looks at. */
  readonly detail: Detail;
  /** Keeps one hash over everything that is told. */
  readonly hashed: boolean;
  /** How many of the newest events are kept for `recall`. */
  readonly keepMax: number;
  /** When laps of so many events began in this history: `lapsUntil` of an earlier run. Nothing is told in full before the last. */
  readonly laps: readonly number[];
  /** Sees every envelope on its way, for tests: freeze it, send it through the codec. */
  readonly transit: ((mail: Mail) => Mail) | undefined;
}

export const simulatedDefaults: Omit<SimulatedOptions, 'catalogue'> = {
  seed: 1,
  detail: 'full',
  hashed: true,
  keepMax: 20_000,
  laps: fromTheBeginning,
  network: defaultNetwork,
  disk: defaultDisk,
  restarts: restartPolicy,
  hosts: 2,
  hostRestartMs: 1_000,
  epochMs: Date.UTC(2026, 0, 1),
  transit: undefined,
};

export class SimulatedRuntime implements Runtime {
  readonly clock = new VirtualClock();
  readonly events: Observable<WorldEvent>;
  private readonly options: SimulatedOptions;
  private readonly stream = new Feed<WorldEvent>();
  private readonly digest: Digest | undefined;
  private readonly kept: Recent;
  private readonly laps: Laps;
  private readonly random: Random;
  private readonly machinery: Machinery;
  private readonly engine: Engine;
  private readonly metal: EngineDoor;
  private readonly operations: SimulatedOperations;

  constructor(given: Partial<SimulatedOptions> & Pick<SimulatedOptions, 'catalogue'>) {
    const options = { ...simulatedDefaults, ...given };
    this.options = options;
    this.events = this.stream;
    this.random = seeded(options.seed);
    this.machinery = new Machinery(options.catalogue);
    this.digest = options.hashed && options.detail === 'full' ? new Digest() : undefined;
    this.kept = new Recent(options.detail === 'full' ? options.keepMax : 0);
    this.laps = new Laps(options.keepMax || Number.POSITIVE_INFINITY, options.laps);
    const { clock, random, laps } = this;
    const isFull = options.detail === 'full';
    const sink: EventSink = {
      get full() {
        return isFull && clock.nowUs >= laps.fromUs;
      },
      emit: (event) => this.emit(event),
    };
    this.engine = new Engine({
      clock,
      random,
      secret: (node, incarnation) => random.fork(`secret:${node}:${incarnation}`),
      events: sink,
      network: options.network,
      restarts: options.restarts,
      epochMs: options.epochMs,
      hostOf: (box) => this.operations.hostOf(box),
      drive: (node) => new MemoryDrive(clock, options.disk, random.fork(`disk:${node}`)),
      job: (job, desk, then) => {
        const kind = options.catalogue.jobs[job.name];
        desk.charge(kind?.serviceMs(job.input) ?? 0, () => {
          const { result, failure } = doJob(job, kind);
          then(result, failure);
        });
      },
      remote: () => false,
      bytesOf: (mail) => JSON.stringify(mail.body).length,
      transit: options.transit,
    });
    this.metal = new EngineDoor(this.engine, metalAddress, 'provider');
    this.operations = new SimulatedOperations(this.machinery, this.engine, this.metal, options);
    serveMetal(this.metal, this, () => this.machinery.asConfigured);
  }

  get nowUs(): number {
    return this.clock.nowUs;
  }

  get topology(): Topology {
    return this.machinery.topology;
  }

  get catalogue(): Catalogue {
    return this.options.catalogue;
  }

  /** One hash over everything that has happened so far; `undefined` where the detail is not full. */
  hash(): string | undefined {
    return this.digest?.hex();
  }

  /** What another run of this history needs to know to `recall` the same at a moment, and tell no more than that takes. */
  lapsUntil(atUs: number): readonly number[] {
    return this.laps.until(atUs);
  }

  // --- time ----------------------------------------------------------------------------------------------------------

  /** Runs until a moment, or until a condition holds; true if it does. */
  runTo(limitUs: number, until?: () => boolean): boolean {
    return withoutRealTime(() => this.clock.runTo(limitUs, until));
  }

  /** Runs the next thing that happens; false if nothing will. */
  step(): boolean {
    return withoutRealTime(() => this.clock.step());
  }

  /** Ends every life, and the stream of events with them. */
  close(): void {
    this.engine.close();
    this.stream.complete();
  }

  // --- doing ---------------------------------------------------------------------------------------------------------

  perform(operation: Operation, then: (outcome: Outcome) => void): void {
    withoutRealTime(() => {
      if (operation.verb === 'configure') this.operations.configure(operation.node, operation.config, then);
      else then(this.operations.perform(operation));
    });
  }

  /** Throws a `TopologyError` before anything is changed. */
  apply(topology: Topology, then: (outcome: Outcome) => void): void {
    withoutRealTime(() => this.operations.apply(topology, then));
  }

  attach(id: NodeId, zone: Zone): Door {
    return new EngineDoor(this.engine, id, zone);
  }

  inspect(then: (census: Census) => void): void {
    this.clock.between(() => then(this.census()));
  }

  view(node: NodeId, then: (view: unknown) => void): void {
    then(this.engine.view(node));
  }

  recall(then: (events: readonly WorldEvent[]) => void): void {
    then(this.kept.toArray());
  }

  census(): Census {
    const { engine, operations, machinery } = this;
    const faults = machinery.faults.all.map(({ id, spec, text }) => ({ id, spec, text, hits: engine.hits(id) }));
    return { nodes: engine.nodes(), boxes: engine.boxStatuses(), hosts: operations.hosts(), faults };
  }

  private emit(event: WorldEvent): void {
    this.digest?.add(event);
    this.kept.push(event);
    this.laps.count(event.atUs);
    if (this.stream.observed) this.stream.next(event);
  }
}

/** A job that throws fails whoever asked for it, not the world. */
function doJob({ name, input }: Job, kind: JobKind | undefined): { result?: unknown; failure: string | undefined } {
  if (kind === undefined) return { failure: `there is no job ${name}` };
  try {
    return { result: kind.run(input), failure: undefined };
  } catch (failure) {
    return { failure: `job ${name}: ${failure instanceof Error ? failure.message : String(failure)}` };
  }
}
