/**
 * A command log as lines that can be typed again: verbs, and between them the time that has to pass.
 */
import { commandLine } from './command-line';
import type { LoggedCommand, Moment } from './command-log';

/** What was done and when, up to now. */
export function pasteable(log: readonly LoggedCommand[], now: Moment): string[] {
  const lines = log.flatMap(({ atUs, after, command }) => [
    `run --to ${momentText({ atUs, after })}`,
    commandLine(command),
  ]);
  return [...lines, `run --to ${momentText(now)}`];
}

/** `12.5ms+4`: four things into that microsecond. */
function momentText({ atUs, after }: Moment): string {
  return `${atUs / 1000}ms+${after}`;
}
