import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { historyFile } from './history';

const folder = mkdtempSync(join(tmpdir(), 'tierrarium-history-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a file of one’s own choice, made with its folder and for nobody else to read', () => {
  const wanted = join(folder, 'deep', 'history');
  assert.equal(historyFile({ TIERRARIUM_HISTORY: wanted }), wanted);
  assert.ok(existsSync(wanted));
  if (process.platform !== 'win32') assert.equal(statSync(wanted).mode & 0o777, 0o600);
});

test('by default where the system keeps such things', () => {
  if (process.platform === 'darwin') return; // There it follows from the home of whoever runs this.
  assert.equal(historyFile({ XDG_STATE_HOME: folder, LOCALAPPDATA: folder }), join(folder, 'tierrarium', 'history'));
});

test('none where none is wanted, or none can be written', () => {
  assert.equal(historyFile({ TIERRARIUM_HISTORY: '' }), undefined);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  assert.equal(historyFile({ TIERRARIUM_HISTORY: join(file, 'history') }), undefined);
});
