import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import { didYouMean, errorAt, errorLine, jsonMistake, nearest } from './error';
import { lines } from './fixtures';

test('an error is one line', () => {
  assert.equal(errorLine('there is no node web-9', plain), 'error: there is no node web-9');
});

test('the place has a caret under it', () => {
  const typed = 'post /users {"name": }';
  const expected = lines(
    'error: a value is missing here (column 22)',
    '  post /users {"name": }',
    '                       ^',
  );
  assert.equal(errorAt('a value is missing here', typed, { column: 22 }, plain), expected);
});

test('a script has lines', () => {
  assert.match(errorAt('unknown verb', 'kil web-1', { line: 3, column: 1 }, plain), /\(line 3, column 1\)\n/);
});

describe('a long line is shown around the place', () => {
  const typed = `${'a'.repeat(100)}!${'b'.repeat(100)}`;
  for (const column of [1, 40, 101, 180, 201, 202]) {
    test(`column ${column}`, () => {
      const [, shown = '', caret = ''] = errorAt('bad', typed, { column }, plain).split('\n');
      assert.ok(width(shown) <= 80 && width(caret) <= 80, shown);
      assert.equal(shown[caret.length - 1] ?? 'end', typed[column - 1] ?? 'end');
    });
  }
});

describe('nearest', () => {
  const ids = ['lb-1', 'web-1', 'web-2', 'db-1'];
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['wbe-1', ids, ['web-1', 'lb-1', 'db-1']],
    ['web-9', ids, ['web-1', 'web-2']],
    ['kil', ['killhost', 'kill', 'help'], ['killhost', 'kill']],
    ['GTE', ['get', 'ls'], ['get']],
    ['zzz', ids, []],
    ['q', ['ls', 'get'], []],
  ];
  for (const [word, candidates, found] of cases) {
    test(word, () => assert.deepEqual(nearest(word, candidates), found));
  }
});

test('did you mean', () => {
  assert.equal(didYouMean('web-9', ['web-1', 'web-2', 'x']), '; did you mean web-1 or web-2?');
  assert.equal(didYouMean('topo', ['topology']), '; did you mean topology?');
  assert.equal(didYouMean('zzz', ['web-1']), '');
});

describe('the place in a text that is not JSON', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['{"a": }', 7, /value is missing/],
    ['{a: 1}', 2, /double quotes/],
    ['[1, 2', 6, /']' is missing/],
    ['{"a": 1,}', 9, /name in double quotes/],
    ['{"a" 1}', 6, /':' is missing/],
    ['{"a": 1}}', 9, /should have ended/],
    ['"abc', 1, /closing quote/],
    ['', 1, /value is missing/],
  ];
  for (const [text, column, message] of cases) {
    test(text, () => {
      const mistake = jsonMistake(text);
      assert.equal(mistake?.column, column);
      assert.match(mistake?.message ?? '', message);
    });
  }
  test('JSON has none', () => assert.equal(jsonMistake('{"a": [1, null]}'), undefined));
});
