/**
 * Shows something that changes, until somebody presses a key. On the terminal's other screen, so that what was there
 * before comes back.
 */
import { setTimeout } from 'node:timers/promises';
import type { Session } from '../session';
import type { Reply } from '../shell/reply';

const otherScreen = '\u001b[?1049h';
const thisScreen = '\u001b[?1049l';
const home = '\u001b[H';
const restOfLine = '\u001b[K';
const restOfScreen = '\u001b[J';

/** @param untilKey is handed what ends it. */
export async function watch(
  live: NonNullable<Reply['live']>,
  session: Session,
  output: NodeJS.WritableStream & { readonly rows: number },
  untilKey: (stop: () => void) => void,
): Promise<void> {
  const stopped = new AbortController();
  untilKey(() => stopped.abort());
  output.write(otherScreen);
  try {
    while (!stopped.signal.aborted) {
      const frame = await live.frame(session.look());
      const lines = `${frame}\n\nany key ends this`.split('\n').slice(0, output.rows);
      output.write(home + lines.map((line) => line + restOfLine).join('\n') + restOfScreen);
      await setTimeout(live.everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  } finally {
    output.write(thisScreen);
  }
}
