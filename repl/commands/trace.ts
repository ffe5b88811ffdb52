/** Shows where a request went and where its time went. */
import { traceOf } from '../render/trace';
import { noTrace, traceJson, traceText } from '../render/trace-view';
import { command, type Shown } from '../shell/command';
import { culpritKey, stoodAt } from '../shell/stood';

export const trace = command({
  name: 'trace',
  group: 'looking',
  summary: 'show the last request as a tree: who asked whom, and where the time went',
  examples: [{ line: 'trace', text: 'after: get /users/12' }],
  params: {},
  options: {},
  returns: 'unknown',
  run: async (_given, shell): Promise<Shown> => {
    const stood = stoodAt(shell);
    const around = stood === undefined ? undefined : culpritKey(stood);
    const span =
      stood === undefined || around === undefined
        ? traceOf(await shell.world.recent())
        : traceOf(stood.events, { around });
    if (span === undefined) return { value: null, text: () => noTrace };
    return { value: traceJson(span), text: (look) => traceText(span, look) };
  },
});
