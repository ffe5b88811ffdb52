/**
 * The circle of a consistent hash ring: points in their order and whose they are. A key belongs to the first point at or
 * after its own position; after the last comes the first.
 */

/** A point on the circle. */
export interface Point {
  /** From 0 to below the circumference, a whole number. */
  readonly position: number;
  /** The place that has what lies before it. */
  readonly place: number;
}

const bytesPerPoint = Float64Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT;

/** Points by position, in flat memory: a search among objects would miss the processor's cache at every step. */
export class Continuum {
  private readonly positions: Float64Array;
  private readonly places: Uint16Array;

  /** `circumference` is 2³² for ketama, 2⁵³ otherwise. Where points meet, the one that is handed over first wins. */
  constructor(
    points: readonly Point[],
    readonly circumference: number,
  ) {
    const sorted = [...points].sort((a, b) => a.position - b.position);
    this.positions = Float64Array.from(sorted, ({ position }) => position);
    this.places = Uint16Array.from(sorted, ({ place }) => place);
  }

  /** How many points there are. */
  get size(): number {
    return this.positions.length;
  }

  get bytes(): number {
    return this.size * bytesPerPoint;
  }

  /** The first point at or after a position, by its number in the order. */
  after(position: number): number {
    const { positions } = this;
    let low = 0;
    let high = positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low === positions.length ? 0 : low;
  }

  /** Whose a point is; those after the last go round. */
  placeAt(point: number): number {
    return this.places[point % this.size] ?? 0;
  }

  /** The share of the circle that each of so many places has: what it gets of uniform keys, without any noise of counting. */
  shares(places: number): readonly number[] {
    const shares = Array.from({ length: places }, () => 0);
    let before = (this.positions[this.size - 1] ?? 0) - this.circumference;
    for (let point = 0; point < this.size; point++) {
      const position = this.positions[point] ?? 0;
      const place = this.placeAt(point);
      shares[place] = (shares[place] ?? 0) + (position - before) / this.circumference;
      before = position;
    }
    return shares;
  }
}
