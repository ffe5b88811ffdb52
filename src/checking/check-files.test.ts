import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError } from '../kernel/schema';
import { type CheckedFile, exitCodeOf, fileChecker } from './check-files';

const sound = '{"process":1,"type":"invoke","f":"read"}\n{"process":1,"type":"ok","f":"read","value":3}\n';

function checked(text: string, model = 'register', initial?: string): CheckedFile {
  let nowMs = 0;
  return fileChecker({ model, initial, nowMs: () => nowMs++ })('some.json', text);
}

describe('files are checked', () => {
  test('each to a verdict, with how many operations and how long', () => {
    assert.deepEqual(checked(sound, 'register', '3'), {
      file: 'some.json',
      verdict: 'linearizable',
      operations: 1,
      ms: 1,
    });
  });

  test('a violation comes with its witness', () => {
    const found = checked(sound);
    assert.equal(found.verdict, 'violation');
    assert.equal(found.witness?.operation, 'read -> 3');
    assert.deepEqual(found.witness?.possible, ['nil']);
  });

  test('what cannot be read gets a reason and no verdict', () => {
    const cut = checked(sound.slice(0, -20));
    assert.equal(cut.verdict, 'unreadable');
    assert.equal(cut.problem?.line, 2);
    assert.match(checked(sound, 'queue').problem?.reason ?? '', /has no operation 'read'/);
  });

  test('the beginning is JSON if it can be, nil, or a text', () => {
    assert.equal(checked(sound.replace('3', '"abc"'), 'register', 'abc').verdict, 'linearizable');
    assert.equal(checked(sound.replace('3', '[1]'), 'register', '[1]').verdict, 'linearizable');
    assert.equal(checked(sound.replace('3', 'null'), 'register', 'nil').verdict, 'linearizable');
  });

  test('an unknown model or a beginning that it cannot have is said before any file is read', () => {
    assert.throws(() => fileChecker({ model: 'stack', nowMs: () => 0 }), /no model 'stack' \(there are register, cas-/);
    assert.throws(() => fileChecker({ model: 'queue', initial: '7', nowMs: () => 0 }), ConfigError);
  });

  test('the exit code tells the worst: unreadable, then violation, then unknown', () => {
    const file = (verdict: CheckedFile['verdict']): CheckedFile => ({ file: 'x', verdict, operations: 0, ms: 0 });
    assert.equal(exitCodeOf([]), 0);
    assert.equal(exitCodeOf([file('linearizable')]), 0);
    assert.equal(exitCodeOf([file('linearizable'), file('unknown')]), 2);
    assert.equal(exitCodeOf([file('unknown'), file('violation')]), 1);
    assert.equal(exitCodeOf([file('violation'), file('unreadable'), file('unknown')]), 3);
  });
});
