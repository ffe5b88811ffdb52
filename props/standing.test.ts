/** A failure can be stood in: the lines that it prints can be typed, and its command opens the prompt at that place. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { simulatedSession } from '../repl/testing-session';
import type { OperationEvent } from '../src/kernel/events';
import type { Command } from '../src/kernel/operations';
import { stages } from '../src/stages';
import { DrivenWorld } from '../src/testing/driven-world';
import { type Claim, judge, Violation } from '../src/testing/judge';
import { report } from '../src/testing/report';
import { type Accident, accidents, plan } from '../src/testing/schedule';
import { commandLine } from '../src/world/command-line';
import { catalogue } from '../src/world/product';
import { fromToken } from '../src/world/token';
import { version } from '../src/world/version';
import { traffic } from './arbitraries/traffic';
import { standing } from './standing';

const { topology } = stages.loadBalanced;

/** A claim that does not hold of anything: that no process of the site ever ends up dead. */
const immortality: Claim<readonly Accident[]> = {
  name: 'everybody lives',
  seed: 1,
  runs: 100,
  draw: accidents(topology),
  attempt: (schedule) => attempt(open(), schedule),
  show: (schedule) => standing(open(), (world) => attempt(world, schedule)),
};

function open(): DrivenWorld {
  return new DrivenWorld('load-balanced', topology, { catalogue, seed: 7 });
}

function attempt(world: DrivenWorld, schedule: readonly Accident[]): undefined {
  for (const step of plan(schedule)) {
    world.carryOut([step], step.atMs);
    if (world.census().nodes.some(({ state }) => state === 'dead')) throw new Violation('death', 'somebody is dead');
  }
}

function tierrarium(...args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const root = resolve(__dirname, '..');
  const run = spawnSync(process.execPath, ['-r', resolve(root, 'props/transpile.cjs'), 'repl/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(run.status, 0, run.stderr);
  return run;
}

describe('a failure that can be stood in', () => {
  test('a failing claim prints seed, path, what was drawn, what remains, and a command that opens the prompt there', () => {
    const { refuted } = judge(immortality);
    assert.ok(refuted !== undefined);
    const text = report(immortality, refuted);
    assert.match(text, /^everybody lives: not so \(death\)\n {2}seed 1, path "[\d:]+"\n {2}drawn:\n {4}\d+ ms: kill/);
    assert.match(
      text,
      /\n {2}shrunk in \d+ steps to:\n {4}# stage load-balanced, seed 7\n(?: {4}.*\n)*? {4}kill.*--stay\n/,
    );
    assert.match(text, /\n +\d\.\d+ s {2}══ .* killed\n.*✗ death/);

    const command = / {2}to stand there: npm start -- (--replay \S+)$/.exec(text)?.[1] ?? '';
    const { stdout } = tierrarium(...command.split(' '), '--json', '-e', 'ls', '-e', 'events --hash', '-e', 'log');
    const world = open();
    assert.throws(() => attempt(world, refuted.shrunk), Violation);
    const [ls = '', hash = '', log = ''] = stdout.trim().split('\n');
    assert.match(ls, /"state":"dead"/);
    assert.ok(hash.includes(world.hash()), `${hash} is not the history of ${world.hash()}`);
    assert.deepEqual(JSON.parse(log), standing(world, () => undefined).lines);
  });

  test('where a token leads diagram, trace and why tell of what went wrong, until somebody asks for something else', async () => {
    const shown = standing(open(), (world) => {
      const steps: OperationEvent[] = [];
      world.events.subscribe((event) => event.type === 'operation' && steps.push(event));
      world.load({ loop: 'open', ratePerS: 50, arrivals: 'constant' });
      world.run('2s');
      const [call, end] = [steps[40], steps[41]];
      assert.ok(call !== undefined && call.operation.process === end?.operation.process);
      const about = [{ process: call.operation.process, calledAtUs: call.atUs, endedAtUs: end.atUs }];
      throw new Violation('read', 'somebody has read something', about);
    });
    const standpoint = fromToken(shown.command?.split(' ').at(-1) ?? '', version());
    const session = await simulatedSession({}, { standpoint });
    assert.equal(session.current.warning, undefined);
    assert.equal(session.current.world.nowUs, standpoint.failure?.about[0]?.endedAtUs);
    const say = async (line: string): Promise<string> => (await session.run(line)).text ?? '';
    assert.match(await say('diagram'), /invoke read user:.*GET \/users.*✗ read/s);
    assert.match(await say('trace'), /^GET \/users\/\d+ by crowd-1: 200/);
    assert.match(
      await say('why'),
      /^crowd-1 asked GET \/users\/\d+ .* by way of lb-1,\sweb-\d, db-1\.\nThe row came out of db-1/,
    );
    await say('back 10ms');
    assert.match(await say('diagram'), /✗ read/);
    await say('get /users/12');
    assert.doesNotMatch(await say('diagram'), /✗ read/);
    assert.match(await say('trace'), /^GET \/users\/12 by app-1: 200/);
    await session.close();
    const other = await simulatedSession({}, { standpoint: { ...standpoint, hash: 'another' } });
    assert.match(other.current.warning ?? '', /the code is not what it was/);
    await other.close();
  });

  test('what is typed again is the same history, whatever was drawn and however much of it at once', async () => {
    const draws = fc.record({
      schedule: accidents(topology, { accidentsMax: 12 }),
      traffic: traffic({ lengthMs: 2_000, timeoutMs: 1_000 }),
    });
    for (const drawn of fc.sample(draws, { seed: 2, numRuns: 12 })) {
      const planned = [...drawn.traffic.plan, ...plan(drawn.schedule)].sort((a, b) => a.atMs - b.atMs);
      const world = open();
      const { lines } = standing(world, (tried) => void tried.carryOut(planned, 6_000));
      const session = await simulatedSession({}, { seed: 7 });
      for (const line of lines) assert.equal((await session.run(line)).problem ?? '', '', line);
      assert.equal(session.current.virtual?.hash(), world.hash(), lines.join('\n'));
      await session.close();
    }
  });

  test('every command that can be drawn can be typed, and is the same command then', async () => {
    const draws = fc.record({
      schedule: accidents(topology, { accidentsMax: 12 }),
      traffic: traffic({ lengthMs: 1_000, timeoutMs: 1_000 }),
    });
    for (const drawn of fc.sample(draws, { seed: 1, numRuns: 25 })) {
      const planned = [...drawn.traffic.plan, ...plan(drawn.schedule)].map(({ command }) => command);
      const typed = planned.filter(canBeDone);
      assert.deepEqual(await commandsOf(typed.map(commandLine)), typed);
    }
  });
});

/** A fault that is not there cannot be taken back by number, and orders to the cloud are another command. */
function canBeDone({ verb }: Command): boolean {
  return verb !== 'remove-fault' && verb !== 'restart';
}

/** What lines come to when they are typed one after the other. */
async function commandsOf(lines: readonly string[]): Promise<readonly Command[]> {
  const session = await simulatedSession({}, { seed: 1 });
  const problems: string[] = [];
  for (const line of lines) {
    const { ok, problem = '' } = await session.run(line);
    if (!ok) problems.push(`${line}: ${problem}`);
  }
  const { virtual } = session.current;
  await session.close();
  const logged = virtual?.recipe.log.map(({ command }) => command) ?? [];
  assert.equal(logged.length, lines.length, problems.join('\n'));
  return logged;
}
