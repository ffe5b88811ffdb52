/**
 * Runs TypeScript in a context where every verb is a function, `world` is the world and `_` the last result.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { types } from 'node:util';
import { type Context, createContext, runInContext } from 'node:vm';
import { Cancelled, Mistake } from '../shell/mistake';
import { importName } from './import-name';
import { RemoteCompiler } from './remote-compiler';

/** What a line of TypeScript can use. Getters stay getters: `world` is whatever the world is then. */
export interface Globals {
  /** Cannot be shadowed, replaced or deleted. */
  readonly fixed: Readonly<Record<string, unknown>>;
  /** `world` and the like, asked for at each use. */
  readonly live: Readonly<Record<string, () => unknown>>;
  /** Declarations of all of them. */
  readonly prelude: () => string;
  /** Where `console.log` goes. */
  print(text: string): void;
  /** Runs a piece that may never end, in such a way that Ctrl-C reaches it. */
  interruptible<T>(run: () => T): T;
}

/** A line that has no end yet: the prompt asks for more. */
export class Unfinished extends Mistake {
  override name = 'Unfinished';
}

const nodeGlobals = [
  'AbortController',
  'AbortSignal',
  'Buffer',
  'URL',
  'URLSearchParams',
  'TextDecoder',
  'TextEncoder',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'fetch',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
] as const;

export class Evaluator {
  private context: Context | undefined;
  private readonly compiler: RemoteCompiler;

  constructor(private readonly globals: Globals) {
    this.compiler = new RemoteCompiler(() => ({ prelude: globals.prelude(), taken: takenBy(globals) }));
  }

  /** Loads the compiler in the background. */
  warm(): void {
    this.compiler.warm();
  }

  close(): Promise<void> {
    return this.compiler.close();
  }

  /** Whether a name means anything here. */
  knows(name: string): boolean {
    if (!/^[\w$]+$/.test(name)) return false;
    try {
      runInContext(`void ${name}`, this.ready());
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Runs a line and gives back its value. Throws `Unfinished` for the beginning of something, a `Mistake` with the place
   * for what does not compile, and whatever the line throws. Ctrl-C ends a loop that never gives way, as long as it has
   * not awaited anything; behind an `await`, one that awaits nothing but what is there already (`for (;;) await null`)
   * cannot be reached by anybody, and ends only with the process.
   */
  async evaluate(line: string): Promise<unknown> {
    const compiled = await this.compiler.compile(line);
    if ('problem' in compiled) {
      const at = offsetOf(line, compiled.line, compiled.column);
      throw compiled.incomplete ? new Unfinished(compiled.problem, at) : new Mistake(compiled.problem, at);
    }
    try {
      const value = this.globals.interruptible(() => this.execute(compiled.script));
      return compiled.awaits ? await value : value;
    } catch (failure) {
      this.compiler.undo(); // What it declared was never given its value, and may be declared again.
      throw isInterruption(failure) ? new Cancelled() : failure;
    }
  }

  private execute(script: string): unknown {
    return runInContext(script, this.ready(), {
      filename: '<repl>.ts',
      breakOnSigint: true,
    });
  }

  /** The newest result. */
  setLast(value: unknown): void {
    this.ready()['_'] = value;
  }

  private ready(): Context {
    if (this.context !== undefined) return this.context;
    const { fixed, live, print } = this.globals;
    const context = createContext({ exports: {}, _: undefined });
    for (const name of nodeGlobals) context[name] = globalThis[name];
    const here = createRequire(join(process.cwd(), '<repl>.ts'));
    context['require'] = here;
    context[importName] = (module: string): Promise<unknown> =>
      import(module.startsWith('.') ? here.resolve(module) : module);
    context['console'] = consoleTo(print);
    for (const [name, value] of Object.entries(fixed))
      Object.defineProperty(context, name, { value, enumerable: true });
    for (const [name, get] of Object.entries(live)) Object.defineProperty(context, name, { get, enumerable: true });
    this.context = context;
    return context;
  }
}

function takenBy({ fixed, live }: Globals): ReadonlyMap<string, string> {
  const verbs = Object.keys(fixed).map((name) => [name, 'a verb'] as const);
  const others = [...Object.keys(live), '_', 'require'].map((name) => [name, 'part of the prompt'] as const);
  return new Map([...verbs, ...others]);
}

/** Ctrl-C in the middle of a piece that does not give way. */
function isInterruption(failure: unknown): boolean {
  return types.isNativeError(failure) && 'code' in failure && failure.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
}

function consoleTo(print: (text: string) => void): Console {
  const { Console }: typeof import('node:console') = require('node:console');
  const { Writable }: typeof import('node:stream') = require('node:stream');
  const out = new Writable({
    write(chunk, _encoding, then) {
      print(String(chunk).replace(/\n$/, ''));
      then();
    },
  });
  return new Console(out, out);
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}
