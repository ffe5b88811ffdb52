/**
 * Checks and compiles one line of TypeScript after the other, each with the types of all before it. Through ts-node, whose
 * language service keeps what it knows between lines; what is run is only what a line has added to the output.
 */
import { dirname, join } from 'node:path';
import { create, type Service, TSError } from 'ts-node';
import ts, { type Diagnostic } from 'typescript';
import { findTaken, type TakenNames } from './taken-names';
import { toScript } from './to-script';

/** What became of a line. */
export type Compiled =
  | { readonly script: string; readonly awaits: boolean }
  | { readonly problem: string; readonly line: number; readonly column: number; readonly incomplete: boolean };

const fileName = join(process.cwd(), '<repl>.ts');

/** Lines are tried out, not shipped: what is unused, unreachable or twice defined is nobody's business. */
const ignored = [1309, 1375, 1378, 1431, 1432, 2393, 6133, 7027];

/** `Did you forget to use 'await'?` */
const forgottenAwait = 2773;

/** A text that is never closed: no further line closes it. */
const openText = 1002;

/** What says that a name is one of Node's, whose types take most of a second to read: read when first asked for. */
const nodeNames: readonly number[] = [2304, 2307, 2552, 2580, 2591, 2792];

/** What lines use of Node most; the same names come with its types, which then take the place of these. */
const fewGlobals = `
declare const console: Record<'log' | 'error' | 'warn' | 'info' | 'table' | 'dir', (...values: unknown[]) => void>;
declare function setTimeout(then: () => void, ms?: number): object;
declare function setInterval(then: () => void, ms?: number): object;
declare function clearTimeout(timer: object): void;
declare function clearInterval(timer: object): void;
declare const performance: { now(): number };
`;
const allGlobals = '/// <reference types="node" />\n';

export class Compiler {
  private globals = fewGlobals;
  private lines = '';
  private output = '';
  private readonly service: Service;

  /**
   * @param prelude declarations that every line can use.
   * @param taken names that none may declare.
   */
  constructor(
    private readonly prelude: string,
    private readonly taken: TakenNames = new Map(),
  ) {
    this.service = create({
      cwd: process.cwd(),
      compiler: require.resolve('typescript'),
      skipProject: true,
      skipIgnore: true,
      ignoreDiagnostics: ignored,
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2022'],
        module: 'node16',
        moduleResolution: 'node16',
        strict: true,
        esModuleInterop: true,
        skipLibCheck: true,
        types: [],
        typeRoots: [dirname(dirname(require.resolve('@types/node/package.json')))],
      },
      fileExists: (path) => path === fileName || ts.sys.fileExists(path),
      readFile: (path) => (path === fileName ? this.source : ts.sys.readFile(path)),
    });
    this.output = this.service.compile(this.source, fileName);
  }

  /** A line that does not compile leaves everything as it was. */
  compile(line: string): Compiled {
    const hidden = findTaken(line, this.taken);
    if (hidden !== undefined) return { problem: hidden.problem, ...placeIn(line, hidden.at), incomplete: false };
    // `{ a: 1 }` is a block to the compiler and an object to everybody else.
    const asObject = /^\s*\{/.test(line) && !/;\s*$/.test(line) ? this.attempt(`(${line.trim()})`, 1) : undefined;
    return asObject !== undefined && 'script' in asObject ? asObject : this.attempt(line, 0);
  }

  /** Takes back the last line, because it failed when it ran. */
  undo: () => void = () => undefined;

  private get source(): string {
    return `${this.globals}${this.prelude}${this.lines}`;
  }

  private attempt(line: string, shift: number): Compiled {
    const { lines, output } = this;
    const start = this.source.length;
    this.lines += `${line}\n;`;
    try {
      const compiled = this.service.compile(this.source, fileName);
      const script = toScript(added(output, compiled));
      this.output = compiled;
      this.undo = () => Object.assign(this, { lines, output });
      return script;
    } catch (failure) {
      this.lines = lines;
      if (!(failure instanceof TSError)) throw failure;
      if (this.globals !== allGlobals && failure.diagnosticCodes.some((code) => nodeNames.includes(code))) {
        this.globals = allGlobals;
        return this.attempt(line, shift);
      }
      return this.problem(failure.diagnostics, start + shift, line);
    }
  }

  private problem(diagnostics: readonly Diagnostic[], start: number, source: string): Compiled {
    // What breaks the grammar explains the rest.
    const first = diagnostics.find(isSyntax) ?? diagnostics[0];
    const at = Math.max(0, (first?.start ?? start) - start);
    return {
      problem: `${textOf(first)} (TS${first?.code ?? ''})`,
      ...placeIn(source, at),
      incomplete: isSyntax(first) && first?.code !== openText && at >= source.trimEnd().length,
    };
  }
}

function placeIn(source: string, at: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** One line, with the compiler's advice where an `await` is missing. */
function textOf(diagnostic: Diagnostic | undefined): string {
  const text = flat(diagnostic?.messageText);
  const advice = diagnostic?.relatedInformation?.find(({ code }) => code === forgottenAwait);
  return advice === undefined ? text : `${text}; ${flat(advice.messageText)}`;
}

function flat(text: string | ts.DiagnosticMessageChain | undefined): string {
  return ts.flattenDiagnosticMessageText(text, ' ').replace(/\.$/, '');
}

/** The codes of what the grammar does not allow; all others are about meaning. */
function isSyntax(diagnostic: Diagnostic | undefined): boolean {
  return diagnostic !== undefined && diagnostic.code >= 1000 && diagnostic.code < 2000;
}

/** The lines that came in: output only ever grows, at its end and, for imports and helpers, at its beginning. */
function added(before: string, after: string): string {
  const old = withoutMap(before).split('\n');
  let seen = 0;
  return withoutMap(after)
    .split('\n')
    .filter((line) => {
      const known = line === old[seen];
      if (known) seen++;
      return !known;
    })
    .join('\n');
}

function withoutMap(output: string): string {
  return output.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '');
}
