/** A soak as it is started: threads of its own, seeds that fail again, Ctrl-C with the summary so far. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { trials } from './trials';

/** Runs a soak; `onOutput` may interrupt it. */
async function soak(
  args: readonly string[],
  onOutput: (text: string, interrupt: () => void) => void = () => undefined,
) {
  const preload = resolve(__dirname, 'transpile.cjs');
  const child = spawn(process.execPath, ['-r', preload, resolve(__dirname, 'soak.ts'), ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput(stdout, () => child.kill('SIGINT'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status]: unknown[] = await once(child, 'close');
  return { stdout, stderr, status };
}

test('so many cases with a seed of its own, in threads', async () => {
  const { stdout, status } = await soak(['--property', 'privacy', '--seed', '7', '--runs', '1000', '--threads', '1']);
  assert.match(
    stdout,
    /^seeds from 7 on.*\nseed 7 privacy: 1000 cases, \d+ empty, .*\nnothing was refuted: privacy 1000\n.* virtual hours per second\n$/,
  );
  assert.equal(status, 0);
});

test('Ctrl-C ends it with the summary so far', async () => {
  let isInterrupted = false;
  const { stdout, status } = await soak(['privacy', '--seed', '7', '--threads', '1'], (text, interrupt) => {
    if (isInterrupted || !text.includes('seed 7 privacy')) return;
    isInterrupted = true;
    interrupt();
  });
  assert.match(stdout, /\nstopped\nnothing was refuted: privacy \d+\n.* virtual hours per second\n$/);
  assert.equal(status, 0);
});

test('a claim that there is not', async () => {
  const { stderr, status } = await soak(['privity']);
  assert.match(stderr, /^there is no claim privity\n\nnpm run soak /);
  assert.equal(status, 2);
});

test('every claim can be tried by a name of its own', () => {
  assert.equal(new Set(trials.map(({ name }) => name)).size, trials.length);
});
