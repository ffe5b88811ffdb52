/**
 * Where the history of the prompt is kept between sessions.
 */
import { closeSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The file, or `undefined` where none can be written: a prompt without history is still a prompt. */
export function historyFile(environment: NodeJS.ProcessEnv): string | undefined {
  const wanted = environment['TIERRARIUM_HISTORY'];
  if (wanted === '') return undefined;
  try {
    const file = wanted ?? join(homedir(), '.tierrarium_history');
    closeSync(openSync(file, 'a+', 0o600));
    return file;
  } catch {
    return undefined;
  }
}
