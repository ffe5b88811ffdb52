/**
 * What a node that stays has to be told, so that it does what a new topology says of it. Only what the topology itself
 * says anew is told: what somebody has configured since stays, as long as the topology does not speak of it.
 */
import { isDeepStrictEqual } from 'node:util';

export type Settings = Readonly<Record<string, unknown>>;

/** Whether a config is settings by name, which can be laid over others. */
export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A config with others laid over it; one that is not made of settings takes its place. */
export function laidOver(base: unknown, config: unknown): unknown {
  return isSettings(config) && isSettings(base) ? { ...base, ...config } : config;
}

/**
 * @param whole the new config with every default filled in: what a setting falls back to that is not named any more.
 * @returns what is to be laid over the config that the node has; `undefined` if it says the same as before.
 * @example
 * configChange({ workers: 8, backlog: 9 }, { workers: 4 }, { workers: 4, backlog: 64 }); // { workers: 4, backlog: 64 }
 */
export function configChange(before: unknown = {}, now: unknown = {}, whole: unknown = now): unknown {
  if (isDeepStrictEqual(before, now)) return undefined;
  if (!isSettings(before) || !isSettings(now) || !isSettings(whole)) return whole;
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before[name], now[name]));
  return Object.fromEntries(changed.map((name) => [name, name in now ? now[name] : whole[name]]));
}
