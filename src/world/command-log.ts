/**
 * What was done to a simulated world and when. Topology, seed and this log are the whole history: everything else
 * follows from them.
 */
import type { Command } from '../kernel/operations';

/** One command, at a moment of virtual time, after so many of the things that happen at that same microsecond. */
export interface LoggedCommand {
  readonly atUs: number;
  readonly after: number;
  readonly command: Command;
}

/** A moment that can be returned to exactly. */
export interface Moment {
  readonly atUs: number;
  readonly after: number;
}

/** Whether a world that stands at `now` has reached a moment. */
export function reached(now: Moment, moment: Moment): boolean {
  return now.atUs > moment.atUs || (now.atUs === moment.atUs && now.after >= moment.after);
}
