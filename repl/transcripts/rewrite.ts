/**
 * Writes the answers of all transcripts anew, or of those whose names contain one of the words on the command line. What
 * changed is then read in the difference, line by line: a transcript is a promise to whoever learns from it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { play } from './play';

async function main(words: readonly string[]): Promise<void> {
  const names = readdirSync(__dirname).filter((name) => name.endsWith('.txt'));
  for (const name of names.filter((one) => words.length === 0 || words.some((word) => one.includes(word)))) {
    const file = join(__dirname, name);
    const before = readFileSync(file, 'utf8');
    const after = await play(before);
    if (after !== before) writeFileSync(file, after);
    process.stdout.write(`${after === before ? 'unchanged' : 'rewritten'}  ${name}\n`);
  }
}

main(process.argv.slice(2)).catch((failure: unknown) => {
  process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n`);
  process.exitCode = 1;
});
