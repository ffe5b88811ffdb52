/**
 * What the figures were measured on. A figure without its machine says nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly platform: string;
  readonly node: string;
  /** How many programs wanted a core, in the minute before the first measurement; 0 where the system does not say. */
  readonly load: number;
  /** This package and those that a figure depends on. */
  readonly packages: Readonly<Record<string, string>>;
}

const telling = ['rxjs', 'better-sqlite3', 'msgpackr', 'piscina'];

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 2 ** 20),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
    packages: Object.fromEntries([
      ['tierrarium', versionIn(join(__dirname, '..', '..', 'package.json'))],
      ...telling.map((name) => [name, versionOf(name)]),
    ]),
  };
}

export function describe(on: Machine): string {
  const packages = Object.entries(on.packages).map(([name, version]) => `${name} ${version}`);
  const machine = `${on.cpu}, ${on.cores} cores, ${on.memoryMb} MB, ${on.platform}, Node ${on.node}; ${packages.join(', ')}`;
  if (on.load < on.cores / 4) return machine;
  return `${machine}\nThe machine was busy with other things (load ${on.load.toFixed(1)}): ratios hold, absolute figures are too low.`;
}

/** Looked for as Node looks for it, since most packages do not export their manifest. */
function versionOf(name: string): string {
  const manifests = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name, 'package.json'));
  const found = manifests.find((path) => existsSync(path));
  return found === undefined ? 'absent' : versionIn(found);
}

function versionIn(manifest: string): string {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  const known = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  return known ? String(parsed.version) : 'unknown';
}
