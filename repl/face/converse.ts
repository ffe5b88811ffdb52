/**
 * One session from its beginning to its end: with a prompt if there is somebody at a terminal and nothing else to run,
 * otherwise line by line.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { stages } from '../../src/stages';
import { Refusal } from '../../src/world/quantities';
import type { Standpoint } from '../../src/world/token';
import { commands } from '../commands';
import type { Look } from '../render/look';
import { Session } from '../session';
import { openWorld } from '../worlds';
import { greeting } from './greeting';
import type { CommandLine, Source } from './options';
import { type Output, runScript, type Script } from './script';

/** Gives back the exit code. Throws a `Refusal` for what the command line cannot mean. */
export async function converse(line: CommandLine): Promise<number> {
  const interactive = line.sources.length === 0 && process.stdin.isTTY === true && process.stdout.isTTY === true;
  for (const source of line.sources) {
    if ('file' in source && source.file !== '-' && !existsSync(source.file)) {
      throw new Refusal(`there is no script ${source.file}`);
    }
  }
  const session = await open(line);
  const stop = (): void => {
    if (!session.interrupt()) void session.close().finally(() => process.exit(130));
  };
  process.on('SIGINT', stop);
  process.once('SIGTERM', () => void session.close().finally(() => process.exit(143)));
  try {
    if (interactive) return await talk(session, line);
    const sources: readonly Source[] = line.sources.length === 0 ? [{ file: '-' }] : line.sources;
    for (const source of sources) {
      const ending = await runScript(session, scriptOf(source), output);
      if (ending !== 'done') return ending === 'exit' ? 0 : 1;
    }
    return 0;
  } finally {
    await session.close();
  }
}

async function talk(session: Session, line: CommandLine): Promise<number> {
  const { stdin: input, stdout } = process;
  if (!line.quiet) stdout.write(`${await greeting(session.current, session.look())}\n`);
  const { prompt }: typeof import('./prompt') = require('./prompt');
  const { historyFile }: typeof import('./history') = require('./history');
  const ended = prompt(session, { input, output: stdout, history: historyFile(process.env) });
  const warming = setTimeout(warmAfterMs, undefined, { ref: false }).then(() => session.warm());
  await ended;
  await Promise.race([warming, Promise.resolve()]);
  return 0;
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
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  });
}

function standpointOf(token: string): Standpoint {
  const { fromToken }: typeof import('../../src/world/token') = require('../../src/world/token');
  const { version }: typeof import('./version') = require('./version');
  return fromToken(existsSync(token) ? readFileSync(token, 'utf8') : token, version());
}

function loadTiers(files: readonly string[]) {
  const { ownTiers }: typeof import('./own-tiers') = require('./own-tiers');
  return ownTiers(files);
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

function scriptOf(source: Source): Script {
  if ('line' in source) return { name: '--eval', lines: source.line.split('\n'), numbered: false };
  const input = source.file === '-' ? process.stdin : createReadStream(source.file, 'utf8');
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  return { name: source.file === '-' ? 'stdin' : source.file, lines, numbered: true };
}
