/**
 * Tiers of the user's own, from TypeScript or JavaScript files: each exports one or more, under whatever names.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AnyTier } from '../../src/kernel/tier';
import { loadCatalogue } from '../../src/runtimes/threaded/catalogue-modules';
import { Refusal } from '../../src/world/quantities';

/** What `--tier` brought: files as every thread loads them, and what they hold. */
export interface OwnTiers {
  readonly modules: readonly string[];
  readonly tiers: Iterable<readonly [kind: string, tier: AnyTier]>;
}

/** Throws a `Refusal` for a file that is not there, cannot be loaded or holds no tier. */
export function ownTiers(files: readonly string[]): OwnTiers {
  const modules = files.map((file) => {
    if (!existsSync(file)) throw new Refusal(`--tier ${file}: there is no such file`);
    return resolve(file);
  });
  return { modules, tiers: loadCatalogue(modules).tiers };
}
