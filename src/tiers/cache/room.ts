/**
 * Over-provisioning: the limits of a server are what its own part of the keys may take while all servers are there; `spare`
 * says how many of the others may be dead, their keys read here too, and there is room for those as well.
 */
import type { NodeId } from '../../kernel/envelope';
import type { CacheConfig } from './settings';

/** @param servers of the same pool, this one among them. */
export function withSpare(config: CacheConfig, servers: readonly NodeId[]): CacheConfig {
  const { spare, entriesMax, bytesMax } = config;
  const all = Math.max(1, servers.length);
  const factor = all / (all - Math.min(spare, all - 1));
  if (factor === 1) return config;
  return { ...config, entriesMax: Math.ceil(entriesMax * factor), bytesMax: Math.ceil(bytesMax * factor) };
}
