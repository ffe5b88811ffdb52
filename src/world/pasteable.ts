/**
 * A command log as lines that can be typed again: verbs, and between them the time that has to pass.
 */
import { commandLine } from './command-line';
import { type LoggedCommand, type Moment, reached } from './command-log';
import type { Outcomes } from './outcomes';

/** What was done and when, up to now, so that the same happens again when it is typed. */
export function pasteable(log: readonly LoggedCommand[], now: Moment, outcomes: Outcomes): string[] {
  const done = log.filter((entry) => reached(now, entry) && !outcomes.isIdle(entry));
  const lines = done.flatMap((entry, at) => {
    const before = done[at - 1];
    const line = `${commandLine(entry.command)}${waits(entry, (done[at + 1] ?? now).atUs, outcomes) ? ' --no-wait' : ''}`;
    return before !== undefined && reached(before, entry) ? [line] : [`run --to ${momentText(entry)}`, line];
  });
  return [...lines, `run --to ${momentText(now)}`];
}

/** Whether a prompt would wait for it beyond the next line. */
function waits(entry: LoggedCommand, nextUs: number, outcomes: Outcomes): boolean {
  const { command } = entry;
  const { verb } = command;
  if (verb === 'tell') return /^client.(fetch|load)$/.test(command.body.kind) && outcomes.isOpen(entry, nextUs);
  return verb === 'restart' || verb === 'restart-box' || verb === 'restart-host';
}

/** `12.5ms+4`: four things into that microsecond. */
function momentText({ atUs, after }: Moment): string {
  return `${atUs / 1000}ms+${after}`;
}
