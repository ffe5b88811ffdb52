/**
 * A world in virtual time. Time stands still between verbs; a verb that asks for something runs until it is answered.
 */
import type { Command } from '../kernel/operations';
import type { Catalogue } from '../kernel/runtime';
import type { Topology } from '../kernel/topology';
import { type SimulatedOptions, SimulatedRuntime } from '../runtimes/simulated/simulated-runtime';
import { type LoggedCommand, type Moment, reached } from './command-log';
import { type Duration, durationMs, Refusal } from './quantities';
import { type Settle, World } from './world';

/** Nothing that a verb waits for takes longer than this in virtual time; every deadline is shorter. */
const patienceMs = 120_000;

/** What a simulated world is made from; the same three give the same history. */
export interface Recipe {
  readonly name: string;
  readonly topology: Topology;
  readonly seed: string | number;
  readonly log: readonly LoggedCommand[];
}

export class SimulatedWorld extends World<'sim'> {
  private readonly entries: LoggedCommand[] = [];
  private readonly simulated: SimulatedRuntime;

  constructor(
    name: string,
    private readonly first: Topology,
    private readonly options: Partial<SimulatedOptions> & { readonly catalogue: Catalogue },
  ) {
    const runtime = new SimulatedRuntime(options);
    super('sim', name, runtime);
    this.simulated = runtime;
    runtime.apply(first, () => undefined);
  }

  /** What this world was made from and what was done to it. */
  get recipe(): Recipe {
    return { name: this.name, topology: this.first, seed: this.seed, log: [...this.entries] };
  }

  get seed(): string | number {
    return this.options.seed ?? 1;
  }

  /** Where it stands: a moment that `replay` can return to. */
  get moment(): Moment {
    return { atUs: this.simulated.clock.nowUs, after: this.simulated.clock.stepsNow };
  }

  /** One hash over everything that has happened, in full detail. */
  hash(): string {
    const hash = this.simulated.hash();
    if (hash === undefined) throw new Refusal("this world keeps no hash: it was made with detail 'acts'");
    return hash;
  }

  /** Lets virtual time pass. */
  run(duration: Duration): void {
    this.simulated.runTo(this.nowUs + Math.round(durationMs(duration) * 1000));
  }

  /** Runs the next thing that happens; false if nothing will. */
  step(): boolean {
    return this.simulated.step();
  }

  /** Runs until a condition holds; false if it did not within the limit. */
  until(condition: () => boolean, limit: Duration = patienceMs): boolean {
    return this.simulated.runTo(this.nowUs + Math.round(durationMs(limit) * 1000), condition);
  }

  /** A new world with the same history up to a moment, by doing everything again. */
  replay(to: Moment = this.moment): SimulatedWorld {
    const twin = new SimulatedWorld(this.name, this.first, this.options);
    for (const entry of this.entries) {
      if (!reached(to, entry)) break;
      twin.advanceTo(entry);
      twin.begin(entry.command, () => undefined);
    }
    twin.advanceTo(to);
    return twin;
  }

  protected override settle<T>(action: (settle: Settle<T>) => void): T {
    let settled: { readonly value: T } | { readonly reason: string } | undefined;
    action({
      done: (value) => {
        settled = { value };
      },
      refused: (reason) => {
        settled = { reason };
      },
    });
    this.until(() => settled !== undefined);
    if (settled === undefined) throw new Refusal(`nothing came back within ${patienceMs / 1000} s of virtual time`);
    if ('reason' in settled) throw new Refusal(settled.reason);
    return settled.value;
  }

  protected override log(command: Command): void {
    this.entries.push({ ...this.moment, command });
  }

  private advanceTo(moment: Moment): void {
    this.simulated.runTo(moment.atUs, () => reached(this.moment, moment));
  }
}
