/**
 * How far apart things are. Placement decides a link's base latency; faults add to it.
 */
import type { BoxSpec } from './topology';

/** One-way latencies in milliseconds. Threads hand in 0 where the real machine already takes its time. */
export interface NetworkModel {
  readonly sameBoxMs: number;
  readonly sameRegionMs: number;
  /** Between users or third parties and a site of their own region. */
  readonly internetMs: number;
  /** Added between two regions, unless `regionsMs` says otherwise. */
  readonly crossRegionMs: number;
  /** Distances of single pairs, as `eu:us`, the names in alphabetical order. */
  readonly regionsMs: Readonly<Record<string, number>>;
  /** A lost piece of a stream is sent again after this, doubling each time ... */
  readonly retransmitMs: number;
  /** ... and after so many attempts the connection is reset. */
  readonly retransmitMax: number;
}

export const defaultNetwork: NetworkModel = {
  sameBoxMs: 0.02,
  sameRegionMs: 0.25,
  internetMs: 5,
  crossRegionMs: 40,
  regionsMs: {},
  retransmitMs: 200,
  retransmitMax: 5,
};

/** The base latency of a link in whole microseconds. */
export function latencyUs(from: BoxSpec, to: BoxSpec, model: NetworkModel): number {
  return Math.round(latencyMs(from, to, model) * 1000);
}

function latencyMs(from: BoxSpec, to: BoxSpec, model: NetworkModel): number {
  if (from.id === to.id) return model.sameBoxMs;
  const near = from.zone === 'outside' || to.zone === 'outside' ? model.internetMs : model.sameRegionMs;
  if (from.region === to.region) return near;
  const pair = [from.region, to.region].sort().join(':');
  return near + (model.regionsMs[pair] ?? model.crossRegionMs);
}
