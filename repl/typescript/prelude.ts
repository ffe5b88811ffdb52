/**
 * What the compiler is told of a prompt: its verbs as functions, the world, the last result.
 */
import { join } from 'node:path';
import type { Mode } from '../../src/world/operator';
import type { Command } from '../shell/command';

const library = join(__dirname, '../../src');

export function prelude(commands: readonly Command[], mode: Mode): string {
  const world = mode === 'sim' ? ['simulated-world', 'SimulatedWorld'] : ['live-world', 'LiveWorld'];
  const path = JSON.stringify(join(library, 'world', world[0] ?? ''));
  return [
    'declare namespace tierrarium {',
    '  interface Done { readonly text: string }',
    '  interface Faulted extends Done { readonly fault: number; readonly undo: string }',
    '  interface Fetched {',
    '    readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: any;',
    '    readonly ms: number; readonly via: readonly string[]; readonly problem?: string;',
    '  }',
    '  interface Sql {',
    "    readonly outcome: 'done' | 'unknown'; readonly by: string; readonly rows: readonly any[];",
    '    readonly changes: number; readonly lastId: number; readonly position: number; readonly term?: number;',
    '    readonly reason?: string;',
    '  }',
    `  type Replicas = import(${JSON.stringify(join(library, 'world', 'replicas'))}).Replicas;`,
    `  type Shards = import(${JSON.stringify(join(library, 'world', 'sharding-operator'))}).Shards;`,
    `  type HotKeys = import(${JSON.stringify(join(library, 'world', 'sharding-operator'))}).Heat;`,
    '  interface Recovered {',
    '    readonly node: string; readonly forgotten: number; readonly left: number;',
    '    readonly writes: readonly {',
    '      readonly id: string; readonly position: number; readonly term: number; readonly statements: readonly string[];',
    '      readonly fate?: { readonly outcome: string; readonly position?: number; readonly reason?: string };',
    '    }[];',
    '  }',
    '  interface Verbs {',
    ...commands.map((command) => `    ${signature(command)};`),
    '  }',
    '}',
    ...commands.map(({ callName }) => `declare const ${callName}: tierrarium.Verbs['${callName}'];`),
    `declare const world: import(${path}).${world[1]};`,
    'declare const stages: readonly { readonly name: string; readonly summary: string; readonly topology: unknown }[];',
    'declare let _: any;',
    'declare const require: (module: string) => any;',
    '',
  ].join('\n');
}

/** `kill(...nodes: string[]): Promise<Done>`, with the options as a last object. */
function signature({ callName, params, options, returns }: Command): string {
  const parameters = Object.entries(params).map(([name, param]) => param.signature(name));
  const fields = Object.entries(options).map(([name, { type }]) => `${name}?: ${type}`);
  const promise = `Promise<${returns}>`;
  if (fields.length === 0) return `${callName}(${parameters.join(', ')}): ${promise}`;
  const object = `{ ${fields.join('; ')} }`;
  const rest = parameters.at(-1);
  if (rest?.startsWith('...') === true) {
    const open = rest.replace(/: (.*)\[\]$/, `: ($1 | ${object})[]`);
    return `${callName}(${[...parameters.slice(0, -1), open].join(', ')}): ${promise}`;
  }
  // What may be left out may also be left out before the options: `load('200rps', { writes: 0.1 })`.
  const needed = parameters.filter((parameter) => !/^\w+\?:/.test(parameter)).length;
  const shorter = parameters.slice(needed).map((_, place) => parameters.slice(0, needed + place));
  const calls = [
    [...parameters, `options?: ${object}`],
    ...shorter.map((before) => [...before.map(required), `options: ${object}`]),
  ];
  return calls.map((call) => `${callName}(${call.join(', ')}): ${promise}`).join(';\n    ');
}

function required(parameter: string): string {
  return parameter.replace('?: ', ': ');
}
