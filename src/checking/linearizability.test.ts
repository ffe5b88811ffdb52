import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seeded } from '../kernel/random';
import { ConfigError } from '../kernel/schema';
import { type Entry, type EntryType, type Operation, pairUp } from './history';
import { checkLinearizability } from './linearizability';
import { casRegister } from './models/cas-register';
import { modelNamed, models } from './models/catalogue';
import { counter } from './models/counter';
import { keyValue } from './models/key-value';
import type { Model } from './models/model';
import { mutex } from './models/mutex';
import { queue } from './models/queue';
import { register } from './models/register';
import { falsified, sampleHistory } from './sample';

/** Lines such as `a invoke write 1` or, with a key, `a ok read x:1`. */
function history(...lines: readonly string[]): Operation[] {
  const paired = pairUp(
    lines.map((text, at): Entry => {
      const [process = '', type = '', f = '', rest = 'null'] = text.split(' ');
      const [, key, value = ''] = /^(?:(\w+):)?(.*)$/.exec(rest) ?? [];
      return { process, type: typeOf(type), f, key, value: JSON.parse(value || 'null'), line: at + 1 };
    }),
  );
  assert.ok(paired.ok, JSON.stringify(paired));
  return paired.value;
}

function typeOf(text: string): EntryType {
  const type = (['invoke', 'ok', 'fail', 'unknown'] as const).find((one) => one === text);
  assert.ok(type !== undefined, text);
  return type;
}

function verdict(model: Model, lines: readonly string[], initial?: unknown): string {
  return checkLinearizability(history(...lines), model, { initial }).verdict;
}

function witnessOf(model: Model, ...lines: readonly string[]): string {
  const found = checkLinearizability(history(...lines), model);
  assert.ok(found.verdict === 'violation', found.verdict);
  return found.witness.text;
}

describe('a register', () => {
  const concurrent = [
    'a invoke write 1',
    'b invoke read',
    'b ok read 1',
    'c invoke read',
    'c ok read 1',
    'a ok write 1',
  ];
  test('a write is seen from some moment on between its call and its end', () => {
    assert.equal(verdict(register, concurrent), 'linearizable');
  });

  test('what was seen stays seen', () => {
    const back = concurrent.map((line) => (line === 'c ok read 1' ? 'c ok read null' : line));
    assert.equal(verdict(register, back), 'violation');
    assert.equal(
      witnessOf(register, ...back),
      'process c read -> nil in line 5; possible: 1; lines 1 to 5 cannot be explained',
    );
  });

  test('what failed did not happen, what is unknown may have, at any time', () => {
    const failed = ['a invoke write 1', 'a fail write 1', 'b invoke read', 'b ok read 1'];
    const dark = [
      'a invoke write 1',
      'a unknown write',
      'b invoke read',
      'b ok read null',
      'b invoke read',
      'b ok read 1',
    ];
    assert.equal(verdict(register, failed), 'violation');
    assert.equal(verdict(register, dark), 'linearizable');
    assert.equal(verdict(register, [...dark, 'b invoke read', 'b ok read null']), 'violation');
  });

  test('a failure that comes after its value was seen is what shows it', () => {
    assert.equal(
      witnessOf(register, 'a invoke write 1', 'b invoke read', 'b ok read 1', 'a fail write 1'),
      'process a write 1 -> fail in line 4; without it nothing explains b: read -> 1 in line 3; ' +
        'lines 1 to 4 cannot be explained',
    );
  });

  test('it begins with what one says', () => {
    assert.equal(verdict(register, ['a invoke read', 'a ok read 5']), 'violation');
    assert.equal(verdict(register, ['a invoke read', 'a ok read 5'], 5), 'linearizable');
  });

  test('each key is an object of its own, and the one that shows it first is told', () => {
    const lines = ['a invoke read x:', 'a ok read x:null', 'a invoke write y:1', 'a ok write y:1'];
    assert.equal(verdict(register, [...lines, 'a invoke read x:', 'a ok read x:null']), 'linearizable');
    const both = [...lines, 'a invoke read y:', 'a ok read y:2', 'a invoke read x:', 'a ok read x:2'];
    assert.match(witnessOf(register, ...both), /^process a read y -> 2 in line 6; possible: 1;/);
  });

  test('a way that used up what is unknown does not bar the way that saved it', () => {
    const lines = [
      ...[
        'a invoke write 1',
        'b invoke write 2',
        'c invoke write 1',
        'c unknown write',
        'a ok write 1',
        'b ok write 2',
      ],
      ...['a invoke read', 'a ok read 1', 'a invoke write 3', 'a ok write 3', 'a invoke read', 'a ok read 1'],
    ];
    assert.equal(verdict(register, lines), 'linearizable');
  });
});

describe('other objects', () => {
  test('a cas that succeeded found what it compared with', () => {
    const lines = ['a invoke write 1', 'a ok write 1', 'b invoke cas [1,2]', 'b ok cas [1,2]', 'a invoke cas [1,3]'];
    assert.equal(verdict(casRegister, lines), 'linearizable');
    assert.equal(
      witnessOf(casRegister, ...lines, 'a ok cas [1,3]'),
      'process a cas [1,3] in line 6; possible: it held 2; lines 1 to 6 cannot be explained',
    );
  });

  test('a cas of which nobody tells has its place all the same', () => {
    const overwritten = [
      'b invoke cas [1,5]',
      'c invoke write 7',
      'c ok write 7',
      'd invoke write 3',
      'b ok cas [1,5]',
    ];
    const told = ['a invoke write 1', 'a ok write 1', ...overwritten, 'd ok write 3', 'a invoke read', 'a ok read 3'];
    assert.equal(verdict(casRegister, told), 'linearizable');
    assert.equal(verdict(casRegister, told.slice(2)), 'violation');
  });

  test('a read of appends shows their order, whoever is told', () => {
    const appends = ['a invoke append k:"x"', 'b invoke append k:"y"', 'a ok append k:"x"', 'b ok append k:"y"'];
    assert.equal(verdict(keyValue, [...appends, 'a invoke get k:', 'a ok get k:"yx"']), 'linearizable');
    assert.match(
      witnessOf(keyValue, ...appends, 'a invoke get k:', 'a ok get k:"y"'),
      /^process a get k -> "y" in line 6; possible: "xy" or "yx";/,
    );
  });

  test('a queue gives out what came in first', () => {
    const filled = ['a invoke enqueue 1', 'a ok enqueue 1', 'a invoke enqueue 2', 'a ok enqueue 2', 'b invoke dequeue'];
    assert.equal(verdict(queue, [...filled, 'b ok dequeue 1']), 'linearizable');
    assert.match(witnessOf(queue, ...filled, 'b ok dequeue 2'), /dequeue -> 2 in line 6; possible: 1;/);
    assert.equal(verdict(queue, [...filled, 'b ok dequeue null']), 'violation');
    assert.equal(verdict(queue, ['b invoke dequeue', 'b ok dequeue 7'], [7]), 'linearizable');
  });

  test('a mutex has one holder, and only that one gives it back', () => {
    const taken = ['a invoke acquire', 'a ok acquire', 'b invoke acquire'];
    assert.equal(verdict(mutex, taken), 'linearizable');
    assert.match(witnessOf(mutex, ...taken, 'b ok acquire'), /possible: process a held it;/);
    assert.equal(verdict(mutex, ['a invoke acquire', 'a ok acquire', 'b invoke release', 'b ok release']), 'violation');
    const dark = ['a invoke acquire', 'a unknown acquire', 'b invoke acquire', 'b ok acquire'];
    assert.equal(verdict(mutex, dark), 'linearizable');
  });

  test('what a model does not know is not judged', () => {
    const unreadable: readonly (readonly [Model, readonly string[], RegExp])[] = [
      [register, ['a invoke pop'], /^the model register has no operation 'pop' \(it knows read, write\)/],
      [casRegister, ['a invoke cas 1'], /must be \[old new\]/],
      [keyValue, ['a invoke get'], /^a get without a key/],
      [keyValue, ['a invoke append k:1'], /must be a text/],
      [queue, ['a invoke enqueue'], /^a enqueue without a value/],
      [register, ['a invoke write 1', 'a ok write 2'], /^a write of 1 that line 2 acknowledges as 2/],
    ];
    for (const [model, lines, reason] of unreadable) {
      const found = checkLinearizability(history(...lines), model);
      assert.ok(found.verdict === 'unreadable');
      assert.match(found.problem.reason, reason);
      assert.equal(found.problem.line, 1);
    }
    const silent = history('a invoke read', 'a ok read 1').map((operation) => ({ ...operation, output: undefined }));
    assert.equal(checkLinearizability(silent, register).verdict, 'unreadable');
  });

  test('a beginning that a model cannot have is refused in one line', () => {
    assert.throws(() => checkLinearizability([], queue, { initial: 1 }), ConfigError);
    assert.throws(() => checkLinearizability([], mutex, { initial: [1] }), ConfigError);
  });

  test('are found by name', () => {
    for (const model of models) assert.equal(modelNamed(model.name), model);
    assert.equal(modelNamed('toString'), undefined);
  });
});

describe('values that were written once', () => {
  for (const model of [register, casRegister, keyValue, queue] as const) {
    test(`are judged at once, however many do something at a time: ${model.name}`, () => {
      const name = model === casRegister ? 'register' : model.name;
      assert.ok(name === 'register' || name === 'kv' || name === 'queue');
      const options = { model: name, operations: 2_000, processes: 50, values: 1e12, unknownShare: 0.02 } as const;
      const paired = pairUp(sampleHistory(seeded(3), options));
      assert.ok(paired.ok);
      const found = checkLinearizability(paired.value, model);
      assert.equal(found.verdict, 'linearizable');
      assert.ok(found.steps <= 2_000, `${found.steps} steps`);
    });
  }

  test('an epoch that others see begin and end leaves no room for another', () => {
    const lasting = ['a invoke write 1', 'b invoke read', 'a ok write 1', 'c invoke write 2', 'd invoke read'];
    const both = [...lasting, 'c ok write 2', 'b ok read 1', 'd ok read 1', 'e invoke read'];
    assert.equal(verdict(register, [...both, 'e ok read 2']), 'linearizable');
    assert.equal(verdict(register, [...both, 'e ok read 1']), 'violation');
    assert.equal(verdict(register, [...both.slice(0, -1), 'e invoke read', 'e ok read null']), 'violation');
  });

  test('an answer of several appends shows each of them once, behind its put', () => {
    const written = ['a invoke put k:"x"', 'a ok put k:"x"', 'a invoke append k:"y"', 'b invoke append k:"z"'];
    const all = [...written, 'a ok append k:"y"', 'b ok append k:"z"', 'a invoke get k:'];
    for (const [got, expected] of [
      ['xyz', 'linearizable'],
      ['xzy', 'linearizable'],
      ['xy', 'violation'],
      ['xyzy', 'violation'],
      ['yzx', 'violation'],
      ['xyzw', 'violation'],
    ] as const) {
      assert.equal(verdict(keyValue, [...all, `a ok get k:"${got}"`]), expected, got);
    }
  });
});

describe('a queue of values that came once', () => {
  const filled = ['a invoke enqueue 1', 'b invoke enqueue 2', 'a ok enqueue 1', 'b ok enqueue 2'];
  const [two, one] = ['c ok dequeue 2', 'd ok dequeue 1'];

  test('what came in together leaves in any order, and in one order', () => {
    const both = [...filled, 'c invoke dequeue', 'd invoke dequeue'];
    assert.equal(verdict(queue, [...both, two, one]), 'linearizable');
    assert.equal(
      verdict(queue, [...filled, 'c invoke dequeue', two, 'd invoke dequeue', 'd ok dequeue null']),
      'violation',
    );
  });

  test('is never empty while one after the other is in it', () => {
    const chain = ['a invoke enqueue 1', 'a ok enqueue 1', 'c invoke dequeue', 'a invoke enqueue 2', 'a ok enqueue 2'];
    const emptied = [...chain, 'd invoke dequeue', 'd ok dequeue 1', 'b invoke dequeue', 'b ok dequeue 2'];
    assert.equal(verdict(queue, [...emptied, 'c ok dequeue null']), 'linearizable');
    const covered = [...chain, 'd invoke dequeue', 'd ok dequeue 1', 'c ok dequeue null'];
    assert.equal(verdict(queue, covered), 'violation');
  });

  test('a consumer that nobody heard from may have taken what is missing, but only one', () => {
    const dark = [...filled, 'c invoke dequeue', 'c unknown dequeue', 'd invoke dequeue'];
    assert.equal(verdict(queue, [...dark, one]), 'linearizable');
    assert.equal(verdict(queue, [...dark, 'd ok dequeue null']), 'violation');
    assert.equal(verdict(queue, [...filled, 'd invoke dequeue', 'd ok dequeue null']), 'violation');
  });

  test('a producer that nobody heard from may have come late, or never', () => {
    const dark = ['a invoke enqueue 1', 'a unknown enqueue', 'c invoke dequeue', 'c ok dequeue null'];
    assert.equal(verdict(queue, [...dark, 'c invoke dequeue', 'c ok dequeue 1']), 'linearizable');
    assert.equal(verdict(queue, dark), 'linearizable');
  });
});

describe('a budget', () => {
  const entries = sampleHistory(seeded(5), { model: 'counter', operations: 200, processes: 60, values: 50 });
  const paired = pairUp(falsified(seeded(5), entries, [1_000]));
  assert.ok(paired.ok);
  const hard = paired.value;

  test('of steps ends in an honest unknown that says how far it came', () => {
    const found = checkLinearizability(hard, counter, { budget: { stepsMax: 500 } });
    assert.ok(found.verdict === 'unknown', found.verdict);
    assert.match(found.reason, /^gave up after 500 steps, with \d+ of \d+ answers explained$/);
    assert.ok(found.steps < 700, `${found.steps} steps`);
  });

  test('of memory likewise', () => {
    const found = checkLinearizability(hard, counter, { budget: { memoryMaxBytes: 40_000 } });
    assert.ok(found.verdict === 'unknown', found.verdict);
    assert.match(found.reason, /^gave up after 0 MiB/);
  });

  test('is for all keys together', () => {
    const keyed = Array.from({ length: 300 }, (_, key) => hard.map((one) => ({ ...one, key: `k${key}` }))).flat();
    const found = checkLinearizability(keyed, counter, { budget: { stepsMax: 2_000 } });
    assert.equal(found.verdict, 'unknown');
    assert.ok(found.steps < 2_000 + 300 * 40, `${found.steps} steps`);
  });

  test('a plain violation on one key is not kept waiting by a hard one', () => {
    const plain = history('z invoke read p:', 'z ok read p:1');
    const keyed = [...hard.map((one) => ({ ...one, key: 'hard' })), ...plain];
    const found = checkLinearizability(keyed, counter, { budget: { stepsMax: 20_000 } });
    assert.equal(found.verdict, 'violation');
  });
});
