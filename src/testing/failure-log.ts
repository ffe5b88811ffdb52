/**
 * What has to be known of a history to draw its failure: lives, faults and operations from the beginning, messages from
 * where the operations concerned began. Bounded, however long the history is.
 */
import type { Concern } from '../drawing/diagram/cone';
import type { WorldEvent } from '../kernel/events';

const eventsMax = 50_000;
/** Of a failure that is about no operation, so much of what came last. */
const latestMax = 2_000;

export class FailureLog {
  private kept: WorldEvent[] = [];
  private readonly fromUs: number;
  private readonly max: number;

  constructor(about: readonly Concern[]) {
    this.fromUs = about.length === 0 ? 0 : Math.min(...about.map(({ calledAtUs }) => calledAtUs ?? 0));
    this.max = about.length === 0 ? latestMax : eventsMax;
  }

  /** Oldest first. */
  get events(): readonly WorldEvent[] {
    return this.kept;
  }

  note(event: WorldEvent): void {
    if (event.type === 'gauge') return;
    if ('envelope' in event && event.atUs < this.fromUs) return;
    this.kept.push(event);
    // Half at once: the messages go, what changed the world stays as long as it can.
    if (this.kept.length < 2 * this.max) return;
    const old = this.kept.slice(0, this.max).filter((one) => !('envelope' in one));
    this.kept = [...old.slice(-this.max / 2), ...this.kept.slice(this.max)];
  }
}
