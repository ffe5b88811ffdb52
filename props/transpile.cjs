// Runs TypeScript tests through ts-node and keeps what it produced, so that sixty test processes, and every worker
// thread that they start, load the compiler once instead of sixty times. Preloaded: `node --enable-source-maps -r ./props/transpile.cjs`.
'use strict';

const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve, sep } = require('node:path');
const { isMainThread, threadId } = require('node:worker_threads');

const root = resolve(__dirname, '..');
const cacheDir = join(root, 'node_modules', '.cache', 'tierrarium', 'transpiled');
const foreign = `${sep}node_modules${sep}`;
const hash = (...parts) => parts.reduce((h, part) => h.update(part).update('\0'), createHash('sha1')).digest('hex');
// Versions and settings decide what comes out.
const toolchain = hash(
  process.version,
  require('typescript/package.json').version,
  require('ts-node/package.json').version,
  readFileSync(join(root, 'tsconfig.json')),
);

let service;
function compile(source, fileName) {
  service ??= require('ts-node').create({ transpileOnly: true, projectSearchDir: root });
  return service.compile(source, fileName);
}

/** The JavaScript of one file: one cache entry per path, valid for exactly one text of it. */
function transpile(fileName) {
  const source = readFileSync(fileName, 'utf8');
  const entry = join(cacheDir, `${hash(fileName)}.js`);
  const stamp = `//${hash(toolchain, source)}\n`;
  try {
    const cached = readFileSync(entry, 'utf8');
    if (cached.startsWith(stamp)) return cached.slice(stamp.length);
  } catch {
    // Not there yet.
  }
  const output = compile(source, fileName);
  try {
    mkdirSync(dirname(entry), { recursive: true });
    const draft = `${entry}.${process.pid}.${threadId}`;
    writeFileSync(draft, stamp + output);
    renameSync(draft, entry); // Whole or not at all: several processes write here.
  } catch {
    // A read-only folder costs time, nothing else.
  }
  return output;
}

const javascript = Module._extensions['.js'];
Module._extensions['.ts'] = (module, fileName) => {
  if (fileName.includes(foreign)) return javascript(module, fileName);
  const output = transpile(fileName);
  if (bundled?.test(output)) bundle();
  module._compile(output, fileName);
};

// The libraries that the build has put into one file come from there, as they do in the product, where that file is not
// older than they are: two hundred processes would otherwise find and read some 450 small ones each.
const built = join(root, 'dist', 'libraries.js');
let bundled = isFresh() ? /require\("(rxjs|@sinclair\/typebox)/ : undefined;

function isFresh() {
  try {
    return statSync(built).mtimeMs > statSync(join(root, 'node_modules', '.package-lock.json')).mtimeMs;
  } catch {
    return false;
  }
}

function bundle() {
  bundled = undefined;
  require('../src/start/quick.ts').noteAsLoaded(built);
}

// A test file that leaves by exit(0) takes its unreported tests with it, and nobody would notice.
if (isMainThread && process.env.NODE_TEST_CONTEXT !== undefined && process.argv[1]?.endsWith('.test.ts')) {
  const exit = process.exit;
  process.exit = (code) => {
    process.stderr.write(`${process.argv[1]}: process.exit(${code ?? ''}) in a test file\n`);
    return exit.call(process, Number(code) || 70);
  };
}

module.exports = { transpile };
