/**
 * Tiers of the user's own, from TypeScript or JavaScript files: each exports a tier, under whatever name.
 */
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { AnyTier } from '../../src/kernel/tier';
import { Refusal } from '../../src/world/quantities';

/** Throws a `Refusal` for a file that is not there or holds no tier. */
export function loadTier(file: string): AnyTier {
  const path = resolve(file);
  if (!existsSync(path)) throw new Refusal(`--tier ${file}: there is no such file`);
  if (extname(path) === '.ts' && require.extensions['.ts'] === undefined) registerTypescript();
  const found: unknown = require(path);
  const exported = typeof found === 'object' && found !== null ? Object.values(found) : [];
  const tier = exported.find(isTier);
  if (tier === undefined) throw new Refusal(`--tier ${file}: it exports no tier; export what tier(...) gives back`);
  return tier;
}

/** Types are checked by whoever writes the tier: here they would cost seconds at each start. */
function registerTypescript(): void {
  const { register }: typeof import('ts-node') = require('ts-node');
  register({
    transpileOnly: true,
    skipProject: true,
    compilerOptions: { target: 'ES2022', module: 'commonjs', esModuleInterop: true },
  });
}

function isTier(value: unknown): value is AnyTier {
  return typeof value === 'object' && value !== null && 'kind' in value && 'configure' in value && 'accepts' in value;
}
