/**
 * One session from its beginning to its end: with a prompt if there is somebody at a terminal and nothing else to run,
 * otherwise line by line.
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { Look } from '../../src/drawing/look';
import { stages } from '../../src/stages';
import { Refusal } from '../../src/world/quantities';
import type { Standpoint } from '../../src/world/token';
import { commands } from '../commands';
import { Session } from '../session';
import { problemOf } from '../shell/reply';
import { openWorld } from '../worlds';
import { greeting } from './greeting';
import type { CommandLine, Source } from './options';
import { type Output, runScript, type Script } from './script';
import { Signals } from './signals';

/** Gives back the exit code. Throws a `Refusal` for what the command line cannot mean. */
export async function converse(line: CommandLine): Promise<number> {
  for (const source of line.sources) if ('file' in source) checkScript(source.file);
  const signals = new Signals();
  const opening = open(line);
  try {
    return await Promise.race([signals.stopped, opening.then((session) => runIn(session, line, signals))]);
  } finally {
    // Also a world that was still being opened when somebody lost patience has threads and files to give back.
    const closed = opening.then((session) => session.close()).catch(() => undefined);
    await Promise.race([closed, setTimeout(closeWithinMs, undefined, { ref: false })]);
  }
}

/** Threads that do not end by themselves in this time end with the process. */
const closeWithinMs = 5_000;

function runIn(session: Session, line: CommandLine, signals: Signals): Promise<number> {
  signals.onInterrupt(() => session.interrupt());
  const interactive = line.sources.length === 0 && process.stdin.isTTY === true && process.stdout.isTTY === true;
  return interactive
    ? talk(session, line)
    : runAll(warned(session), line.sources.length === 0 ? [{ file: '-' }] : line.sources);
}

/** Nobody greets a script. */
function warned(session: Session): Session {
  const { warning } = session.current;
  if (warning !== undefined) output.error(warning);
  return session;
}

const exitCodes = { done: 0, exit: 0, failed: 1, cancelled: 130 } as const;

async function runAll(session: Session, sources: readonly Source[]): Promise<number> {
  let stray = false;
  process.on('uncaughtException', (failure) => {
    if (session.interrupt(new Refusal(strayText(failure)))) return;
    output.error(strayText(failure));
    stray = true;
  });
  process.on('beforeExit', () => session.interrupt(new Refusal('this waits for something that nothing can bring')));
  for (const source of sources) {
    const ending = await runScript(session, scriptOf(source), output);
    if (ending !== 'done') return exitCodes[ending] || session.exitCode;
    if (stray) return exitCodes.failed;
  }
  return session.exitCode;
}

async function talk(session: Session, line: CommandLine): Promise<number> {
  const { stdin: input, stdout } = process;
  if (!line.quiet) stdout.write(`${await greeting(session.current, session.look())}\n`);
  const { prompt }: typeof import('./prompt') = require('./prompt');
  const { historyFile }: typeof import('./history') = require('./history');
  process.on('uncaughtException', (failure) => output.error(strayText(failure)));
  const ended = prompt(session, { input, output: stdout, history: historyFile(process.env) });
  void setTimeout(warmAfterMs, undefined, { ref: false }).then(() => session.warm());
  await ended;
  return 0;
}

/** What a timer or a promise of a line threw after the line was done. */
function strayText(failure: unknown): string {
  return `uncaught ${problemOf(failure, '')}`;
}

/** The prompt has the machine to itself until its first keys are answered; TypeScript loads in the quiet after it. */
const warmAfterMs = 400;

async function open(line: CommandLine): Promise<Session> {
  const all = Object.values(stages);
  const own = line.tiers.length === 0 ? { modules: [], tiers: [] } : loadTiers(line.tiers);
  const standpoint = line.replay === undefined ? undefined : standpointOf(line.replay);
  const options = { ...line, dataDir: line.data, modules: own.modules, standpoint };
  const { tiers: ours }: typeof import('../../src/tiers/catalogue') = require('../../src/tiers/catalogue');
  return Session.start({
    commands,
    stages: all,
    tiers: new Map([...ours, ...own.tiers]),
    open: (wanted) => openWorld(options, all, wanted),
    look,
    json: line.json,
    print: output.out,
    progress,
    interruptible,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  });
}

function standpointOf(token: string): Standpoint {
  const { fromToken }: typeof import('../../src/world/token') = require('../../src/world/token');
  const { version }: typeof import('../../src/world/version') = require('../../src/world/version');
  return fromToken(existsSync(token) ? readFileSync(token, 'utf8') : token, version());
}

function loadTiers(files: readonly string[]) {
  const { ownTiers }: typeof import('./own-tiers') = require('./own-tiers');
  return ownTiers(files);
}

/** While keys are read one by one, Ctrl-C is a key, which nobody reads while a line keeps the thread to itself. */
function interruptible<T>(run: () => T): T {
  const { stdin } = process;
  if (stdin.isTTY !== true || !stdin.isRaw) return run();
  stdin.setRawMode(false);
  try {
    return run();
  } finally {
    stdin.setRawMode(true);
  }
}

/** On one line that is written over and goes away, and only where somebody looks. */
function progress(text: string): void {
  const { stderr } = process;
  if (stderr.isTTY !== true) return;
  stderr.write(`\r${text.slice(0, Math.max(0, stderr.columns - 1))}\u001b[K`);
}

const output: Output = {
  out: (text) => void process.stdout.write(`${text}\n`),
  error: (text) => void process.stderr.write(`${text}\n`),
};

function look(): Look {
  const { stdout, env } = process;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const refused = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  const colour = refused ? false : forced || (stdout.isTTY === true && env['TERM'] !== 'dumb');
  return { columns: stdout.isTTY === true ? stdout.columns : pipeColumns, colour };
}

/** What reads a pipe is not a screen: long lines are better than cut ones. */
const pipeColumns = 100;

/** Before anything starts. */
function checkScript(file: string): void {
  if (file === '-') return;
  if (!existsSync(file)) throw new Refusal(`there is no script ${file}`);
  if (statSync(file).isDirectory()) throw new Refusal(`${file} is a folder, not a script`);
}

function scriptOf(source: Source): Script {
  if ('line' in source) return { name: '--eval', lines: source.line.split('\n'), numbered: false };
  const input = source.file === '-' ? process.stdin : createReadStream(source.file, 'utf8');
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  return { name: source.file === '-' ? 'stdin' : source.file, lines, numbered: true };
}
