/** Explains the last read: from the write that made the row to the copy that served it. */
import { whyOf } from '../render/why';
import { noRead, whyText } from '../render/why-view';
import { command, type Shown } from '../shell/command';
import { lookedBack } from '../shell/looking-back';
import { culpritKey, stoodAt } from '../shell/stood';

export const why = command({
  name: 'why',
  group: 'looking',
  summary: 'explain the last read: which copy served it, whose write made the row, how stale it was',
  examples: [
    { line: 'why', text: 'after: get /users/12' },
    { line: 'why', text: 'after: sql "SELECT count(*) FROM users": of what is made of many rows the log position' },
  ],
  params: {},
  options: {},
  returns: 'unknown',
  run: async (_given, shell): Promise<Shown> => {
    const { world, virtual, signal } = shell;
    const stood = stoodAt(shell);
    const key = stood === undefined ? undefined : culpritKey(stood);
    const events = stood === undefined || key === undefined ? await world.recent() : stood.events;
    const found = whyOf(events, key === undefined ? {} : { key });
    if (found === undefined) return { value: null, text: () => noRead };
    const value = virtual === undefined ? found : await lookedBack(virtual, found, signal);
    return { value, text: (look) => whyText(value, look) };
  },
});
