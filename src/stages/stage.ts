/**
 * One rung of the ladder from zero to millions of users: a data centre as plain data, and what it teaches.
 */
import type { BoxSpec, NodeSpec, Topology } from '../kernel/topology';

export interface Stage {
  /** `load-balanced`: how a prompt and a command line call it. */
  readonly name: string;
  readonly title: string;
  /** What it teaches, in a few lines. */
  readonly story: string;
  /** So many hosts show what it teaches: no single one of them takes a majority away. Without a word: 2. */
  readonly hosts?: number;
  readonly topology: Topology;
  /** Lines for the prompt. */
  readonly tryNext: readonly string[];
}

/** The domain of the site in every stage. */
export const site = 'api.mysite.com';

const nameServer = '198.51.100.53';

/** A small machine of the site; what it has more of is said where it stands. */
export function box(id: string, privateAddress: string, more: Partial<BoxSpec> = {}): BoxSpec {
  const size = { cpus: 2, memoryMb: 4_096, diskMb: 20_000 };
  return { id, region: 'main', zone: 'site', ...size, privateAddress, ...more };
}

export function node(id: string, kind: string, on: string, config?: unknown): NodeSpec {
  return { id, kind, box: on, restart: 'always', ...(config === undefined ? {} : { config }) };
}

/** Users, a name server that points the site's domain somewhere, and the provider: the same around every site. */
export function outside(publicAddress: string): Topology {
  const device = (id: string, address: string): BoxSpec => box(id, address, { zone: 'outside' });
  const zone = { records: { [site]: { addresses: [publicAddress], ttlMs: 60_000 } } };
  return {
    boxes: [
      device('box-dns-1', nameServer),
      device('box-app-1', '198.51.100.11'),
      device('box-browser-1', '198.51.100.12'),
      device('box-crowd-1', '198.51.100.13'),
      box('box-cloud', '192.0.2.1', { zone: 'provider' }),
    ],
    nodes: [
      node('dns-1', 'dns', 'box-dns-1', zone),
      node('app-1', 'client', 'box-app-1', { device: 'app' }),
      node('browser-1', 'client', 'box-browser-1', { device: 'browser' }),
      node('crowd-1', 'client', 'box-crowd-1', { device: 'app' }),
      node('cloud', 'cloud', 'box-cloud'),
    ],
  };
}

export function together(...parts: readonly Topology[]): Topology {
  return { boxes: parts.flatMap(({ boxes }) => boxes), nodes: parts.flatMap(({ nodes }) => nodes) };
}

/** How many hosts a world has that opens with this stage, unless it is told otherwise. */
export function hostsOf({ hosts }: Stage): { readonly hosts?: number } {
  return hosts === undefined ? {} : { hosts };
}
