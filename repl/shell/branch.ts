/**
 * A twin of a world in which something else is done than in the original, and what its users lived through. At its end
 * the accidents are undone, to see which acknowledged writes are really gone.
 */
import { fromTheMiddle } from '../../src/checking/beginnings';
import { type Experience, experienceOf, staleReads } from '../../src/checking/experience';
import { entriesOf, type Operation, pairUp } from '../../src/checking/history';
import type { OperationEvent } from '../../src/kernel/events';
import { Refusal } from '../../src/world/quantities';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { passVirtual } from './passing';

/** How a branch went. */
export interface Lived extends Experience {
  readonly seconds: number;
  /** Users whose newest acknowledged write was not there once everything was repaired, and those that nobody could read. */
  readonly lostWrites: readonly string[];
  readonly unreadable: readonly string[];
}

/** By then every request that was out has its answer or has been given up. */
const settleMs = 6_000;
/** By then what was repaired serves again. */
const repairMs = 30_000;
const keysMax = 200;

export class Branch {
  private readonly events: OperationEvent[] = [];
  private readonly watching: { unsubscribe(): void };
  private readonly startedUs: number;

  constructor(
    readonly world: SimulatedWorld,
    private readonly signal: AbortSignal,
  ) {
    this.startedUs = world.nowUs;
    this.watching = world.events.subscribe((event) => {
      if (event.type === 'operation') this.events.push(event);
    });
  }

  /** Ends the branch and tells how it went. */
  async end(): Promise<Lived> {
    const { world, signal } = this;
    const seconds = (world.nowUs - this.startedUs) / 1e6;
    for (const { id } of clientsOf(world)) attempt(() => world.loadStop(id));
    await passVirtual(world, settleMs, signal);
    const during = this.operations();
    repair(world);
    await passVirtual(world, repairMs, signal);
    const { lostWrites, unreadable } = this.readBack(during);
    this.watching.unsubscribe();
    world.close();
    return { seconds, ...experienceOf(during), lostWrites, unreadable };
  }

  private operations(): Operation[] {
    const reading = pairUp(fromTheMiddle(entriesOf(this.events)));
    if (!reading.ok) throw new Error(`the history of a branch contradicts itself: ${reading.problem.reason}`);
    return reading.value;
  }

  private readBack(during: readonly Operation[]): Pick<Lived, 'lostWrites' | 'unreadable'> {
    const written = during.filter(({ f, outcome, key }) => f === 'write' && outcome === 'ok' && key !== undefined);
    const keys = [...new Set(written.map(({ key }) => String(key)))].slice(0, keysMax);
    const mark = this.events.length;
    const unreadable = keys.filter((key) => {
      const { status } = this.world.get(`/users/${key.replace(/^user:/, '')}`);
      return status !== 200 && status !== 404;
    });
    const stale = staleReads(this.operations()).filter(({ line }) => line > mark);
    return { lostWrites: [...new Set(stale.map(({ key }) => String(key)))], unreadable };
  }
}

function clientsOf({ topology }: SimulatedWorld) {
  return topology.nodes.filter(({ kind }) => kind === 'client');
}

/** Undoes what can be undone; what there is no more cannot refuse. */
function repair(world: SimulatedWorld): void {
  attempt(() => world.healAll());
  const { nodes, boxes, hosts } = world.census();
  for (const { id, up } of hosts) if (!up) attempt(() => world.restartHost(id));
  for (const { spec, up } of boxes) if (!up) attempt(() => world.restartBox(spec.id));
  for (const { spec, state } of nodes) {
    if (state === 'paused') attempt(() => world.resume(spec.id));
    if (state === 'dead') attempt(() => world.restart(spec.id));
  }
}

function attempt(act: () => unknown): void {
  try {
    act();
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
  }
}
