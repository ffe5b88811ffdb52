import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';
import { type Ending, runScript } from './script';

let session: Session;
before(async () => {
  session = await simulatedSession();
});
after(() => session.close());

/** What a script prints, what it complains of, and how it ends. */
async function run(text: string, numbered = true): Promise<{ ending: Ending; out: string[]; errors: string[] }> {
  const out: string[] = [];
  const errors: string[] = [];
  const script = { name: 'site.txt', lines: text.split('\n'), numbered };
  const ending = await runScript(session, script, {
    out: (line) => void out.push(line),
    error: (line) => void errors.push(line),
  });
  return { ending, out, errors };
}

test('runs line by line, without a word for comments and empty lines', async () => {
  const { ending, out, errors } = await run('# a comment\n\nseed\n  seed  \n');
  assert.deepEqual({ ending, out, errors }, { ending: 'done', out: ['seed 7', 'seed 7'], errors: [] });
});

test('the first error ends it, with its line', async () => {
  const { ending, out, errors } = await run('seed\nkill web-9\nseed');
  assert.deepEqual([ending, out], ['failed', ['seed 7']]);
  assert.deepEqual(errors, ['site.txt:2: there is no node web-9; did you mean web-1 or web-2? (column 6)']);
});

test('a line of the command line has no number', async () => {
  assert.match((await run('kil', false)).errors[0] ?? '', /^site\.txt: there is no verb kil/);
});

test('.exit ends it well, whatever comes after', async () => {
  const { ending, out } = await run('seed\n.exit\nkill web-9');
  assert.deepEqual([ending, out], ['exit', ['seed 7']]);
});

test('several lines that are one are one; an error in them has the line of their first', async () => {
  assert.deepEqual((await run('const pair = [\n  1,\n  2,\n];\npair.length')).out, ['2']);
  const { errors } = await run('seed\nconst bad: number = [\n  1,\n];');
  assert.match(errors[0] ?? '', /^site\.txt:2: Type 'number\[\]' is not assignable/);
});

test('what never ends is an error where it began', async () => {
  const { ending, errors } = await run('seed\nconst open = {\n  a: 1,');
  assert.deepEqual([ending, errors], ['failed', ['site.txt:2: this line has no end']]);
});

test('one that is cancelled says so', async () => {
  const running = run('run 1000h');
  await new Promise(setImmediate);
  assert.ok(session.interrupt());
  assert.deepEqual((await running).errors, ['site.txt:1: cancelled']);
  assert.equal((await running).ending, 'cancelled');
});
