/**
 * A world in virtual time. Time stands still between verbs; a verb that asks for something runs until it is answered.
 */
import type { WorldEvent } from '../kernel/events';
import type { Command } from '../kernel/operations';
import type { Catalogue } from '../kernel/runtime';
import type { Topology } from '../kernel/topology';
import { type SimulatedOptions, SimulatedRuntime, type WorldModel } from '../runtimes/simulated/simulated-runtime';
import { type LoggedCommand, type Moment, reached } from './command-log';
import type { Patience, Reply, Settle } from './operator';
import { Outcomes } from './outcomes';
import { type Duration, durationMs, Refusal } from './quantities';
import { World } from './world';

/** Nothing that a verb waits for takes longer than this in virtual time; every deadline is shorter. */
const patienceMs = 120_000;
const endless: Patience = {
  ms: patienceMs,
  late: (say: (what: string) => void) => say(`nothing came back within ${patienceMs / 1000} s of virtual time`),
};

/** What a simulated world is made from; the same gives the same history. */
export interface Recipe {
  readonly name: string;
  readonly topology: Topology;
  readonly seed: string | number;
  /** Where it is not as by default. */
  readonly model: Partial<WorldModel>;
  readonly log: readonly LoggedCommand[];
}

/** How a history is told again: that changes nothing of what happens in it. */
export interface Retelling extends Partial<Pick<SimulatedOptions, 'detail' | 'hashed' | 'keepMax'>> {
  /** Sees what happens on the way. */
  readonly watch?: (event: WorldEvent) => void;
}

type Options = Partial<SimulatedOptions> & { readonly catalogue: Catalogue };

export class SimulatedWorld extends World<'sim'> {
  private readonly entries: LoggedCommand[] = [];
  /** The rest of the history that this world was replayed from: done again as time passes, until somebody does other. */
  private rest: LoggedCommand[] = [];
  /** What came of what was done to it so far. */
  readonly outcomes = new Outcomes();
  private closed = false;
  private readonly simulated: SimulatedRuntime;

  constructor(
    name: string,
    private readonly first: Topology,
    private readonly options: Options,
    /** Where it hurries on to a moment of a history that has been before: how much of it need not be told. */
    private readonly laps?: readonly number[],
  ) {
    const runtime = new SimulatedRuntime(laps === undefined ? options : { ...options, hashed: false, laps });
    super('sim', name, runtime);
    this.simulated = runtime;
    runtime.apply(first, () => undefined);
    this.ready();
  }

  /** What this world was made from and what was done to it, or will be again when time passes. */
  get recipe(): Recipe {
    const { name, first: topology, seed, entries, options } = this;
    return { name, topology, seed, model: modelOf(options), log: [...entries, ...this.rest] };
  }

  /** What was done to it so far, oldest first. */
  get done(): readonly LoggedCommand[] {
    return this.entries;
  }

  get seed(): string | number {
    return this.options.seed ?? 1;
  }

  /** Where it stands: a moment that `replay` can return to. */
  get moment(): Moment {
    return { atUs: this.simulated.clock.nowUs, after: this.simulated.clock.stepsNow };
  }

  /** One hash over everything that has happened, in full detail; what began by `outset` does it all again for that. */
  hash(): string {
    const hash = this.laps === undefined ? this.simulated.hash() : this.hashAnew();
    if (hash === undefined) throw new Refusal("this world keeps no hash: it was made with detail 'acts'");
    return hash;
  }

  /**
   * What time will do again when it passes: the commands that came later in the history from which this world was
   * replayed. The first command of one's own makes another history, and they are forgotten.
   */
  get ahead(): readonly LoggedCommand[] {
    return this.rest;
  }

  /** Makes commands lie ahead, in their order, whatever was done before; those whose moment has passed are left out. */
  foresee(later: readonly LoggedCommand[]): void {
    this.rest = later.filter((entry) => !reached(this.moment, entry));
  }

  /** Lets virtual time pass. */
  run(duration: Duration): void {
    this.pass(this.nowUs + Math.round(durationMs(duration) * 1000));
  }

  /** Runs the next thing that happens; false if nothing will. */
  step(): boolean {
    const next = this.rest[0];
    const due = next !== undefined && (reached(this.moment, next) || this.simulated.clock.nextUs > next.atUs);
    if (!due) return this.simulated.step();
    this.redo(next);
    return true;
  }

  /** Runs until a condition holds; false if it did not within the limit. */
  until(condition: () => boolean, limit: Duration = patienceMs): boolean {
    return this.pass(this.nowUs + Math.round(durationMs(limit) * 1000), condition);
  }

  /**
   * A new world with the same history up to a moment, by doing everything again; what came after it lies ahead.
   *
   * @example
   * const before = world.replay({ atUs: world.nowUs - 5e6, after: 0 }); // five seconds ago
   * before.run('5s'); // as it was, unless something else is done first
   */
  replay(to: Moment = this.moment, { watch, ...told }: Retelling = {}): SimulatedWorld {
    return SimulatedWorld.standing(this.recipe, to, { ...this.options, ...told }, watch);
  }

  /**
   * The same at its beginning, to be run on to that moment: in half the time, since nothing is hashed, and of the messages
   * only those are told that `recent` still holds there, and what comes later.
   *
   * @example
   * const before = world.outset({ atUs: 5e6, after: 0 });
   * before.run('5s');
   */
  outset(to: Moment): SimulatedWorld {
    return SimulatedWorld.beginning(this.recipe, this.options, this.simulated.lapsUntil(to.atUs));
  }

  /**
   * The world that a recipe makes, at a moment of its history.
   *
   * @param watch sees what happens on the way there
   */
  static standing(
    recipe: Recipe,
    at: Moment,
    options: Options,
    watch: ((event: WorldEvent) => void) | undefined = undefined,
  ): SimulatedWorld {
    const world = SimulatedWorld.beginning(recipe, options);
    const watching = watch === undefined ? undefined : world.events.subscribe(watch);
    for (let next = world.rest[0]; next !== undefined && reached(at, next); next = world.rest[0]) world.redo(next);
    world.advanceTo(at);
    watching?.unsubscribe();
    return world;
  }

  private static beginning(
    { name, topology, seed, model, log }: Recipe,
    options: Options,
    laps?: readonly number[],
  ): SimulatedWorld {
    const world = new SimulatedWorld(name, topology, { ...options, ...model, seed }, laps);
    world.rest = [...log];
    return world;
  }

  /** Ends it and gives back the memory of its databases, which the garbage collector does not see; time stands from then on. */
  close(): void {
    this.closed = true;
    this.simulated.close();
  }

  protected override settle<T>(action: (settle: Settle<T>) => void, patience: Patience = endless): T {
    let settled: { readonly value: T } | { readonly reason: string } | undefined;
    action({
      done: (value) => {
        settled = { value };
      },
      refused: (reason) => {
        settled = { reason };
      },
    });
    this.until(() => settled !== undefined, patience.ms);
    if (settled === undefined) {
      let missing = '';
      patience.late((what) => {
        missing = what;
      });
      throw new Refusal(missing);
    }
    if ('reason' in settled) throw new Refusal(settled.reason);
    return settled.value;
  }

  protected override lapse(ms: number): undefined {
    this.pass(this.nowUs + Math.round(ms * 1_000));
    return undefined;
  }

  protected override chain<T, U>(first: T, next: (value: T) => U): U {
    return next(first);
  }

  protected override begin(command: Command, then: (reply: Reply) => void): void {
    const place = this.entries.length;
    super.begin(command, (reply) => {
      const entry = this.entries[place];
      if (entry !== undefined) this.outcomes.note(entry, reply, this.nowUs);
      then(reply);
    });
  }

  protected override log(command: Command): void {
    if (this.closed) throw new Refusal(`the world ${this.name} is closed`);
    this.rest = [];
    this.entries.push({ ...this.moment, command });
  }

  /** Lets time pass and does on the way what lies ahead; true as soon as the condition holds. */
  private pass(limitUs: number, condition: () => boolean = never): boolean {
    for (;;) {
      const next = this.rest[0];
      if (next === undefined || next.atUs > limitUs) return this.simulated.runTo(limitUs, condition);
      this.simulated.runTo(next.atUs, () => reached(this.moment, next) || condition());
      if (condition()) return true;
      this.redo(next);
    }
  }

  private hashAnew(): string {
    // What lies ahead at this very moment has not been done yet.
    const again = SimulatedWorld.standing({ ...this.recipe, log: this.entries }, this.moment, this.options);
    try {
      return again.hash();
    } finally {
      again.close();
    }
  }

  /** Goes to where a command of the history was done and does it again. */
  private redo(entry: LoggedCommand): void {
    this.advanceTo(entry);
    this.rest.shift();
    this.entries.push(entry);
    this.issue(entry.command, (reply) => this.outcomes.note(entry, reply, this.nowUs));
  }

  private advanceTo(moment: Moment): void {
    this.simulated.runTo(moment.atUs, () => reached(this.moment, moment));
  }
}

/** The part of the options that decides what happens, without what nobody gave. */
function modelOf({ network, disk, restarts, hosts, hostRestartMs, epochMs }: Partial<WorldModel>): Partial<WorldModel> {
  return {
    ...(network === undefined ? {} : { network }),
    ...(disk === undefined ? {} : { disk }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(hostRestartMs === undefined ? {} : { hostRestartMs }),
    ...(epochMs === undefined ? {} : { epochMs }),
  };
}

function never(): boolean {
  return false;
}
