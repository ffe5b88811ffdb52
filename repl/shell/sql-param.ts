/**
 * SQL on a line: in double quotes, or as it stands up to the end of the line. In a call it is a text.
 */
import { Refusal } from '../../src/world/quantities';
import { type Param, placed } from './params';
import type { Reader } from './reader';
import type { Word } from './words';

export const sqlText: Param<string> = {
  usage: '<SQL>',
  signature: (name) => `${name}: string`,
  spare: false,
  take: (reader) => {
    const { text, word } = reader.text('SQL');
    if (word.at === undefined) return placed(word, () => notEmpty(text));
    const rest: Word[] = [];
    while (!reader.done) rest.push(reader.take('SQL'));
    const isQuoted = rest.length === 0 && word.raw.startsWith('"');
    return placed(word, () => notEmpty(isQuoted ? text.replace(/\\(["\\])/g, '$1') : asTyped([word, ...rest], reader)));
  },
  complete: () => ['"SELECT ', '"INSERT INTO ', '"UPDATE ', '"DELETE FROM '],
};

function notEmpty(text: string): string {
  if (text.trim() === '') throw new Refusal('there is no SQL in that; for example: sql "SELECT * FROM users LIMIT 3"');
  return text;
}

/** Words with what stood between them: blanks in a quoted text count, and `a||b` is three words of a line. */
function asTyped(words: readonly Word[], { line }: Reader): string {
  let text = '';
  let end: number | undefined;
  for (const { at = 0, raw } of words) {
    const between = end === undefined ? '' : line.slice(end, at);
    // Options have been taken out of the words, not out of the line.
    text += (between.trim() === '' ? between : ' ') + raw;
    end = at + raw.length;
  }
  return text;
}
