/**
 * A command log as lines that can be typed again: verbs, and between them the time that has to pass.
 */
import { commandLine } from '../../src/world/command-line';
import type { LoggedCommand, Moment } from '../../src/world/command-log';
import { momentText } from './moments';

/** What was done and when, up to now. */
export function pasteable(log: readonly LoggedCommand[], now: Moment): string[] {
  const lines = log.flatMap(({ atUs, after, command }) => [
    `run --to ${momentText({ atUs, after })}`,
    commandLine(command),
  ]);
  return [...lines, `run --to ${momentText(now)}`];
}
