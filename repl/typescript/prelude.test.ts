import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../commands';
import { Compiler } from './compiler';
import { prelude } from './prelude';

for (const mode of ['sim', 'threads'] as const) {
  test(`every verb can be called as the compiler is told (${mode})`, () => {
    const compiler = new Compiler(prelude(commands, mode));
    for (const good of ['const n: number = 42; n', "await kill('web-1')", "await faildisk('db-1', 'it is old')"]) {
      assert.ok('script' in compiler.compile(good), good);
    }
    for (const bad of ['await kill(7)', "await faildisk('db-1', 7)", "const s: string = await get('/users/12')"]) {
      assert.ok('problem' in compiler.compile(bad), bad);
    }
  });
}
