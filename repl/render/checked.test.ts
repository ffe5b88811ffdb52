import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileChecker } from '../../src/checking/check-files';
import { checkedJson, checkedText } from './checked';

const look = { columns: 80, colour: false };
let nowMs = 0;
const judge = fileChecker({ model: 'register', nowMs: () => (nowMs += 1.23456) });
const sound = '{"process":1,"type":"invoke","f":"read"}\n{"process":1,"type":"ok","f":"read","value":null}\n';

describe('the verdict on a file', () => {
  test('is one line: path, verdict, operations, milliseconds', () => {
    assert.equal(checkedText(judge('a.jsonl', sound), false, look), 'a.jsonl linearizable 1 1.23');
  });

  test('a violation says why where somebody asks', () => {
    const wrong = judge('b.jsonl', sound.replace('"value":null', '"value":3'));
    assert.equal(checkedText(wrong, false, look), 'b.jsonl violation 1 1.23');
    assert.match(
      checkedText(wrong, true, look),
      /^b.jsonl violation 1 1.23\n {2}process 1 read -> 3 in line 2; possible: nil;/,
    );
  });

  test('what is unreadable says where and why in any case', () => {
    assert.equal(checkedText(judge('c.jsonl', ''), false, look), 'c.jsonl unreadable 0 1.23 line 1: the file is empty');
  });

  test('as JSON, with times that can be read', () => {
    assert.deepEqual(checkedJson(judge('a.jsonl', sound)), {
      file: 'a.jsonl',
      verdict: 'linearizable',
      operations: 1,
      ms: 1.235,
    });
  });
});
