/**
 * A session on paper: prose behind `#`, lines as they are typed behind `>` (and `.` where they go on), and below each,
 * indented, what came back. Whatever is indented is an answer, so a transcript can be played again and written anew.
 */

/** What somebody typed, or prose between. */
export type Entry = { readonly prose: readonly string[] } | { readonly input: string; readonly output: string };

const typed = '> ';
const goesOn = '. ';
const indent = '  ';

/** Throws for a line that is none of the above: an answer that lost its indentation would be dropped in silence. */
export function parseTranscript(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let prose: string[] = [];
  let input: string | undefined;
  let output: string[] = [];
  const end = (): void => {
    if (input !== undefined) entries.push({ input, output: output.join('\n').trimEnd() });
    if (prose.length > 0) entries.push({ prose });
    [prose, input, output] = [[], undefined, []];
  };
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith(typed)) {
      end();
      input = line.slice(typed.length);
    } else if (line.startsWith(goesOn) && input !== undefined && output.length === 0) {
      input += `\n${line.slice(goesOn.length)}`;
    } else if (line.startsWith('#')) {
      if (input !== undefined) end();
      prose.push(line);
    } else if (line === '' || line.startsWith(indent)) {
      if (input !== undefined) output.push(line.slice(indent.length));
      else if (prose.length > 0) end();
    } else {
      throw new Error(`line ${at + 1} is neither prose (#), nor typed (>), nor an answer (indented): ${line}`);
    }
  }
  end();
  return entries;
}

/** The text of a transcript; `parseTranscript` gives back the same entries. */
export function formatTranscript(entries: readonly Entry[]): string {
  const blocks = entries.map((entry) => {
    if ('prose' in entry) return entry.prose.join('\n');
    const [first = '', ...more] = entry.input.split('\n');
    const answer = entry.output === '' ? [] : entry.output.split('\n').map((line) => (indent + line).trimEnd());
    return [typed + first, ...more.map((line) => goesOn + line), ...answer].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

/** Where two texts part, with what stands there; `undefined` if they are the same. */
export function firstDifference(expected: string, actual: string): string | undefined {
  const [wanted, found] = [expected.split('\n'), actual.split('\n')];
  const at = wanted.findIndex((line, place) => line !== found[place]);
  const place = at < 0 ? wanted.length : at;
  if (at < 0 && found.length === wanted.length) return undefined;
  return [
    `line ${place + 1}`,
    `  expected: ${wanted[place] ?? '(the end)'}`,
    `  came:     ${found[place] ?? '(the end)'}`,
  ].join('\n');
}
