/** Makes messages take longer. */
import { command } from '../shell/command';
import { duration, where } from '../shell/kinds';
import { optional, type Param } from '../shell/params';
import { faulting } from './faulting';

/** `jitter 50ms`. */
const jitter: Param<number | undefined> = optional({
  usage: 'jitter <duration>',
  signature: (name) => `${name}: string | number`,
  spare: true,
  take: (reader) => {
    reader.sign('jitter');
    return duration.take(reader);
  },
  complete: () => ['jitter'],
});

export const slow = command({
  name: 'slow',
  group: 'network',
  summary: 'make every message of a node, or between two, take longer; a round trip takes twice as much',
  examples: [
    { line: 'slow web-1 200ms', text: 'undone by: restore' },
    { line: 'slow web-1 | db-1 50ms', text: 'only between these two' },
    { line: 'slow web-1 200ms jitter 50ms', text: 'and up to 50 ms more, drawn for each message' },
  ],
  params: { where, duration, jitter },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ where: place, duration: ms, jitter: jitterMs }, shell) =>
    faulting(shell, { kind: 'slow', ...place, ms, ...(jitterMs === undefined ? {} : { jitterMs }) }),
});
