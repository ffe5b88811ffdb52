/**
 * The axis of time of a picture: stretches in which nothing happens are cut short, or a request of 10 ms would be a dot
 * beside the seconds between two of them.
 */

/** Where a moment is, from 0 to 1. */
export interface Axis {
  place(atUs: number): number;
  /** Moments that are worth a label: the first, and each that comes after a stretch that was cut. */
  readonly labelled: readonly number[];
  /** The stretches that were cut, as places. */
  readonly cuts: readonly { readonly from: number; readonly to: number }[];
}

/** A stretch is cut to so many times the middle one of all. */
const stretchMax = 6;

/** @param momentsUs at which something happens or ends, in any order */
export function axisOf(momentsUs: readonly number[]): Axis {
  const moments = [...new Set(momentsUs)].sort((a, b) => a - b);
  const steps = moments.slice(1).map((atUs, at) => atUs - (moments[at] ?? atUs));
  const middle = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const most = middle * stretchMax;
  const places = [0];
  for (const step of steps) places.push((places.at(-1) ?? 0) + Math.min(step, most));
  const length = Math.max(1e-9, places.at(-1) ?? 0);
  const isCut = (step: number): boolean => step > most;
  return {
    place: (atUs) => {
      const next = moments.findIndex((moment) => moment >= atUs);
      if (next === 0) return 0;
      if (next < 0) return 1;
      const [before = 0, after = 0] = [moments[next - 1], moments[next]];
      const [from = 0, to = 0] = [places[next - 1], places[next]];
      return (from + ((to - from) * (atUs - before)) / (after - before)) / length;
    },
    labelled: moments.filter((_, at) => at === 0 || at === moments.length - 1 || isCut(steps[at - 1] ?? 0)),
    cuts: steps.flatMap((step, at) => {
      return isCut(step) ? [{ from: (places[at] ?? 0) / length, to: (places[at + 1] ?? 0) / length }] : [];
    }),
  };
}
