import { deepEqual, equal, rejects } from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DataDir } from './data-dir';

describe('a data folder', { timeout: 30_000 }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tierrarium-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is made with the folders above it, kept, and free for the next one after its close', async () => {
    const path = join(folder, 'a', 'b');
    for (let round = 0; round < 2; round++) {
      const dir = await DataDir.open(path);
      equal(existsSync(dir.disks), true);
      await dir.close();
    }
    deepEqual(readdirSync(path), ['disks']);
  });

  test('is refused to a second process in one line that says what to do', async () => {
    const path = join(folder, 'locked');
    const first = await DataDir.open(path);
    await rejects(DataDir.open(path), {
      name: 'DataDirError',
      message: `${path} is in use by another process; close that one or use another folder`,
    });
    await first.close();
  });

  test('that is a file, or below one, is refused in one line', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    await rejects(DataDir.open(path), { name: 'DataDirError', message: /^cannot use .*file for data: E\S+: [^\n]*$/ });
    await rejects(DataDir.open(join(path, 'below')), { name: 'DataDirError' });
  });

  test('where nothing can be made is refused, not tried for ever', async () => {
    // Linux has a folder in which the system itself lets nobody make anything; elsewhere a file stands for it.
    const nowhere = existsSync('/proc/self') ? '/proc' : join(folder, 'file');
    await rejects(DataDir.open(join(nowhere, 'x')), { name: 'DataDirError', message: /^cannot use / });
  });

  test('of nobody is a temporary one that goes with its world', async () => {
    const dir = await DataDir.open(undefined);
    mkdirSync(join(dir.disks, 'db-1'));
    await dir.discard('db-1');
    deepEqual(readdirSync(dir.disks), []);
    await dir.close();
    equal(existsSync(dir.disks), false);
  });
});
