import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seeded } from '../kernel/random';
import { inWords } from './history';
import { toJsonLines } from './json-lines';
import { readHistory } from './read-history';
import { sampleHistory } from './sample';
import { brief } from './value';

/** A file in each notation that tells the same: a read, and a cas whose outcome is unknown. */
const log = [
  'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
  'INFO  jepsen.util - 13\t:invoke\t:cas\t[4 0]',
  'INFO  jepsen.core - Worker 13 is done',
  'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
  'INFO  jepsen.util - 0\t:ok\t:read\t3',
  'INFO  jepsen.util - 13\t:info\t:cas\t:timed-out',
  '',
].join('\n');
const edn = [
  '{:process 0, :type :invoke, :f :read, :value nil}',
  '{:process 13, :type :invoke, :f :cas, :value [4 0]}',
  '{:process :nemesis, :type :info, :f :start, :value nil}',
  '{:process 0, :type :ok, :f :read, :value 3}',
  '{:process 13, :type :info, :f :cas, :value :timed-out}',
].join('\n');
const json = [
  '{"process":0,"type":"invoke","f":"read","value":null,"time":1}',
  '{"process":"13","type":"invoke","f":"cas","value":[4,0],"index":7}',
  '{"process":0,"type":"ok","f":"read","value":3,"time":2}',
  '{"process":"13","type":"info","f":"cas","value":"timed out"}',
].join('\r\n');

function words(text: string): string[] {
  const history = readHistory(text);
  assert.ok(history.ok, JSON.stringify(history));
  return history.value.operations.map((one) => `${one.process}: ${inWords(one, brief)}`);
}

function problem(text: string): string {
  const history = readHistory(text);
  assert.ok(!history.ok, 'it was read');
  return `${history.problem.line}: ${history.problem.reason}`;
}

/** A log whose last line ends too early, perhaps. */
function cutOff(rest: string): string {
  return log.replace('3\n', '12\n').replace(/13\t:info.*\n$/, () => `7\t:invoke\t:write\t${rest}`);
}

describe('histories out of files', () => {
  for (const [notation, text] of Object.entries({ log, edn, json })) {
    test(`as ${notation}`, () => assert.deepEqual(words(text), ['0: read -> 3', '13: cas [4,0] -> unknown']));
  }

  test('a last line without an end is read where there is no doubt', () => {
    assert.equal(words(cutOff('5')).at(-1), '7: write 5 -> unknown');
  });

  test('a history written is the history read', () => {
    const entries = sampleHistory(seeded(3), { model: 'kv', operations: 60, processes: 4, keys: 3, unknownShare: 0.1 });
    const history = readHistory(toJsonLines(entries));
    assert.ok(history.ok);
    assert.deepEqual(history.value.entries, entries);
  });

  test('an answer of nothing is written out, so that it is not an answer that got lost', () => {
    const text = toJsonLines([{ process: 'a', type: 'ok', f: 'read', value: undefined, line: 1 }]);
    assert.equal(text, '{"process":"a","type":"ok","f":"read","value":null}\n');
  });

  test('a name may stand in many objects, and in texts', () => {
    const value = { a: { a: 1 }, b: [{ a: 2 }], '"a":': '"a":1,"a":2', c: '\\' };
    const line = JSON.stringify({ process: 1, type: 'invoke', f: 'write', value });
    assert.deepEqual(readHistory(line).ok, true);
  });

  const refusals: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
    ['an empty file', '', /^1: the file is empty$/],
    ['blank lines', '\n \n', /^1: the file is empty$/],
    ['a log of others', 'INFO  jepsen.core - hello\n', /^1: the file holds no operation$/],
    ['prose', '\nwhat a day', /^2: neither a JSON object, nor a line of a Jepsen log, nor an EDN map: 'what a day'$/],
    ['JSON cut off', '{"process":0,"type":"invoke","f":"read"}\n{"process":0,"ty', /^2: the last line does not end/],
    ['JSON with garbage in it', '{"process":0,"type":"invoke","f":"read"}\n}\n', /^2: not JSON/],
    [
      'a name that stands there twice',
      '{"process":1,"type":"ok","f":"read","value":1,"value":2}',
      /^1: "value" stands/,
    ],
    ['a name twice in a value', '{"process":1,"type":"ok","f":"read","value":{"a":{"b":1},"a":2}}', /^1: "a" stands/],
    ['a log with a broken pair', log.replace('[4 0]', '[4 0'), /^2: not EDN: it ends before its ']' \(column 41\)$/],
    ['EDN cut off', `${edn.slice(0, 70)}`, /^2: not EDN: it ends before its '}'/],
    ['a log cut off in a line', log.slice(0, log.indexOf(':ok') + 2), /^5: not a line of a Jepsen log/],
    ['a log cut off in a number', cutOff('1'), /^6: .*it may have said 12$/],
    ['a log cut off in a pair', cutOff('[4'), /^6: .*it may have said \[4 0\]$/],
    ['a line without a process', '{"type":"invoke","f":"read"}', /^1: no process/],
    ['a line without a type', '{"process":1,"f":"read"}', /^1: no type/],
    ['a type that there is not', '{"process":1,"type":"done","f":"read"}', /^1: type is "done"/],
    ['a type of all objects', '{"process":1,"type":"constructor","f":"read"}', /^1: type is "constructor"/],
    ['a line without f', '{"process":1,"type":"ok"}', /^1: no f/],
    [
      'objects over several lines',
      JSON.stringify([{ process: 1 }], undefined, 2),
      /^1: a history is one object per line/,
    ],
    ['a list', '[1,2]', /^1: not a JSON object; a history is one object per line$/],
    [
      'a number that JSON rounds',
      '{"process":1,"type":"invoke","f":"write","value":[9007199254740993]}',
      /^1: .*too large/,
    ],
    ['a time in words', '{"process":1,"type":"invoke","f":"read","time":"now"}', /^1: time is not a number/],
    ['an end without a call', '{"process":1,"type":"ok","f":"read","value":1}', /^1: .*never called/],
  ];
  for (const [name, text, expected] of refusals) {
    test(`${name} is refused with line and reason`, () => assert.match(problem(text), expected));
  }
});
