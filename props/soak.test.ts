/** A soak says its seeds, fails again with the seed that failed, and refuses what it does not know. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { trials } from './trials';

function soak(...args: readonly string[]) {
  const preload = resolve(__dirname, 'transpile.cjs');
  return spawnSync(process.execPath, ['-r', preload, resolve(__dirname, 'soak.ts'), ...args], { encoding: 'utf8' });
}

test('a round with a seed of its own, and what was tried', () => {
  const { stdout, status } = soak('privacy', '--seed', '7', '--minutes', '0.0001');
  assert.match(
    stdout,
    /^seeds from 7 on.*\nseed 7 privacy: 1000 cases, \d+ empty, .*\nnothing was refuted: privacy 1000\n$/,
  );
  assert.equal(status, 0);
});

test('a claim that there is not, a time that is none', () => {
  const unknown = soak('privity');
  assert.match(unknown.stderr, /^there is no claim privity\n/);
  assert.equal(unknown.status, 2);
  assert.match(soak('--minutes', 'long').stderr, /^--minutes must be a number above 0, not 'long'\n/);
});

test('every claim can be tried by a name of its own', () => {
  assert.equal(new Set(trials.map(({ name }) => name)).size, trials.length);
});
