/**
 * What came of the commands of a log, so that it can be told in fewer lines: what was refused changed nothing, and what
 * was answered before the next command can be waited for.
 */
import type { LoggedCommand } from './command-log';
import type { Reply } from './operator';

export class Outcomes {
  private readonly refused = new Set<LoggedCommand>();
  private readonly struckNothing = new Map<LoggedCommand, readonly string[]>();
  private readonly answeredUs = new Map<LoggedCommand, number>();

  note(entry: LoggedCommand, reply: Reply, atUs: number): void {
    if ('outcome' in reply && !reply.outcome.ok) this.refused.add(entry);
    if ('outcome' in reply && reply.outcome.ok && reply.outcome.idle !== undefined && reply.outcome.idle.length > 0) {
      this.struckNothing.set(entry, reply.outcome.idle);
    }
    this.answeredUs.set(entry, atUs);
  }

  /** Whether it changed nothing. */
  isIdle(entry: LoggedCommand): boolean {
    return this.refused.has(entry);
  }

  /** The faults that it took back and that had struck nothing. */
  idleFaults(entry: LoggedCommand): readonly string[] {
    return this.struckNothing.get(entry) ?? [];
  }

  /** Whether it was still open at a moment. */
  isOpen(entry: LoggedCommand, atUs: number): boolean {
    return (this.answeredUs.get(entry) ?? Number.POSITIVE_INFINITY) > atUs;
  }
}
