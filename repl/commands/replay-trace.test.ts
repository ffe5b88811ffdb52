import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CacheModel } from '../../props/cache/model';
import { policyNames } from '../../src/algorithms/cache/policies';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

const folder = mkdtempSync(join(tmpdir(), 'trace-'));
const trace = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

/** Loops over ever larger sets, with some keys among it that come again and again: no two policies like the same of it. */
function madeTrace(): string[] {
  const keys: string[] = [];
  let state = 1;
  for (let i = 0; i < 5_000; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const draw = state / 2 ** 32;
    keys.push(draw < 0.4 ? `hot-${Math.floor(draw * 50)}` : `loop-${i % (20 + Math.floor(i / 100))}`);
  }
  return keys;
}

/** What the model of the claims says of a trace. */
function modelHits(policy: (typeof policyNames)[number], capacity: number, keys: readonly string[]): number {
  const model = new CacheModel(policy, { entriesMax: capacity, bytesMax: 1e9, overheadBytes: 0 });
  for (const key of keys) {
    if (model.get(key) === undefined) model.set(key, 1, 1, { wall: false, atMs: Number.POSITIVE_INFINITY });
  }
  return model.counters.hits;
}

describe('replay-trace', () => {
  let session: Session;
  const shown: string[] = [];
  before(async () => {
    session = await simulatedSession({ json: true, progress: (text) => void shown.push(text) });
  });
  after(async () => {
    await session.close();
    rmSync(folder, { recursive: true });
  });

  test('hits are those of the model, whatever the policy', async () => {
    const keys = madeTrace();
    const file = trace('made.trace', `${keys.join('\n')}\n*\n`);
    for (const policy of policyNames) {
      for (const capacity of [7, 40]) {
        const hits = modelHits(policy, capacity, keys);
        const { value } = await session.run(`replay-trace ${file} --policy ${policy} --capacity ${capacity}`);
        const expected = { requests: 5_000, hits, misses: 5_000 - hits, ratio: hits / 5_000 };
        assert.deepEqual(value, expected, `${policy} ${capacity}`);
      }
    }
  });

  test('it changes nothing in the world that somebody drives', async () => {
    const world = session.current.virtual;
    const before = world?.hash();
    await session.run(`replay-trace ${trace('small.trace', 'a\nb\na\n')} --capacity 2`);
    assert.equal(world?.hash(), before);
  });

  test('lines of ARC stand for blocks in a row', async () => {
    const file = trace('arc.trace', '10 5 0 1\n12 2 0 2\n');
    assert.deepEqual((await session.run(`replay-trace ${file} --policy fifo --capacity 3`)).value, {
      requests: 7,
      hits: 2,
      misses: 5,
      ratio: 2 / 7,
    });
  });

  test('more than one batch, more than one read, with its progress', async () => {
    shown.length = 0;
    const file = trace('long.trace', 'some-rather-long-key-so-that-the-file-is-large\r\n'.repeat(25_001));
    const { value } = await session.run(`replay-trace ${file} --capacity 2`);
    assert.deepEqual(value, { requests: 25_001, hits: 25_000, misses: 1, ratio: 25_000 / 25_001 });
    assert.ok(shown.length > 3, shown.join('\n'));
    assert.match(shown[0] ?? '', /long\.trace: \d+%, 10,000 requests$/);
    assert.equal(shown.at(-1), '');
  });

  const wrong: readonly (readonly [what: string, text: string | undefined, problem: RegExp])[] = [
    ['a line that is no key', '1\n2\n3 4\n', /wrong\.trace:3: "3 4" is neither a key nor four numbers$/],
    ['the last line without an end', '1\n2 3', /wrong\.trace:2: /],
    ['no end of a line', 'x'.repeat(1e6), /wrong\.trace:1: a key has at most 250 bytes/],
    ['nothing in it', '*\n\n', /wrong\.trace asks for nothing: there is no key in it$/],
    ['a folder', undefined, / is a folder, not a trace$/],
  ];
  for (const [what, text, problem] of wrong) {
    test(`${what} is one line`, async () => {
      const file = text === undefined ? folder : trace('wrong.trace', text);
      const reply = await session.run(`replay-trace ${file} --capacity 2`);
      assert.equal(reply.ok, false);
      assert.match(reply.problem ?? '', problem);
      assert.ok(!reply.problem?.includes('\n'));
    });
  }

  test('no capacity, no such file, no such policy', async () => {
    const problems = ['x --policy lru', 'none.trace --capacity 2', 'x --capacity 2 --policy mru'].map(async (rest) => {
      return (await session.run(`replay-trace ${rest}`)).problem;
    });
    assert.deepEqual(await Promise.all(problems), [
      '--capacity is missing: how many entries the cache holds',
      'there is no file none.trace',
      'there is no policy mru (policies: lru, lfu, fifo) (column 38)',
    ]);
  });

  test('whoever loses patience is heard', async () => {
    const file = trace('huge.trace', '1 100000 0 0\n'.repeat(1_000));
    const running = session.run(`replay-trace ${file} --capacity 2`);
    setImmediate(() => session.interrupt());
    const reply = await running;
    assert.equal(reply.cancelled, true);
    assert.equal(shown.at(-1), '');
    const before = shown.length;
    await session.run('get /users/1');
    assert.equal(shown.length, before, 'what goes on under a cancelled line shows nothing any more');
  });
});
