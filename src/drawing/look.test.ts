import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cut, left, manyLines, oneLine, page, palette, plain, right, width, wrap } from './look';

const inColour = palette({ columns: 80, colour: true });

describe('width', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 0],
    ['web-1', 5],
    ['lb-1 → web-1 …', 14],
    ['日本', 4],
    ['é', 1],
    [inColour.bad('dead'), 4],
  ];
  for (const [text, columns] of cases) test(JSON.stringify(text), () => assert.equal(width(text), columns));
});

describe('cut', () => {
  test('what fits stays', () => assert.equal(cut('web-1', 5), 'web-1'));
  test('what does not says so', () => assert.equal(cut('web-10', 5), 'web-…'));
  test('a wide character is never halved', () => assert.equal(cut('日本語', 4), '日…'));
  test('no room at all', () => assert.equal(cut('web-1', 0), ''));
  test('colours are closed behind the cut', () =>
    assert.equal(cut(inColour.bad('database'), 5), inColour.bad('data…')));
});

test('left and right fill, and cut', () => {
  assert.equal(left('日', 4), '日  ');
  assert.equal(right('12', 4), '  12');
  assert.equal(right('12345', 4), '123…');
});

test('a page has no line that is too wide, and no blanks at line ends', () => {
  assert.equal(page(['one  ', 'two three'], { ...plain, columns: 6 }), 'one\ntwo t…');
});

test('wrap breaks at blanks', () => {
  assert.deepEqual(wrap('tell me who runs where', 9), ['tell me', 'who runs', 'where']);
  assert.deepEqual(wrap('', 9), []);
});

test('what came from outside cannot colour or move the screen', () => {
  assert.equal(oneLine('a\u001b[31mb\u001b[39m\nc\u0007'), 'ab c ');
  assert.deepEqual(manyLines('a\tb\r\nc\u001b[2J'), ['a  b', 'c']);
});

test('without colour nothing is painted', () => {
  assert.equal(palette(plain).bad('dead'), 'dead');
  assert.equal(inColour.bad('dead'), '\u001b[31mdead\u001b[39m');
});
