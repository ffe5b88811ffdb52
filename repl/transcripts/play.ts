/**
 * Plays a transcript: a session in simulation, of 80 columns and without colour, as a pipe would see it.
 */
import { simulatedSession } from '../testing-session';
import { type Entry, formatTranscript, parseTranscript } from './transcript';

/** What the transcript should read: the same prose and the same input, with the answers that came now. */
export async function play(text: string): Promise<string> {
  const entries = parseTranscript(text);
  const printed: string[] = [];
  const hashes: string[] = [];
  const session = await simulatedSession({ print: (line) => void printed.push(line) });
  try {
    const played: Entry[] = [];
    for (const entry of entries) {
      if ('prose' in entry) {
        played.push(entry);
        continue;
      }
      const reply = await session.run(entry.input);
      const missing = reply.incomplete === undefined ? [] : [`(unfinished: ${reply.incomplete})`];
      const output = [...printed.splice(0), reply.text, ...missing].filter((line) => line !== '').join('\n');
      played.push({ input: entry.input, output: named(output, hashes) });
    }
    return formatTranscript(played);
  } finally {
    await session.close();
  }
}

/** Hashes as `(hash 1)`, `(hash 2)`: which of them are the same is the lesson, their digits change with every version. */
function named(output: string, hashes: string[]): string {
  return output.replace(/\b[0-9a-f]{16,}\b/g, (hash) => {
    if (!hashes.includes(hash)) hashes.push(hash);
    return `(hash ${hashes.indexOf(hash) + 1})`;
  });
}
