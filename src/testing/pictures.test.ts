import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepPicture } from './pictures';

test('a picture is kept under a name that is safe, the newest fifty, and nowhere if nowhere can be written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  try {
    for (let at = 0; at < 60; at++) {
      const old = join(folder, `old-${at}.svg`);
      writeFileSync(old, '');
      utimesSync(old, 1_000 + at, 1_000 + at);
    }
    const file = keepPicture('no write/../is lost (7)', '<svg/>', folder);
    assert.equal(file, join(folder, 'no-write-is-lost-7.svg'));
    assert.equal(readFileSync(file, 'utf8'), '<svg/>');
    const left = readdirSync(folder);
    assert.equal(left.length, 50);
    assert.ok(left.includes('old-59.svg') && !left.includes('old-10.svg'));
    assert.equal(keepPicture('x', '', join(file, 'below a file')), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
