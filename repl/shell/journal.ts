/**
 * A call of a verb as the line that does the same.
 */
import { dashed } from './options';

/** `kill('web-1', { stay: true })` as `kill web-1 --stay`. */
export function lineOfCall(verb: string, given: readonly unknown[]): string {
  return [verb, ...given.map((value, place) => wordOf(value, place === given.length - 1))]
    .filter((word) => word !== '')
    .join(' ');
}

function wordOf(value: unknown, last: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return /^[^\s'"{[]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'function') return value.toString().replace(/^\(\) => /, '');
  if (typeof value !== 'object' || value === null || !last) return JSON.stringify(value);
  return Object.entries(value).map(optionOf).join(' ');
}

function optionOf([name, value]: [string, unknown]): string {
  if (value === false || value === undefined) return '';
  const flag = `--${dashed(name)}`;
  if (value === true) return flag;
  return (Array.isArray(value) ? value : [value]).map((one) => `${flag} ${wordOf(one, false)}`).join(' ');
}
