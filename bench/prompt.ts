/**
 * What a person waits for: the first prompt with the site running on its threads, the answer to a verb, the answer to a
 * line of TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Benchmark, Row, Side } from './harness';
import { median } from './statistics';
import { Terminal } from './terminal';

const root = join(__dirname, '..', '..');
const entry = join(root, 'dist', 'repl', 'main.js');
/** As npm itself says when it runs us; without it there is no `npm start` to measure. */
const npm = process.env['npm_execpath'];

/** Verbs that wait for nothing, and what their answers tell. */
const verbs = [
  ['ls', 'web-1'],
  ['show db-1', 'db-1'],
  ['help kill', 'kill'],
  ['topology', 'lb-1'],
] as const;
const verbRounds = 5;
const typescriptRounds = 10;

interface Sitting {
  readonly startMs: number;
  readonly firstMs: number;
  readonly typescriptMs: number;
  readonly verbMs: number;
  readonly requestMs: number;
}

/** One session from its start to its end. */
async function sit(
  program: readonly string[],
  during?: (terminal: Terminal) => Promise<void>,
): Promise<{ readonly startMs: number; readonly requestMs: number }> {
  const terminal = new Terminal(program);
  try {
    const { ms: startMs, text } = await terminal.prompt();
    if (!text.includes('on thread 1')) throw new Error(`the shell does not say what runs on its threads: ${text}`);
    await during?.(terminal);
    const requestMs = await terminal.type('get /users/12', '"id": 12');
    await terminal.leave();
    return { startMs, requestMs };
  } finally {
    terminal.end();
  }
}

async function sitting(): Promise<Sitting> {
  let firstMs = 0;
  const typescript: number[] = [];
  const verb: number[] = [];
  const whole = await sit([entry], async (terminal) => {
    firstMs = await terminal.type(';const first: number = 6 * 7; first', '42');
    for (let round = 1; round <= typescriptRounds; round++) {
      typescript.push(await terminal.type(`;[first, ${round}].reduce((a, b) => a + b)`, String(42 + round)));
    }
    for (let round = 0; round < verbRounds; round++) {
      for (const [line, wanted] of verbs) verb.push(await terminal.type(line, wanted));
    }
  });
  return { ...whole, firstMs, typescriptMs: median(typescript), verbMs: median(verb) };
}

/** Node that does nothing. */
const bareNode: Side = {
  name: 'node alone',
  unit: 'ms',
  measure() {
    const fromMs = performance.now();
    const { status } = spawnSync(process.execPath, ['-e', '']);
    if (status !== 0) throw new Error(`node alone ended with ${status}`);
    return performance.now() - fromMs;
  },
};

function npmStart(npm: string): Side {
  const measure = async (): Promise<number> => (await sit([npm, 'start', '--prefix', root])).startMs;
  return { name: 'npm start', unit: 'ms', measure };
}

export const prompt: Benchmark = {
  name: 'prompt',
  summary: 'start to prompt, and from a line to its answer',
  rounds: 10,
  open() {
    let last: Sitting | undefined;
    const start: Side = {
      name: 'start',
      unit: 'ms',
      async measure() {
        last = await sitting();
        return last.startMs;
      },
    };
    const part = (name: string, of: (sitting: Sitting) => number): Side => ({
      name,
      unit: 'ms',
      measure() {
        if (last === undefined) throw new Error(`${name}: measured in a session that has been started`);
        return of(last);
      },
    });
    const first = part('first TypeScript', ({ firstMs }) => firstMs);
    const later = part('TypeScript', ({ typescriptMs }) => typescriptMs);
    const verb = part('verb', ({ verbMs }) => verbMs);
    const request = part('request', ({ requestMs }) => requestMs);
    const what = 'start to prompt: npm start';
    const throughNpm: Row[] =
      npm === undefined ? [] : [{ what, ours: npmStart(npm), peer: bareNode, reach: { of: 'ours', atMost: 1_100 } }];
    return {
      rows: [
        { what: 'start to prompt: node', ours: start, peer: bareNode, reach: { of: 'ours', atMost: 800 } },
        ...throughNpm,
        { what: 'a verb at the prompt', ours: verb, reach: { of: 'ours', atMost: 50 } },
        { what: 'the first line of TypeScript', ours: first, reach: { of: 'ours', atMost: 1_500 } },
        { what: 'a later line of TypeScript', ours: later, reach: { of: 'ours', atMost: 150 } },
        { what: 'a whole request, typed and shown', ours: request },
      ],
    };
  },
};
