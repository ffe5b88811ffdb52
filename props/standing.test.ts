/** A failure can be stood in: the lines that it prints can be typed, and its command opens the prompt at that place. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commands } from '../repl/commands';
import { Session } from '../repl/session';
import { openWorld } from '../repl/worlds';
import type { Command } from '../src/kernel/operations';
import { stages } from '../src/stages';
import { DrivenWorld } from '../src/testing/driven-world';
import { type Claim, judge, report, Violation } from '../src/testing/judge';
import { type Accident, accidents, plan } from '../src/testing/schedule';
import { commandLine } from '../src/world/command-line';
import { catalogue } from '../src/world/product';
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
  show: (schedule) => {
    const world = open();
    return standing(world, () => attempt(world, schedule));
  },
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
    assert.match(
      text,
      /^everybody lives: not so \(death\)\n {2}seed 1, path "[\d:]+"\n {2}drawn:\n {4}# stage load-ba/,
    );
    assert.match(text, /\n {2}shrunk in \d+ steps to:\n(?: {4}.*\n)*? {4}kill\S* .*--stay\n/);

    const command = / {2}to stand there: npm start -- (--replay \S+)$/.exec(text)?.[1] ?? '';
    const { stdout } = tierrarium(...command.split(' '), '--json', '-e', 'ls', '-e', 'events --hash', '-e', 'log');
    const world = open();
    assert.throws(() => attempt(world, refuted.shrunk), Violation);
    const [ls = '', hash = '', log = ''] = stdout.trim().split('\n');
    assert.match(ls, /"state":"dead"/);
    assert.ok(hash.includes(world.hash()), `${hash} is not the history of ${world.hash()}`);
    assert.deepEqual(JSON.parse(log), standing(world, () => undefined).lines);
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
  const options = {
    mode: 'sim',
    stage: 'load-balanced',
    seed: 1,
    hosts: 2,
    dataDir: undefined,
    standpoint: undefined,
  } as const;
  const session = await Session.start({
    commands,
    stages: Object.values(stages),
    tiers: catalogue.tiers,
    open: (wanted) => openWorld({ ...options, modules: [] }, Object.values(stages), wanted),
    look: () => ({ columns: 100, colour: false }),
    json: false,
    print: () => undefined,
    sleep: async () => undefined,
  });
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
