import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

describe('cache', () => {
  let session: Session;
  before(async () => {
    session = await simulatedSession();
    for (const line of ['spawn cache', 'spawn cache']) assert.ok((await session.run(line)).ok);
  });
  after(() => session.close());

  const say = async (line: string): Promise<string> => {
    const { problem, text } = await session.run(`cache ${line}`);
    return problem ?? text;
  };

  const lines: readonly (readonly [line: string, answer: RegExp])[] = [
    ['get greeting', /^cache-\d has nothing under greeting$/],
    ['set greeting "good day" 60', /^greeting is kept by cache-\d$/],
    ['get greeting', /^good day\nfrom cache-\d, cas \d+$/],
    ['add greeting x', /^not done: there is something under this key already$/],
    ['replace greeting hello 1m --version 7 --flags 3', /is kept/],
    ['get greeting', /^hello\nfrom cache-\d, cas \d+, made from write 7, flags 3$/],
    ['set greeting older --version 6', /^not done: the cache holds something later, or has let go of it$/],
    ['set n 41', /is kept/],
    ['incr n', /^42$/],
    ['decr n 50', /^0$/],
    ['touch n 10s', /^n has another end$/],
    ['cas n 5 12', /^not done: somebody has written to it since$/],
    ['delete n', /^n was dropped by cache-\d$/],
    ['delete n', /^there was nothing to drop under n$/],
    ['get n --lease', /; you may fill it: --token \d+$/],
    ['get n --lease', /; somebody else may fill it, ask again within \d+ ms$/],
    ['set n 1 --token 7', /^not done: the right to fill it is over/],
    ['set day 1 -1', /is kept/],
    ['get day', /has nothing/],
    // What cannot be.
    ['set a', /^value is missing: cache <verb>/],
    ['st', /^nothing called st can be said to a cache; did you mean stats, set or get\? \(column 7\)$/],
    ['get a --token 3', /^--token is for set; get has no use for it$/],
    ['set a b 5x', /^'5x' is not a duration; .* \(column 15\)$/],
    ['cas a b c', /^'c' is no number that get gave \(column 15\)$/],
    ['get a --at cache-9', /^there is no cache server cache-9; did you mean cache-1 or cache-2\?/],
    [`get ${'x'.repeat(251)}`, /^a key has at most 250 bytes, and this one has more \(column 11\)$/],
    [`get ${'é'.repeat(125)}`, /has nothing/],
    [`get ${'é'.repeat(126)}`, /^a key has at most 250 bytes/],
    ['get "a b"', /^a key has no spaces and no control characters \(column 11\)$/],
    ['get ""', /^a key has at least one character \(column 11\)$/],
    ['set n 1 --flags 0 --version 0', /is kept/],
  ];
  test('what is said and what comes back', async () => {
    for (const [line, answer] of lines) assert.match(await say(line), answer, line);
  });

  test('the right to fill, from hand to hand', async () => {
    const { value } = await session.run('cache get empty --lease');
    assert.ok(typeof value === 'object' && value !== null && 'token' in value);
    assert.match(await say(`set empty full --token ${value.token}`), /is kept/);
  });

  test('as functions of TypeScript', async () => {
    await session.run("cache('set', 'x', 'y', 60, { version: 7 })");
    const { value } = await session.run("cache('get', 'x')");
    assert.ok(typeof value === 'object' && value !== null && 'version' in value);
    assert.equal(value.version, 7);
  });

  test('a value is over when its time is', async () => {
    await say('set short x 2s');
    await session.run('run 1900ms');
    assert.match(await say('get short'), /^x\n/);
    await session.run('run 200ms');
    assert.match(await say('get short'), /has nothing/);
  });

  test('keys are spread over the servers, and each has a row', async () => {
    await say('flush');
    for (let i = 0; i < 20; i++) await say(`set key-${i} x`);
    const { value } = await session.run('cache stats');
    assert.ok(Array.isArray(value));
    const entries = value.map((one: unknown) =>
      typeof one === 'object' && one !== null && 'entries' in one ? Number(one.entries) : 0,
    );
    assert.equal(
      entries.reduce((sum, count) => sum + count, 0),
      20,
    );
    assert.ok(
      entries.every((count) => count > 0),
      entries.join(' '),
    );
    assert.match(await say('stats'), /^server +policy +entries .*\ncache-1 +lru +\d+ .*\ncache-2 /);
  });

  test('who is dead says so, and comes back empty', async () => {
    await say('set key-1 x --at cache-1');
    await session.run('kill cache-1 --stay');
    assert.match(await say('get key-1 --at cache-1'), /cache-1 is down$/);
    assert.match(await say('stats'), /\n.*cache-1 is down$/);
    await session.run('restart cache-1');
    assert.match(await say('get key-1 --at cache-1'), /^cache-1 has nothing under key-1$/);
  });

  test('where there is no server, that is what it says', async () => {
    const alone = await simulatedSession();
    try {
      const { problem } = await alone.run('cache get a');
      assert.equal(problem, 'there is no cache server here; spawn cache orders one');
    } finally {
      await alone.close();
    }
  });
});
