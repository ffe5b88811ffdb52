/**
 * Quantities as people read them: two or three digits and a unit, never more precision than one can use.
 */

const minuteUs = 60_000_000;

/**
 * A span of time, given in microseconds.
 *
 * @example
 * duration(850); // '850 µs'
 * duration(1_200); // '1.2 ms'
 * duration(150_000_000); // '2.5 min'
 */
export function duration(us: number): string {
  if (us < 0) return `-${duration(-us)}`;
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${brief(us / 1e3)} ms`;
  if (us < minuteUs) return `${brief(us / 1e6)} s`;
  if (us < 60 * minuteUs) return `${brief(us / minuteUs)} min`;
  if (us < 48 * 60 * minuteUs) return `${brief(us / minuteUs / 60)} h`;
  return `${brief(us / minuteUs / 1440)} days`;
}

/** A span of time, given in milliseconds. */
export function durationOfMs(ms: number): string {
  return duration(ms * 1000);
}

/** A moment in the past, seen from now: `12 s ago`, `just now`. */
export function ago(atUs: number, nowUs: number): string {
  return nowUs - atUs < 1_000 ? 'just now' : `${duration(nowUs - atUs)} ago`;
}

/** A moment of a world, to the microsecond, in seconds since it began: `12.345678 s`. */
export function moment(atUs: number): string {
  return `${(atUs / 1e6).toFixed(6)} s`;
}

/** How often per second: `198/s`, `0.2/s`, `1,204/s`. */
export function rate(perS: number): string {
  return `${perS < 1000 ? brief(perS) : count(Math.round(perS))}/s`;
}

/** A share from 0 to 1 as percent. What is not nothing does not read as nothing, what is not all does not read as all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return share < 0.001 ? '<0.1%' : `${(share * 100).toFixed(1)}%`;
  if (share < 1 && share > 0.99) return share > 0.999 ? '>99.9%' : `${(share * 100).toFixed(1)}%`;
  return `${Math.round(share * 100)}%`;
}

/** A whole number, in groups of three: `12,345`. */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A size, given in megabytes: `512 MB`, `4 GB`. */
export function megabytes(mb: number): string {
  return mb < 1024 ? `${count(mb)} MB` : `${brief(mb / 1024)} GB`;
}

/** Two digits below ten, whole numbers above, and no zero behind the point. */
function brief(number: number): string {
  return number < 9.95 ? number.toFixed(1).replace(/\.0$/, '') : count(number);
}
