/**
 * Loads a module by its path: the product's own, or one that somebody wrote, in JavaScript or TypeScript. `tierrarium` in
 * it is the one that is running, wherever the file lies, so that its tiers are made of the same parts as ours.
 */
import Module, { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { ConfigError } from '../../kernel/schema';

const loader = createRequire(__filename);
const library = join(__dirname, '../../index');

/** Throws a `ConfigError` of one line when it cannot be loaded. */
export function loadModule(path: string): Readonly<Record<string, unknown>> {
  prepare(path);
  let exported: unknown;
  try {
    exported = loader(path);
  } catch (failure) {
    throw new ConfigError(`${path} cannot be loaded: ${whatIn(failure)}`);
  }
  if (isRecord(exported)) return exported;
  throw new ConfigError(`${path}: exports nothing`);
}

let prepared = false;

function prepare(path: string): void {
  if (!prepared) answerToOurName();
  prepared = true;
  // The compiler takes its time to load: only where it is needed, and where the process has none yet.
  if (extname(path) === '.ts' && loader.extensions['.ts'] === undefined) registerTypescript();
}

/** Whoever writes a tier checks its types: here that would cost seconds at each start, and on each thread. */
function registerTypescript(): void {
  const { register }: typeof import('ts-node') = loader('ts-node');
  register({
    transpileOnly: true,
    skipProject: true,
    moduleTypes: { '**/*': 'cjs', '/**/*': 'cjs' },
    compilerOptions: { target: 'ES2022', module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true },
  });
}

/** Node offers no public way to say what a bare name means; every test double and path mapper uses this one. */
function answerToOurName(): void {
  const resolve: unknown = Reflect.get(Module, '_resolveFilename');
  if (typeof resolve !== 'function') return;
  Reflect.set(Module, '_resolveFilename', (request: string, ...rest: unknown[]) =>
    Reflect.apply(resolve, Module, [request === 'tierrarium' ? library : request, ...rest]),
  );
}

/** The first line that says what is wrong; the compiler's begins behind a heading, the loader's goes on with a stack. */
function whatIn(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const lines = failure.message.split('\n').filter((line) => line.trim() !== '');
  return (lines[0]?.includes('Unable to compile') === true ? lines[1] : lines[0])?.trim() ?? failure.name;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
