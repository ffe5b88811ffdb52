/**
 * Runs TypeScript in a context where every verb is a function, `world` is the world and `_` the last result.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Context, createContext, runInContext } from 'node:vm';
import { Mistake } from '../shell/mistake';
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
    this.compiler = new RemoteCompiler(globals.prelude);
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
   * for what does not compile, and whatever the line throws.
   */
  async evaluate(line: string): Promise<unknown> {
    const compiled = await this.compiler.compile(line);
    if ('problem' in compiled) {
      const at = offsetOf(line, compiled.line, compiled.column);
      throw compiled.incomplete ? new Unfinished(compiled.problem, at) : new Mistake(compiled.problem, at);
    }
    try {
      const value: unknown = runInContext(compiled.script, this.ready(), { filename: '<repl>.ts' });
      return compiled.awaits ? await value : value;
    } catch (failure) {
      this.compiler.undo(); // What it declared was never given its value, and may be declared again.
      throw failure;
    }
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
    context['require'] = createRequire(join(process.cwd(), '<repl>.ts'));
    context['console'] = consoleTo(print);
    for (const [name, value] of Object.entries(fixed))
      Object.defineProperty(context, name, { value, enumerable: true });
    for (const [name, get] of Object.entries(live)) Object.defineProperty(context, name, { get, enumerable: true });
    this.context = context;
    return context;
  }
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
