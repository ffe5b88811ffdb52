/**
 * Where the history of the prompt is kept between sessions: for each user, where the system wants such things.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The file, or `undefined` where none is wanted or none can be written: a prompt without history is still a prompt. */
export function historyFile(environment: NodeJS.ProcessEnv): string | undefined {
  const wanted = environment['TIERRARIUM_HISTORY'];
  if (wanted === '') return undefined;
  try {
    const file = wanted ?? join(stateFolder(environment), 'tierrarium', 'history');
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // What was typed may hold what nobody else should read.
    closeSync(openSync(file, 'a+', 0o600));
    return file;
  } catch {
    return undefined;
  }
}

/** What a program remembers of its user, by the rules of the system. */
function stateFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  const state = environment['XDG_STATE_HOME'];
  return state === undefined || state === '' ? join(homedir(), '.local', 'state') : state;
}
