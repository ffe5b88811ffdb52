/** What holds for the repository as a whole, and what the linter cannot say about a behaviour. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

const root = resolve(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

describe('package.json', () => {
  for (const [name, script] of Object.entries(manifest.scripts)) {
    test(`the script ${name} runs in any shell`, () => {
      const tricks = /[;|`$%<>*'"\\]|(?<!&)&(?!&)|(?:^|&&\s*)\w+=|\b(?:rm|cp|mv|mkdir|cat|cross-env)\b/;
      assert.doesNotMatch(script, tricks);
    });
  }

  test('what it installs as a command is compiled from a source that starts with a shebang', () => {
    for (const target of Object.values(manifest.bin)) {
      const source = target.replace(/^dist\//, '').replace(/\.js$/, '.ts');
      assert.match(read(source), /^#!\/usr\/bin\/env node\n/, source);
    }
  });
});

describe('package-lock.json', () => {
  test('it names no registry but the public one', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/);
  });

  test('it holds the builds for every platform, not only for the one it was written on', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as Lock;
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => packages[`node_modules/${name}`] === undefined);
    assert.deepEqual(missing, []);
  });
});

describe('behaviours are synchronous and remember nothing outside themselves', () => {
  const layers = [
    'kernel',
    'algorithms',
    'protocols',
    'consensus',
    'sharding',
    'tiers',
    'faults',
    'checking',
    'workload',
  ];
  for (const layer of layers) {
    const folder = join(root, 'src', layer);
    if (!existsSync(folder)) continue;
    test(`src/${layer}`, () => {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((path) => join(folder, path))
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
      const found = files.flatMap((path) => offences(relative(root, path), readFileSync(path, 'utf8')));
      assert.deepEqual(found, []);
    });
  }

  const guilty: Record<string, string> = {
    'an async function': 'async function f() {}',
    'an async arrow': 'const f = async () => 1;',
    'an async method': 'const o = { async m() {} };',
    'an async class member': 'class C { async m() {} }',
    await: 'await 1;',
    'for await': 'for await (const x of []) x;',
    'await using': 'function f() { await using x = y; }',
    'a promise by type': 'type T = Promise<number>;',
    'Math.random': 'const x = Math.random();',
    'Math.random as a value': 'const x = { draw: Math.random };',
    "Math['random']": "const x = Math['random']();",
    'random taken out of Math': 'const { random } = Math;',
    'a dynamic import': "const x = import('node:fs');",
    'a let at the top': 'let count = 0;',
    'a var in a block at the top': 'if (true) { var count = 0; }',
    'an exported let': 'export let count = 0;',
    'a static field that is written': 'class C { static count = 0; }',
  };
  for (const [name, source] of Object.entries(guilty)) {
    test(`${name} is found`, () => assert.equal(offences('guilty.ts', source).length, 1));
  }

  const innocent = [
    'function f() { let i = 0; for (let j = 0; j < 3; j++) i += j; return Math.max(i, 1); }',
    'for (let i = 0; i < 3; i++) table.push(i);',
    'class C { static readonly none = 0; m() { let x = 1; return x++; } }',
  ];
  for (const source of innocent) {
    test(`${source.slice(0, 30)}... is let pass`, () => assert.deepEqual(offences('innocent.ts', source), []));
  }
});

/** One line for each thing in a behaviour's file that would make it wait, draw or remember on its own. */
function offences(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node, inFunction: boolean): void => {
    const offence = offenceOf(node, inFunction);
    if (offence !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${path}:${line + 1} ${offence}`);
    }
    ts.forEachChild(node, (child) => visit(child, inFunction || ts.isFunctionLike(node)));
  };
  visit(source, false);
  return found;
}

function offenceOf(node: ts.Node, inFunction: boolean): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async: a turn is synchronous';
  if (ts.isAwaitExpression(node)) return 'await: a turn is synchronous';
  if (ts.isForOfStatement(node) && node.awaitModifier) return 'for await: a turn is synchronous';
  if (ts.isTypeReferenceNode(node) && /^Promise(Like)?$/.test(node.typeName.getText())) {
    return 'a promise: a turn is synchronous';
  }
  if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) {
    return 'import(): imports stand at the top, where the arrows are checked';
  }
  if (ts.isIdentifier(node) && node.text === 'Math' && drawsFrom(node.parent)) {
    return 'Math.random: chance is handed over by the node';
  }
  if (ts.isVariableDeclarationList(node)) return offenceOfVariables(node, inFunction);
  if (ts.isPropertyDeclaration(node) && isWritableStatic(node)) return 'a writable static outlives the node';
  return undefined;
}

function drawsFrom(use: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(use)) return use.name.text === 'random';
  if (ts.isElementAccessExpression(use)) return true;
  return ts.isVariableDeclaration(use) && ts.isObjectBindingPattern(use.name) && /\brandom\b/.test(use.name.getText());
}

function offenceOfVariables(list: ts.VariableDeclarationList, inFunction: boolean): string | undefined {
  if ((list.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) return 'await using: a turn is synchronous';
  if (inFunction || list.flags & ts.NodeFlags.Const) return undefined;
  const isTop = ts.isVariableStatement(list.parent) && ts.isSourceFile(list.parent.parent);
  const isLet = Boolean(list.flags & ts.NodeFlags.Let);
  return isLet && !isTop ? undefined : 'a let or var at the top of a module outlives the node';
}

function isWritableStatic(node: ts.PropertyDeclaration): boolean {
  const flags = ts.getCombinedModifierFlags(node);
  return Boolean(flags & ts.ModifierFlags.Static) && !(flags & ts.ModifierFlags.Readonly);
}
