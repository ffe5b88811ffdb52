import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadCatalogue } from './catalogue-modules';

const folder = mkdtempSync(join(tmpdir(), 'tierrarium-modules-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A module that imports the product by its name, from a folder where nobody has installed it. */
function tierModule(name: string, kind: string, port: number): string {
  return file(
    name,
    `const { machine, tier } = require('tierrarium');
    exports.own = tier({
      kind: '${kind}', summary: '', port: ${port}, accepts: [], defaults: {}, parse: () => ({}), upstreams: () => [],
      service: () => ({ otherwise: 0, mailboxMax: 1, overflow: 'drop' }), behave: () => machine(() => ({}), () => {}),
    });`,
  );
}

function problem(...modules: string[]): string {
  let message = '';
  throws(
    () => loadCatalogue(modules),
    (failure: Error) => {
      message = failure.message;
      return failure.name === 'ConfigError';
    },
  );
  equal(message.includes('\n'), false, message);
  return message;
}

test('a tier of one’s own takes the place of one in a catalogue, whichever comes first', () => {
  const theirs = tierModule('theirs.js', 'cache', 1);
  const whole = file(
    'whole.js',
    `const { own } = require(${JSON.stringify(theirs)});
    exports.catalogue = { tiers: new Map([['cache', own], ['web', own]]), faults: new Map(), jobs: {} };`,
  );
  const ours = tierModule('ours.js', 'cache', 2);
  for (const modules of [
    [whole, ours],
    [ours, whole],
  ]) {
    const { tiers } = loadCatalogue(modules);
    deepEqual([tiers.get('cache')?.port, tiers.get('web')?.port], [2, 1]);
  }
  match(problem(whole, ours, theirs), /there is a tier cache already/);
  equal(loadCatalogue([ours, ours]).tiers.size, 1); // The same one twice is one.
});

test('what cannot be loaded is told in one line that begins with the file', () => {
  const broken = file('broken.js', 'const = 1;');
  match(problem(broken), /broken\.js cannot be loaded: Unexpected token/);
  match(problem(file('lost.js', "require('./nowhere');")), /lost\.js cannot be loaded: Cannot find module/);
  match(problem(file('empty.js', 'exports.nothing = 1;')), /empty\.js: exports neither a catalogue nor a tier/);
  match(
    problem(file('half.js', "exports.half = require('tierrarium').tier({ kind: 'half', parse: () => ({}) });")),
    /half\.js cannot be loaded: tier half: its upstreams\(\.\.\.\) is missing/,
  );
});
