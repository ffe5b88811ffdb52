/**
 * What a soak has found so far.
 */
import { vacuousMax } from '../../src/testing/judge';
import type { Tried } from '../trials';
import type { Batch } from './batches';

/** Cases below which a share of empty ones says nothing. */
const enough = 200;
/** A claim that fell so often is left alone: the next refutation would hardly be another one. */
const refutationsMax = 3;

interface Total {
  runs: number;
  vacuous: number;
  refuted: number;
}

export class Tally {
  private readonly totals = new Map<string, Total>();
  private virtualMs = 0;

  add({ name }: Batch, { runs, vacuous, virtualMs, refuted }: Tried): void {
    const total = this.of(name);
    total.runs += runs;
    total.vacuous += vacuous;
    total.refuted += refuted === undefined ? 0 : 1;
    this.virtualMs += virtualMs;
  }

  /** A batch that could not be tried at all. */
  addBroken({ name }: Batch): void {
    this.of(name).refuted++;
  }

  isGivenUp(name: string): boolean {
    return this.of(name).refuted >= refutationsMax;
  }

  /** Claims of which too many cases prove nothing. */
  get empty(): readonly string[] {
    return [...this.totals].flatMap(([name, { runs, vacuous }]) =>
      runs >= enough && vacuous > runs * vacuousMax ? [`${name}: ${vacuous} of ${runs} cases prove nothing`] : [],
    );
  }

  get refuted(): number {
    return [...this.totals.values()].reduce((sum, { refuted }) => sum + refuted, 0);
  }

  /** Lines for the end. */
  summary(wallMs: number): string {
    const claims = [...this.totals].map(([name, { runs, refuted }]) => {
      return refuted === 0 ? `${name} ${runs}` : `${name} ${runs} (refuted ${refuted} times)`;
    });
    const hours = this.virtualMs / 3_600_000;
    const wallS = wallMs / 1_000;
    const speed = `${hours.toFixed(2)} virtual hours in ${wallS.toFixed(1)} s: ${(hours / wallS).toFixed(3)} virtual hours per second`;
    const { refuted } = this;
    const verdict =
      refuted === 0 ? 'nothing was refuted' : `${refuted} ${refuted === 1 ? 'refutation' : 'refutations'}`;
    return [...this.empty, `${verdict}: ${claims.join(', ')}`, speed].map((line) => `${line}\n`).join('');
  }

  private of(name: string): Total {
    let total = this.totals.get(name);
    if (total === undefined) {
      total = { runs: 0, vacuous: 0, refuted: 0 };
      this.totals.set(name, total);
    }
    return total;
  }
}
