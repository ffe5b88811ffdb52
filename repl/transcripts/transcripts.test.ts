import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import { play } from './play';
import { firstDifference, formatTranscript, parseTranscript } from './transcript';

for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.txt'))) {
  test(name, async () => {
    const expected = readFileSync(join(__dirname, name), 'utf8');
    const difference = firstDifference(expected.replaceAll('\r\n', '\n'), await play(expected));
    assert.equal(difference, undefined, `${name}, ${difference}\n(npm run transcripts -- ${name} writes it anew)`);
  });
}

test('no answer is wider than the terminal, unless it is one word', () => {
  for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.txt'))) {
    for (const entry of parseTranscript(readFileSync(join(__dirname, name), 'utf8'))) {
      const lines = 'output' in entry ? entry.output.split('\n') : [];
      for (const line of lines) assert.ok(width(line) <= plain.columns || !line.includes(' '), `${name}: ${line}`);
    }
  }
});

test('an answer that is not the one on paper is noticed, and where', async () => {
  const honest = await play('> seed\n');
  assert.equal(honest, '> seed\n  seed 7\n');
  assert.equal(firstDifference(honest, await play(honest)), undefined);
  const wrong = honest.replace('7', '8');
  assert.equal(firstDifference(wrong, await play(wrong)), 'line 2\n  expected:   seed 8\n  came:       seed 7');
});

test('an answer too many and one too few are noticed', () => {
  assert.match(firstDifference('a\nb', 'a') ?? '', /^line 2\n.*b\n.*\(the end\)$/);
  assert.match(firstDifference('a', 'a\nb') ?? '', /^line 2\n.*\(the end\)\n.*b$/);
});

test('prose, lines that go on and answers with gaps survive', () => {
  const text = '# A title.\n# More.\n\n> one {\n. two }\n  answer\n\n  after a gap\n\n# The end.\n\n> three\n';
  assert.deepEqual(parseTranscript(text), [
    { prose: ['# A title.', '# More.'] },
    { input: 'one {\ntwo }', output: 'answer\n\nafter a gap' },
    { prose: ['# The end.'] },
    { input: 'three', output: '' },
  ]);
  assert.equal(formatTranscript(parseTranscript(text)), text);
});

test('a line that is nothing is refused', () => {
  assert.throws(() => parseTranscript('> ls\nanswer'), /^Error: line 2 is neither prose/);
});
