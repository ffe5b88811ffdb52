/**
 * Quantities as people write them: `10s`, `200ms`, `200rps`, `10%`, `4gb`. One reading for the library and the prompt.
 */
import bytes from 'bytes';
import ms from 'ms';

/** Something that cannot be read or done; one line for people, and nothing was changed. */
export class Refusal extends Error {
  override name = 'Refusal';
}

/** Milliseconds, or a text with its unit such as `250ms`, `10s`, `2m`, `1h`. */
export type Duration = number | string;

export function durationMs(duration: Duration): number {
  const text = String(duration).trim();
  if (typeof duration === 'string' && /^[\d.]*[1-9][\d.]*$/.test(text)) {
    throw new Refusal(`'${text}' has no unit; write for example ${text}s or ${text}ms`);
  }
  const value = typeof duration === 'number' ? duration : /^[\d.]/.test(text) ? ms(text as ms.StringValue) : undefined;
  if (value === undefined || !Number.isFinite(value) || value < 0) {
    throw new Refusal(`'${text}' is not a duration; write for example 250ms, 10s or 2m`);
  }
  return value;
}

/** A signed duration, for clocks that are off: `+2s`, `-500ms`. */
export function signedMs(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const text = duration.trim();
  return text.startsWith('-') ? -durationMs(text.slice(1)) : durationMs(text.replace(/^\+/, ''));
}

/** Requests per second: `200rps`, `200/s`, `200`. */
export function ratePerS(rate: number | string): number {
  const value = typeof rate === 'number' ? rate : Number(/^([\d.]+)(rps|\/s)?$/.exec(rate.trim())?.[1]);
  if (!Number.isFinite(value) || value <= 0) throw new Refusal(`'${rate}' is not a rate; write for example 200rps`);
  return value;
}

/** A share between 0 and 1: `10%`, `0.1`. */
export function share(part: number | string): number {
  const found = /^([\d.]+)(%)?$/.exec(String(part).trim());
  const value = found === null ? Number.NaN : Number(found[1]) / (found[2] === undefined ? 1 : 100);
  if (!(value >= 0 && value <= 1)) throw new Refusal(`'${part}' is not a share; write for example 10% or 0.1`);
  return value;
}

/** Whole megabytes from `512mb`, `4gb`, or a number of megabytes. */
export function megabytes(size: number | string): number {
  const value =
    typeof size === 'number' || /^\d+$/.test(size) ? Number(size) : (bytes.parse(size) ?? Number.NaN) / 2 ** 20;
  if (!(Number.isFinite(value) && value >= 1))
    throw new Refusal(`'${size}' is not a size; write for example 512mb or 4gb`);
  return Math.round(value);
}

/** A signed share, for clocks that run wrong: `+1%`, `-5%`. */
export function signedShare(part: number | string): number {
  const text = String(part).trim();
  return text.startsWith('-') ? -share(text.slice(1)) : share(text.replace(/^\+/, ''));
}

/** Bytes per second from `64kB/s`, `1mb`, or a number of bytes; thousands, as networks count. */
export function bytesPerS(rate: number | string): number {
  const found = /^([\d.]+)([kmg]?)b?(\/s)?$/i.exec(String(rate).trim());
  const power = ['', 'k', 'm', 'g'].indexOf((found?.[2] ?? '').toLowerCase());
  const value = Number(found?.[1]) * 1000 ** power;
  if (!(Number.isFinite(value) && value >= 1)) {
    throw new Refusal(`'${rate}' is not a rate of bytes; write for example 64kB/s or 1MB/s`);
  }
  return value;
}

/** A whole number of things, at least one. */
export function whole(number: number | string): number {
  const value = Number(number);
  if (!Number.isInteger(value) || value < 1) throw new Refusal(`'${number}' is not a whole number above 0`);
  return value;
}

/** A whole number that may be 0, such as a position or a mark. */
export function wholeOrZero(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new Refusal(`'${text}' is not a whole number`);
}
