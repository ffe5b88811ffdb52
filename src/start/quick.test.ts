import { equal, notEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { libraries } from './libraries';
import { noteAsLoaded } from './quick';

const load = createRequire(__filename);

test('whoever imports a library of the bundle gets the one from there, unless it was loaded before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierrarium-test-'));
  const bundle = join(folder, 'libraries.js');
  writeFileSync(bundle, "exports.libraries = { rxjs: { of: 'bundle' }, archy: { of: 'bundle' } };");
  equal(load.cache[load.resolve('archy')], undefined);
  try {
    noteAsLoaded(bundle);
    equal(load('archy').of, 'bundle');
    notEqual(load('rxjs').of, 'bundle');
  } finally {
    delete load.cache[load.resolve('archy')];
    rmSync(folder, { recursive: true });
  }
});

test('the bundle names each library as it is imported', () => {
  for (const [name, exported] of Object.entries(libraries)) equal(exported, load(name));
});
