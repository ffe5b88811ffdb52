import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { plain } from '../../src/drawing/look';
import { stages } from '../../src/stages';
import { tiers } from '../../src/tiers/catalogue';
import { readCommandLine } from '../face/options';
import { Session } from '../session';
import { filesNamed } from '../shell/globs';
import { openWorld } from '../worlds';
import { commands } from '.';

const folder = mkdtempSync(join(tmpdir(), 'histories-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
const sound = '{"process":1,"type":"invoke","f":"read"}\n{"process":1,"type":"ok","f":"read","value":null}\n';
writeFileSync(join(folder, 'sound.jsonl'), sound);
writeFileSync(join(folder, 'wrong.jsonl'), sound.replace('"value":null', '"value":3'));
writeFileSync(join(folder, 'deep', 'er', 'empty.jsonl'), '');

/** Verdicts of a line, and what the process would end with. */
async function checked(line: string, json = false): Promise<{ text: string; ok: boolean; exitCode: number }> {
  const all = Object.values(stages);
  const world = { mode: 'sim', stage: 'load-balanced', seed: 7, hosts: 1, dataDir: undefined } as const;
  const session = await Session.start({
    commands,
    stages: all,
    tiers,
    open: (wanted) => openWorld({ ...world, modules: [], standpoint: undefined }, all, wanted),
    look: () => plain,
    json,
    print: () => undefined,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  });
  try {
    const { text, ok } = await session.run(line);
    return { text: text.replaceAll(folder, '.'), ok, exitCode: session.exitCode };
  } finally {
    await session.close();
  }
}

describe('check linearizable', () => {
  test('a line per file, globs expanded, and the exit code of the worst', async () => {
    const one = await checked(`check linearizable ${folder}/sound.jsonl --model register`);
    assert.match(one.text, /^\.\/sound.jsonl linearizable 1 \d+\.\d\d$/);
    assert.equal(one.exitCode, 0);
    const two = await checked(`check linearizable ${folder}/*.jsonl --model register --initial 3`);
    assert.match(two.text, /^\.\/sound.jsonl violation 1 \S+\n\.\/wrong.jsonl linearizable 1 \S+$/);
    assert.equal(two.exitCode, 1);
    const all = await checked(`check linearizable --model register ${folder}/**/*.jsonl`);
    assert.match(all.text, /empty.jsonl unreadable 0 \S+ line 1: the file is empty\n/);
    assert.equal(all.exitCode, 3);
  });

  test('a file that is not there, or a glob that matches nothing, is unreadable', async () => {
    const none = await checked(`check linearizable ${folder}/nix.log ${folder}/*.nix ${folder} --model kv`);
    const [missing, unmatched, directory] = none.text.split('\n');
    assert.match(missing ?? '', /nix.log unreadable 0 \S+ no such file or directory$/);
    assert.match(unmatched ?? '', /nix unreadable 0 \S+ no file matches$/);
    assert.match(directory ?? '', /unreadable 0 \S+ a folder, not a file$/);
    assert.equal(none.exitCode, 3);
  });

  for (const [how, line, json] of [
    ['--json of the line', '--json', false],
    ['--json of the command line', '', true],
  ] as const) {
    test(`an object per file with ${how}`, async () => {
      const { text } = await checked(`check linearizable ${folder}/*.jsonl --model register ${line}`, json);
      const [first, second] = text.split('\n').map((each): Record<string, unknown> => JSON.parse(each));
      assert.deepEqual({ ...first, ms: 0 }, { file: './sound.jsonl', verdict: 'linearizable', operations: 1, ms: 0 });
      assert.equal(second?.['verdict'], 'violation');
      assert.equal(Object(second?.['witness']).operation, 'read -> 3');
    });
  }

  test('what it cannot mean is refused in one line', async () => {
    const refusals = [
      [`check linearizable ${folder}/sound.jsonl`, /check needs --model \(register, cas-register, kv,/],
      [`check linearizable ${folder}/sound.jsonl --model stack`, /no model 'stack' \(there are register,/],
      [`check serializable x --model kv`, /write check linearizable/],
    ] as const;
    for (const [line, reason] of refusals) {
      const { ok, text } = await checked(line);
      assert.equal(ok, false);
      assert.match(text.replace(/\s+/g, ' '), reason);
    }
  });

  test('the command line can be the line', () => {
    const { sources, mode } = readCommandLine(['check', 'linearizable', "it's a.log", '--model', 'kv', '--json']);
    assert.equal(mode, 'sim');
    assert.deepEqual(sources, [{ line: `check linearizable 'it'"'"'s a.log' --model kv --json` }]);
  });
});

test('globs find files in order, names are taken as they are', () => {
  const found = (glob: string): string[] => filesNamed(join(folder, glob)).map((path) => path.slice(folder.length + 1));
  assert.deepEqual(found('{wrong,sound}.jsonl'), ['sound.jsonl', 'wrong.jsonl']);
  assert.deepEqual(found('*/*/*'), ['deep/er/empty.jsonl']);
  assert.deepEqual(found('**/e*.jsonl'), ['deep/er/empty.jsonl']);
  assert.deepEqual(found('deep/*'), []);
  assert.deepEqual(found('none'), ['none']);
});
