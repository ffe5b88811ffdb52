/**
 * A simulated world for trials: commands are begun at their moments without waiting for how they end, so that a user's
 * request can be under way while the next accident happens.
 */
import type { Body } from '../kernel/envelope';
import type { Command } from '../kernel/operations';
import type { Census } from '../kernel/runtime';
import { commandLine } from '../world/command-line';
import { SimulatedWorld } from '../world/simulated-world';
import type { Planned } from './schedule';

/** What became of a plan. */
export interface CarriedOut {
  readonly done: number;
  /** Commands that the world refused, since what they were for was not there or not so. */
  readonly refused: readonly string[];
  /** Faults that were taken back and had struck nothing: with them or without, the case is the same. */
  readonly idle: readonly string[];
  /** What those who were asked something answered so far, by place in the plan. */
  readonly answers: ReadonlyMap<number, Body>;
}

export class DrivenWorld extends SimulatedWorld {
  get nowMs(): number {
    return this.nowUs / 1000;
  }

  /** Runs to a moment; does nothing if that has passed. */
  runTo(atMs: number): void {
    if (atMs > this.nowMs) this.run(atMs - this.nowMs);
  }

  /** Does each command at its moment, or at once if that has passed, and then lets the world run on to the end. */
  carryOut(plan: readonly Planned[], endMs: number): CarriedOut {
    const refused: string[] = [];
    const idle: string[] = [];
    const answers = new Map<number, Body>();
    for (const [place, { atMs, command }] of plan.entries()) {
      this.runTo(atMs);
      this.begin(command, (reply) => {
        if ('outcome' in reply) {
          if (!reply.outcome.ok) refused.push(`${commandLine(command)}: ${reply.outcome.reason}`);
          else idle.push(...(reply.outcome.idle ?? []));
        } else if (reply.answer !== undefined) answers.set(place, reply.answer.body);
      });
    }
    this.runTo(endMs);
    return { done: plan.length - refused.length, refused, idle, answers };
  }

  /** Takes every fault back and brings everything up that is down. */
  repair(): void {
    const now = (commands: readonly Command[]): void => {
      this.carryOut(
        commands.map((command) => ({ atMs: 0, command })),
        0,
      );
    };
    now([{ verb: 'heal-all' }]);
    for (const part of repairs) now(part(this.census()));
  }
}

/** What brings up again what is down: hosts, then the boxes on them, then the nodes on those, each as it is found then. */
export const repairs: readonly ((census: Census) => readonly Command[])[] = [
  ({ hosts }) => hosts.flatMap(({ id, up }) => (up ? [] : [{ verb: 'restart-host', host: id }])),
  ({ boxes }) => boxes.flatMap(({ spec, up }) => (up ? [] : [{ verb: 'restart-box', box: spec.id }])),
  ({ nodes }) =>
    nodes.flatMap(({ spec: { id }, state }): Command[] => {
      if (state === 'running') return [];
      return [state === 'paused' ? { verb: 'resume', node: id } : { verb: 'restart', node: id }];
    }),
];

/** Tries something in a world and gives the world's memory back, whatever comes of it. */
export function within<W extends SimulatedWorld, T>(world: W, attempt: (world: W) => T): T {
  try {
    return attempt(world);
  } finally {
    passedMs += world.nowUs / 1_000;
    world.close();
  }
}

let passedMs = 0;

/** How much time has gone by in all worlds that were tried `within` so far, in this thread. */
export function virtualMs(): number {
  return passedMs;
}
