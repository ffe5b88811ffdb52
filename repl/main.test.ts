import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';

/** A whole process takes its time on a busy machine; nothing here is judged by it. */
const timeout = 120_000;

const root = resolve(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tierrarium-main-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Where a process puts what it should take away again; a place of its own for each. */
let places = 0;
function place(): string {
  const path = join(folder, `tmp-${++places}`);
  mkdirSync(path);
  return path;
}

/** What the shell has put there; what ts-node keeps beside it to start faster is not of a session. */
function ours(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('tierrarium'));
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly temporary: string;
  readonly ended: Promise<Ended>;
}

/** Starts the shell from its sources. */
function start(args: readonly string[], onOut: (text: string) => void = () => undefined): Started {
  const temporary = place();
  // A test runner above tells its children to report to it.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ['-r', './props/transpile.cjs', 'repl/main.ts', ...args], {
    cwd: root,
    env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    onOut(out);
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code) => done({ code, out, errors }));
  });
  return { child, temporary, ended };
}

describe('the process', { timeout }, () => {
  test('in simulation: a script, lines of the command line, and the exit code of a mistake', async () => {
    const script = join(folder, 'site.txt');
    writeFileSync(script, '# a site\nget /users/12\n\nkill web-9\nget /users/13\n');
    const { ended, temporary } = start(['--mode', 'sim', '--seed', '7', '--json', '-e', 'seed', script]);
    const { code, out, errors } = await ended;
    const [seed, user, ...more] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([seed.seed, user.status, user.body.id, more], [7, 200, 12, []]);
    assert.equal(errors, `${script}:4: there is no node web-9; did you mean web-1 or web-2? (column 6)\n`);
    assert.equal(code, 1);
    assert.deepEqual(ours(temporary), []);
  });

  test('on threads: lines from a pipe, a tier of one’s own, and nothing left when it is over', async () => {
    const tier = join(folder, 'echo.ts');
    writeFileSync(
      tier,
      `import { machine, message, tier, Type } from 'tierrarium';
      const hello = message('hello', { text: Type.String() });
      export const echo = tier({
        kind: 'echo', summary: 'says it again', port: 7, accepts: [hello], defaults: {}, parse: () => ({}),
        upstreams: () => [], service: () => ({ otherwise: 0, mailboxMax: 100, overflow: 'refuse' }),
        behave: () => machine(() => ({}), (state, mail, turn) => turn.reply(mail, mail.body)),
      });`,
    );
    let during: readonly string[] = [];
    const started = start(['--json', '--tier', tier], () => {
      during = ours(started.temporary);
    });
    const lines = ['get /users/12', 'kill web-1', 'get /users/12', 'spawn echo', '.exit', 'never reached'];
    started.child.stdin?.end(`${lines.join('\n')}\n`);
    const { code, out, errors } = await started.ended;
    assert.equal(errors, '');
    const [first, , second, spawned, ...more] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([first.status, second.status, spawned.node, more], [200, 200, 'echo-1', []]);
    assert.equal(code, 0);
    assert.equal(during.length, 1); // The disks, while there was a site.
    assert.deepEqual(ours(started.temporary), []);
  });

  test('asked to go in the middle of a line, it goes in order', async () => {
    const started = start(['-e', 'seed', '-e', 'run 1h'], (out) => {
      if (out.includes('seed 1')) started.child.kill('SIGTERM');
    });
    // Windows has no signals: there a process is ended from outside, and cleans up nothing.
    if (process.platform === 'win32') return void (await started.ended);
    assert.equal((await started.ended).code, 143);
    assert.deepEqual(ours(started.temporary), []);
  });

  test('a kept folder is locked, and what was acknowledged is there again', async () => {
    const data = join(folder, 'data');
    const write = start(
      ['--data', data, '-e', 'patch /users/3 {"firstName": "Ada"}', '-e', 'stage one-box', '-e', 'run 1h'],
      () => {
        secondOne ??= start(['--data', data, '-e', 'seed']).ended;
      },
    );
    let secondOne: Promise<Ended> | undefined;
    await new Promise((heard) => write.child.stdout?.once('data', heard));
    const second = await secondOne;
    assert.deepEqual([second?.code, second?.errors.trim().split('\n').length], [2, 1]);
    assert.match(second?.errors ?? '', /is in use by another process/);
    write.child.kill('SIGINT');
    assert.equal((await write.ended).code, 130);
    const { out } = await start(['--data', data, '--json', '-e', 'get /users/3']).ended;
    assert.equal(JSON.parse(out).body.firstName, 'Ada');
  });

  test('what cannot be is one line and starts nothing', async () => {
    const answers = await Promise.all(
      [['--hots', '3'], ['--stage', 'one-bx'], ['nowhere.txt'], ['--tier', 'nowhere.ts']].map(
        (args) => start(args).ended,
      ),
    );
    assert.deepEqual(
      answers.map(({ code, errors }) => [code, errors.split('\n')[0]?.replace(/;.*/, '')]),
      [
        [2, 'tierrarium: there is no option --hots'],
        [2, 'tierrarium: there is no stage one-bx'],
        [2, 'tierrarium: there is no script nowhere.txt'],
        [2, 'tierrarium: --tier nowhere.ts: there is no such file'],
      ],
    );
  });

  test('its version is that of the package', async () => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual(await start(['--version']).ended, { code: 0, out: `${version}\n`, errors: '' });
  });
});
