import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stages } from '../src/stages';
import { Refusal } from '../src/world/quantities';
import type { Session } from './session';
import { simulatedSession } from './testing-session';
import { openWorld } from './worlds';

/** What a line gives; a line that fails fails the test. */
async function value(session: Session, line: string): Promise<unknown> {
  const reply = await session.run(line);
  assert.ok(reply.ok, `${line}: ${reply.problem}`);
  return reply.value;
}

function hashOf({ current }: Session): string {
  return current.virtual?.hash() ?? assert.fail('only a simulated world has a hash');
}

/** Who is there, in which life and of which settings. */
function livesIn({ current }: Session): unknown {
  const nodes = current.virtual?.census().nodes ?? assert.fail('only a simulated world answers at once');
  return nodes.map(({ spec, incarnation, state, configVersion }) => ({ spec, incarnation, state, configVersion }));
}

describe('a line', () => {
  let session: Session;
  const printed: string[] = [];
  let onPrint = (): void => undefined;
  before(async () => {
    session = await simulatedSession({
      print: (text) => {
        printed.push(text);
        onPrint();
      },
    });
  });
  after(() => session.close());

  test('that is empty or a comment does nothing', async () => {
    for (const line of ['', '   ', '# kill web-1']) assert.equal((await session.run(line)).text, '');
    assert.deepEqual(session.current.virtual?.recipe.log, []);
  });

  test('is a verb or a call of it, and both do the same', async () => {
    const typed = await value(session, 'kill web-1 --stay');
    await value(session, 'restart web-1');
    assert.deepEqual(await value(session, "await kill('web-1', { stay: true })"), typed);
    await value(session, 'restart web-1');
  });

  test('leaves its result in _, verb or not', async () => {
    await value(session, 'seed');
    assert.equal(await value(session, '_.seed'), 7);
    assert.equal(await value(session, '_ + 1'), 8);
  });

  test('is TypeScript behind a semicolon, even where it begins like a verb', async () => {
    assert.equal(await value(session, ';typeof get'), 'function');
  });

  test('can end the session, by either name of the verb', async () => {
    for (const line of ['.exit', 'exit', 'exit()']) assert.equal((await session.run(line)).exit, true, line);
    assert.equal((await session.run('1')).exit, undefined);
  });

  test('that is not finished says so and takes the next one', async () => {
    for (const start of ['const sum = [1,', 'function f() {', '`text', 'kill("web-1"', '1 +']) {
      assert.notEqual((await session.run(start)).incomplete, undefined, start);
    }
    assert.equal(await value(session, 'const sum = [1,\n2].length; sum'), 2);
  });

  test('declares for those behind it, and what failed when it ran may be declared again', async () => {
    await value(session, 'const answer: number = await Promise.resolve(42)');
    assert.equal(await value(session, 'answer'), 42);
    assert.equal((await session.run("const late: number = JSON.parse('{')")).ok, false);
    assert.equal(await value(session, 'const late = 1; late'), 1);
  });

  test('that throws is one line without a stack', async () => {
    assert.equal((await session.run("throw new RangeError('too far\\nsecond line')")).text, 'RangeError: too far');
    assert.equal((await session.run('throw 3')).text, 'Error: thrown 3');
  });

  test('prints where the session says', async () => {
    await value(session, "console.log('a', 1)");
    assert.deepEqual(printed, ['a 1']);
  });

  test('cannot declare, hide or replace what belongs to the prompt', async () => {
    for (const line of [
      'const kill = 1',
      'function get() {}',
      'class spawn {}',
      "import load from 'node:os'",
      'const { a: [retire] } = { a: [1] }',
    ]) {
      assert.match(
        (await session.run(line)).problem ?? '',
        /is a verb and cannot be declared; choose another name/,
        line,
      );
    }
    assert.match((await session.run('kill = 3')).problem ?? '', /kill is a verb and cannot be given a value/);
    assert.match((await session.run('var world = 1')).problem ?? '', /world is part of the prompt/);
    assert.match((await session.run(';(globalThis as any).kill = 1')).problem ?? '', /^TypeError/);
    assert.equal(await value(session, ';typeof kill'), 'function');
    await value(session, 'type kill = 1'); // A type hides nothing.
  });

  describe('that is cancelled', () => {
    /** Resolves when a line prints. */
    const printing = (): Promise<void> =>
      new Promise((printedOnce) => {
        onPrint = printedOnce;
      });

    test('is not waited for, and the session goes on', async () => {
      assert.equal(session.interrupt(), false);
      const heard = printing();
      const running = session.run("console.log('waiting'); await new Promise(() => {})");
      await heard;
      assert.ok(session.interrupt());
      assert.deepEqual([(await running).cancelled, (await running).problem], [true, 'cancelled']);
      assert.equal(await value(session, '1 + 1'), 2);
    });

    test('takes a loop of verbs with it, which lets others have their turn', async () => {
      const heard = printing();
      const running = session.run("console.log('on'); for (let n = 0; n < 5000; n++) await get('/users/1')");
      await heard;
      await new Promise(setImmediate);
      session.interrupt();
      assert.equal((await running).cancelled, true);
      const there = session.current.world.nowUs;
      for (let turns = 0; turns < 10; turns++) await new Promise((next) => setTimeout(next, 1));
      const later = session.current.world.nowUs - there;
      assert.ok(later < 1e6, `the loop went on for ${later / 1e6} s`); // It may have been in the middle of one round.
    });

    test('says why, when it was not by hand', async () => {
      const heard = printing();
      const running = session.run("console.log('waiting'); await new Promise(() => {})");
      await heard;
      session.interrupt(new Refusal('the house burns'));
      assert.deepEqual([(await running).cancelled, (await running).problem], [undefined, 'the house burns']);
    });
  });

  describe('that is bad input leaves the world exactly as it was', () => {
    const lines = [
      'kil web-1',
      'kill web-9',
      'kill web-9*',
      'kill',
      'kill web-1 --sta',
      'kill web-2',
      'post /users {"firstName": "Ada",}',
      "post /users 'open",
      'get users/12',
      'get http://',
      'get /users/12 --timeout soon',
      'run 10 parsecs',
      'load fast',
      'drop 110% lb-1 -> web-*',
      'heal',
      'resize db-1 wheels=4',
      'partition web-7 | db-1',
      'stage one-bx',
      'killhost 9',
      'spawn wbe',
      'until 1 +',
      'const x: number = true',
      "await kill('web-9')",
      'await get(12)',
      'throw new Error("mine")',
      'world.apply({ ...world.topology, nodes: [...world.topology.nodes, ...world.topology.nodes.slice(0, 1)] })',
      "world.apply({ ...world.topology, nodes: world.topology.nodes.filter(({ kind }) => kind !== 'web') })",
      "world.apply({ boxes: [], nodes: [{ id: 'web-1', kind: 'web', box: 'nowhere', restart: 'always' }] })",
    ];
    before(() => session.run('kill web-2 --stay')); // For the line that kills the dead.

    for (const line of lines) {
      test(line, async () => {
        const asBefore = hashOf(session);
        const { ok, text, problem, incomplete } = await session.run(line);
        assert.equal(ok, false);
        assert.equal(incomplete, undefined);
        assert.doesNotMatch(text, /\n\s+at /);
        assert.ok(problem !== undefined && !problem.includes('\n'), problem);
        assert.equal(hashOf(session), asBefore);
      });
    }

    test('and what was refused is in nobody’s way when the history is done again', () => {
      assert.equal(session.current.virtual?.replay().hash(), hashOf(session));
    });

    test('also when the cloud is asked and refuses', async () => {
      const asBefore = [session.current.world.topology, livesIn(session)];
      for (const line of ['spawn web id=web-1', 'spawn web cpus=1000', 'restart web-1', 'configure web-1 worker=8']) {
        assert.equal((await session.run(line)).ok, false, line);
      }
      assert.deepEqual([session.current.world.topology, livesIn(session)], asBefore);
    });
  });
});

describe('a fresh world', () => {
  test('takes the place of the old one; what cannot be leaves the old one', async () => {
    const session = await simulatedSession();
    const before = session.current;
    assert.equal((await session.run('stage nowhere')).ok, false);
    assert.equal(session.current, before);
    await value(session, 'stage one-box');
    assert.equal(session.current.stage.name, 'one-box');
    assert.equal(session.current.world.topology.nodes.filter(({ kind }) => kind === 'web').length, 1);
    await session.close();
  });

  test('comes after the old one has ended where both cannot be, and the old one comes back', async () => {
    const steps: string[] = [];
    const options = {
      mode: 'sim',
      stage: 'one-box',
      seed: 1,
      hosts: 2,
      dataDir: undefined,
      modules: [],
      standpoint: undefined,
    } as const;
    const session = await simulatedSession({
      open: async (wanted) => {
        steps.push(`open ${wanted.stage ?? 'first'}`);
        if (wanted.stage === 'load-balanced') throw new Refusal('no room');
        const opened = await openWorld(options, Object.values(stages), wanted);
        return { ...opened, alone: true, close: async () => void steps.push(`close ${opened.stage.name}`) };
      },
    });
    await session.run('stage separate-database');
    assert.equal((await session.run('stage load-balanced')).ok, false);
    assert.equal(session.current.stage.name, 'separate-database');
    await session.close();
    assert.deepEqual(steps, [
      'open first',
      'close one-box',
      'open separate-database',
      'close separate-database',
      'open load-balanced',
      'open separate-database',
      'close separate-database',
    ]);
  });
});

describe('as JSON', () => {
  test('each verb prints one value', async () => {
    const session = await simulatedSession({ json: true });
    const answer = JSON.parse((await session.run('get /users/12')).text);
    assert.deepEqual(Object.keys(answer), ['status', 'headers', 'body', 'ms', 'via']);
    assert.deepEqual([answer.status, answer.body.id, answer.via], [200, 12, ['lb-1', 'web-1', 'db-1']]);
    for (const line of [
      'ls',
      'ls boxes',
      'show web-1',
      'topology',
      'events',
      'trace',
      'help kill',
      'seed',
      'log',
      'top',
      'faults',
    ]) {
      const { text, problem } = await session.run(line);
      assert.doesNotThrow(() => JSON.parse(text), `${line}: ${text}${problem}`);
      assert.ok(!text.includes('\n'), line);
    }
    assert.equal((await session.run('.exit')).text, '');
    await session.close();
  });
});
