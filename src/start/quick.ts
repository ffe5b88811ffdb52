/**
 * Makes a thread start quickly. Imported before anything else by whatever is an entry: the prompt, and each worker thread.
 *
 * The build puts the libraries of `libraries.ts` into one file. Here that file is loaded and each library is noted as
 * loaded under its usual name, so that everybody who imports it afterwards, a tier of the user's own too, gets this very
 * one: two copies of RxJS in a thread would not know each other's Observables. From sources there is no such file, and
 * imports go their usual way.
 */
import { existsSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';

const load = createRequire(__filename);

/** Notes the libraries in a file of the build as loaded; what somebody has loaded already stays as it is. */
export function noteAsLoaded(bundle: string): void {
  const { libraries }: typeof import('./libraries') = load(bundle);
  for (const [name, exported] of Object.entries(libraries)) {
    const path = load.resolve(name);
    if (load.cache[path] !== undefined) continue;
    const module = new Module(path);
    module.filename = path;
    module.exports = exported;
    module.loaded = true;
    load.cache[path] = module;
  }
}

const built = join(__dirname, '..', '..', 'libraries.js');
if (existsSync(built)) noteAsLoaded(built);
