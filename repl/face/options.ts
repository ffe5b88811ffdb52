/**
 * The command line: what is asked for, or what is wrong with it in one line.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Mode } from '../../src/world/operator';
import { Refusal } from '../../src/world/quantities';

/** Lines to run without a prompt: a file (`-` is standard input) or a line of the command line. */
export type Source = { readonly file: string } | { readonly line: string };

export interface CommandLine {
  readonly mode: Mode;
  readonly stage: string;
  readonly seed: string | number | undefined;
  readonly hosts: number | undefined;
  readonly tiers: readonly string[];
  readonly data: string | undefined;
  /** A token, or the file that holds one. */
  readonly replay: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
  /** In the order in which they were given. */
  readonly sources: readonly Source[];
}

const defaultStage = 'load-balanced';
const hostsMax = 64;

const options = {
  stage: { type: 'string' },
  mode: { type: 'string' },
  seed: { type: 'string' },
  hosts: { type: 'string' },
  tier: { type: 'string', multiple: true },
  data: { type: 'string' },
  replay: { type: 'string' },
  eval: { type: 'string', multiple: true, short: 'e' },
  quiet: { type: 'boolean', short: 'q' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/** What `--help` prints. */
export function usage(): string {
  const { stageNames }: typeof import('../../src/stages') = require('../../src/stages');
  const { wrap }: typeof import('../../src/drawing/look') = require('../../src/drawing/look');
  const indent = `\n${' '.repeat(21)}`;
  const names = stageNames.map((name) => (name === defaultStage ? `${name} (default)` : name));
  return `usage: tierrarium [options] [script...]
       tierrarium check linearizable <file>... --model <model>

A living web site, from the browser to the disk, to drive, break and watch.

  --stage <name>     ${wrap(`which site: ${names.join(', ')}`, 59).join(indent)}
  --mode <mode>      threads: worker threads, real time (default)
                     sim: one thread, virtual time, the same history every time
  --seed <seed>      where all chance comes from (default 1)
  --hosts <count>    how many threads carry the site (2, or as the stage says)
  --tier <file.ts>   a tier of your own; repeatable
  --data <dir>       keeps the disks there; by default they go when you go
  --replay <token>   stands in a history as somebody left it (a token, or a file
                     that holds one); simulation only
  --eval <line>, -e  runs a line and ends; repeatable
  --json             one JSON value per line that is run
  --quiet, -q        no greeting
  --help, -h         this
  --version, -v      the version

A script holds lines as they are typed at the prompt; - is standard input. It
stops at the first error with its place and exit code 1.
NO_COLOR and FORCE_COLOR are respected; TIERRARIUM_HISTORY names the file of
the history.`;
}

/** Throws a `Refusal`. */
export function readCommandLine(args: readonly string[]): CommandLine {
  if (args[0] === 'check') return readCommandLine(['--mode', 'sim', '--eval', args.map(quoted).join(' ')]);
  const { values, tokens } = parse(args);
  return {
    mode: modeOf(values.mode ?? (values.replay === undefined ? 'threads' : 'sim')),
    stage: values.stage ?? defaultStage,
    seed: values.seed === undefined ? undefined : seedOf(values.seed),
    hosts: values.hosts === undefined ? undefined : hostsOf(values.hosts),
    tiers: values.tier ?? [],
    data: values.data,
    replay: values.replay,
    quiet: values.quiet ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
    sources: tokens.flatMap((token): Source[] => {
      if (token.kind === 'positional') return [{ file: token.value }];
      return token.kind === 'option' && token.name === 'eval' && token.value !== undefined
        ? [{ line: token.value }]
        : [];
    }),
  };
}

/** As a word of a line at the prompt. */
function quoted(word: string): string {
  if (/^[\w./:=,@+*?-]+$/.test(word) && !word.includes('->')) return word;
  return word
    .split("'")
    .map((part) => `'${part}'`)
    .join(`"'"`);
}

/** Digits are a number, so that `--seed 7` is the seed 7 of the library. */
export function seedOf(text: string): string | number {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
    throw new Refusal(wordsOf(failure.message));
  }
}

/** What node:util says, in one sentence; for an option that there is not, with the nearest. */
function wordsOf(message: string): string {
  const unknown = /^Unknown option '(--?[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return `${message.split(/[.\n]/)[0] ?? message}; --help lists the options`;
  const { didYouMean }: typeof import('../render/error') = require('../render/error');
  const names = Object.keys(options).map((name) => `--${name}`);
  return `there is no option ${unknown}${didYouMean(unknown, names) || '; --help lists them'}`;
}

function modeOf(text: string): Mode {
  if (text === 'sim' || text === 'threads') return text;
  throw new Refusal(`there is no mode ${text} (modes: threads, sim)`);
}

function hostsOf(text: string): number {
  const hosts = Number(text);
  if (Number.isInteger(hosts) && hosts >= 1 && hosts <= hostsMax) return hosts;
  throw new Refusal(`--hosts must be a whole number from 1 to ${hostsMax}, not ${text}`);
}
