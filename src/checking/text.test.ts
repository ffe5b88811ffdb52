import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textOf } from './text';

function problem(...bytes: readonly number[]): string {
  const text = textOf(Uint8Array.from(bytes));
  assert.ok(!text.ok, 'it was read');
  return `${text.problem.line}: ${text.problem.reason}`;
}

describe('the text of a file', () => {
  test('is what was written', () => {
    const text = textOf(Buffer.from('{"value":"Zoë \u{1F41F} \uFFFD"}\n'));
    assert.deepEqual(text, { ok: true, value: '{"value":"Zoë \u{1F41F} \uFFFD"}\n' });
  });

  test('is not guessed: two letters of Latin-1 would be one', () => {
    assert.equal(problem(...Buffer.from('good\n'), 0xe9, 0x0a, 0xe8), '2: it is not UTF-8');
    assert.equal(problem(...Buffer.from('good\ncut off: '), 0xc3), '2: it is not UTF-8');
  });

  test('is none where zeros stand, and may be one when it is unpacked', () => {
    assert.match(problem(...Buffer.from('a\nb\n'), 0, 0), /^3: a NUL byte: it is no text, or was torn/);
    assert.match(problem(0x1f, 0x8b, 8, 0, 0xc3), /^1: it is compressed \(gzip\)/);
    assert.match(problem(0xff, 0xfe, 0x7b, 0), /^1: it is UTF-16/);
  });
});
