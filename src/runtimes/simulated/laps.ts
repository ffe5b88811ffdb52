/**
 * When the ring of newest events had gone round once more. Whoever does a history again, up to a moment, learns from it
 * since when each message has to be told for the ring to hold there what it held; before that, silence is cheaper.
 */
export class Laps {
  /** Messages are told from this moment on. */
  readonly fromUs: number;
  private readonly begunUs: number[];
  private events = 0;

  /**
   * @param every how many events make a lap.
   * @param begunUs when laps began, as an earlier run of the same history found; what comes before the last is not told.
   */
  constructor(
    private readonly every: number,
    begunUs: readonly number[],
  ) {
    this.begunUs = [...begunUs];
    this.fromUs = begunUs.at(-1) ?? 0;
  }

  count(atUs: number): void {
    if (atUs < this.fromUs || ++this.events < this.every) return;
    this.events = 0;
    this.begunUs.push(atUs);
  }

  /** The laps up to the last one that was complete before a moment. */
  until(atUs: number): readonly number[] {
    const begun = this.begunUs.filter((us) => us < atUs);
    return begun.length > 1 ? begun.slice(0, -1) : fromTheBeginning;
  }
}

/** The first lap begins with the world. */
export const fromTheBeginning: readonly number[] = [0];
