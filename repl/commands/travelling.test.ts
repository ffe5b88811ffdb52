/** Going about in virtual time: what a step tells, and that two branches differ only in what was asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSession } from '../testing-session';

test('a step tells what happened in it; of many the last', async () => {
  const session = await simulatedSession();
  try {
    await session.run('get /users/12 --no-wait');
    const { text } = await session.run('step');
    assert.match(text, /^ *\d\.\d{6} s {2}app-1 .* client\.fetch #\d+ GET \/users\/12\n/);
    assert.match(text, /\nnow at \d\.\d{6} s$/);
    const many = (await session.run('step 500')).text.split('\n');
    assert.match(many[0] ?? '', /^… [\d,]+ earlier$/);
    assert.equal(many.length, 14);
  } finally {
    await session.close();
  }
});

test('what lies ahead is done in both branches, so that they differ in the given lines alone', async () => {
  const session = await simulatedSession();
  try {
    for (const line of ['load 50rps', 'run 2s', 'kill web-1 --stay', 'run 1s', 'load stop', 'back 2s']) {
      assert.ok((await session.run(line)).ok, line);
    }
    const { value, text } = await session.run('whatif heal all');
    assert.ok(typeof value === 'object' && value !== null && 'with' in value && 'without' in value);
    assert.deepEqual(value.with, value.without);
    assert.match(text, /what lies ahead, 2 commands, was done in both/);
  } finally {
    await session.close();
  }
});
