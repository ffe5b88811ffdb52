/** What a web server counts of how its strategies go, each by itself. */
import type { StrategyCounts, StrategyName } from '../../../protocols/strategy';

export type Counts = { -readonly [name in keyof StrategyCounts]: StrategyCounts[name] };

export class StrategyCounters {
  private readonly byStrategy = new Map<StrategyName, Counts>();

  of(strategy: StrategyName): Counts {
    const before = this.byStrategy.get(strategy);
    if (before !== undefined) return before;
    const counts = { ...nothing, strategy };
    this.byStrategy.set(strategy, counts);
    return counts;
  }

  get all(): readonly StrategyCounts[] {
    return [...this.byStrategy.values()].map((counts) => ({ ...counts }));
  }
}

/** Of one read, from when it began until it had the row. */
export function noteTime(counts: Counts, ms: number): void {
  counts.readMs += ms;
  counts.slowestMs = Math.max(counts.slowestMs, ms);
}

const nothing = {
  reads: 0,
  hits: 0,
  gutterHits: 0,
  waits: 0,
  stale: 0,
  queries: 0,
  fills: 0,
  refusedFills: 0,
  writes: 0,
  heldWrites: 0,
  slowestWriteMs: 0,
  readMs: 0,
  slowestMs: 0,
};
