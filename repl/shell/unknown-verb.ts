/**
 * Whether a line that begins with no verb was meant to: `kil web-1` is a misspelt verb, `x + 1` is TypeScript.
 */

/** Words that begin a statement or an expression of TypeScript. */
const keywords = new Set(
  (
    'abstract async await break class const continue debugger declare delete do else enum export false for function ' +
    'if import interface let module namespace new null return super switch this throw true try type typeof undefined ' +
    'var void while with yield'
  ).split(' '),
);

/** What can follow a value in TypeScript: an operator in signs or in letters. `/` and `-` begin paths and options here. */
const operator = /^([=.([+*%<>&|?:,;^!~]|(in|instanceof|as|satisfies|is)\b)/;

/** @param knows whether TypeScript has something of that name. */
export function meansVerb(line: string, knows: (name: string) => boolean): boolean {
  const found = /^(\.?[A-Za-z][\w-]*)(\s+(.*))?$/s.exec(line.trim());
  if (found === null) return false;
  const [, word = '', , rest = ''] = found;
  if (word.startsWith('.')) return true;
  return !keywords.has(word) && !operator.test(rest) && !knows(word);
}
