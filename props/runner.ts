/**
 * Runs every `*.test.ts` of the house with node:test, one process per file, as many at once as there are cores.
 * `npm run test:only -- kernel mailbox` runs the files whose path contains one of the words. The last line is
 * `N passed, N failed`; a file that crashes, hangs or holds no test counts as failed, and so does an empty run. A run of
 * everything also shows what its claims came across, and each thing that none of them did counts as failed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { Sightings } from './phenomena';
import { transpile } from './transpile.cjs';

const root = resolve(__dirname, '..');
const folders = ['src', 'repl', 'props', 'bench'];
const fileTimeoutMs = 10 * 60_000;

/** What node:test says about one test, suite or file; its own types differ between versions of Node. */
interface Verdict {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly error?: { readonly failureType?: string } };
}

/** Counts leaves: a suite, or a test that holds tests, is judged by what it holds, unless it fails by itself. */
class Tally {
  passed = 0;
  failed = 0;
  readonly troubled = new Set<string>();
  private readonly reported = new Set<string>();
  private readonly parents = new Map<string, number>();

  pass(verdict: Verdict): void {
    const file = verdict.file ?? verdict.name;
    if (this.isFile(verdict)) {
      if (!this.reported.has(file)) this.fail(verdict); // It ended well without a test: forgotten, or left by exit(0).
      return;
    }
    if (this.isLeaf(verdict, file) && !isSet(verdict.skip) && !isSet(verdict.todo)) this.passed++;
  }

  fail(verdict: Verdict): void {
    const file = verdict.file ?? verdict.name;
    const leaf = this.isFile(verdict) || this.isLeaf(verdict, file);
    if (isSet(verdict.todo)) return;
    if (!leaf && verdict.details.error?.failureType === 'subtestsFailed') return; // Its leaves are counted already.
    this.failed++;
    this.troubled.add(file);
  }

  private isFile(verdict: Verdict): boolean {
    return verdict.nesting === 0 && resolve(verdict.name) === verdict.file;
  }

  /** Children are reported before their parent, one file after the other. */
  private isLeaf(verdict: Verdict, file: string): boolean {
    this.reported.add(file);
    const above = this.parents.get(file) ?? -1;
    this.parents.set(file, verdict.nesting - 1);
    return above !== verdict.nesting && verdict.details.type !== 'suite';
  }
}

function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .sort()
    .map((path) => join(folder, path));
}

function shown(file: string): string {
  return relative(root, file).split(sep).join('/');
}

async function main(words: readonly string[]): Promise<boolean> {
  const sources = folders.flatMap((folder) => filesBelow(join(root, folder), '.ts'));
  const files = sources.filter(
    (file) => file.endsWith('.test.ts') && (words.length === 0 || words.some((word) => shown(file).includes(word))),
  );
  if (files.length === 0) {
    process.stdout.write(`no test file matches\n0 passed, 0 failed\n`);
    return false;
  }
  for (const file of sources) warm(file);

  const tally = new Tally();
  const stream = run({ files, concurrency: availableParallelism(), timeout: fileTimeoutMs });
  stream.on('test:pass', (verdict: Verdict) => tally.pass(verdict));
  stream.on('test:fail', (verdict: Verdict) => tally.fail(verdict));
  const sightings = new Sightings();
  stream.on('test:diagnostic', ({ message }: { readonly message: string }) => sightings.hear(message));
  await pipeline(stream, new spec(), process.stdout, { end: false });

  if (words.length === 0) {
    process.stdout.write(sightings.table());
    for (const what of sightings.missing) {
      process.stdout.write(`never seen: ${what}\n`);
      tally.failed++;
    }
  }
  for (const file of [...tally.troubled].sort()) process.stdout.write(`failed in ${shown(file)}\n`);
  if (tally.passed + tally.failed === 0) process.stdout.write('no test ran\n');
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.passed > 0 && tally.failed === 0;
}

/** Compiles once, here, what sixty processes are about to read; who is in error says so in its own process. */
function warm(file: string): void {
  try {
    transpile(file);
  } catch {
    // Reported by the tests that import it.
  }
}

main(process.argv.slice(2)).then(
  (green) => {
    process.exitCode = green ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
