/**
 * A site near its capacity whose users do not give up: a failure that outlives its cause (Bronson et al., Metastable
 * Failures in Distributed Systems, 2021). Nothing in it is made to fail; the arithmetic is enough.
 *
 * The database has two CPUs and takes 50 ms per page: 40 pages a second. Users ask for 28, so it is busy for 70 % of the
 * time and answers at once. Who gets no answer within a second asks again, four times in all: when nothing is answered, 28
 * users a second make 112 requests. And the database lets 400 requests wait, ten seconds of work.
 *
 * While the database hangs for some seconds, its queue fills. When it goes on, what it works on was given up nine seconds
 * ago: it does 40 pages a second, and nobody waits for one. So everybody asks again, 112 a second want to get in, 40 a second
 * leave, and the queue stays full. Both states sustain themselves: at 28 a second nobody retries, at 112 everybody has to.
 * It takes less than 40 a second, or a queue of less than a second, to leave the second one.
 */
import { loadBalanced } from './load-balanced';
import type { Stage } from './stage';

/** Everybody who asks is patient, and each device by itself behaves well enough. */
const insists = { attemptsMax: 4, attemptMs: 1_000 };
/** Pages that take some doing: 50 ms of one of two CPUs, and room for ten seconds of them. */
const slow = { readServiceMs: 50, mailboxMax: 400 };

const settings: ReadonlyMap<string, object> = new Map<string, object>([
  ['db-1', slow],
  ['app-1', insists],
  ['browser-1', insists],
  ['crowd-1', insists],
]);

export const retryStorm: Stage = {
  name: 'retry-storm',
  title: 'A retry storm',
  story: `The database makes 40 pages a second, and 28 users a second ask for one: busy, and well. Who gets none within
a second asks again, up to four times. Let the database hang for five seconds: its queue fills with ten seconds of work,
whatever it does from then on was given up long ago, and everybody asks again, 112 times a second. The hang is over; the
failure is not. It ends when fewer than 40 a second ask, or when what would be too late is refused at once.`,
  topology: {
    boxes: loadBalanced.topology.boxes,
    nodes: loadBalanced.topology.nodes.map((node) => {
      const own = settings.get(node.id);
      return own === undefined ? node : { ...node, config: own };
    }),
  },
  tryNext: [
    'load 28rps --poisson',
    'run 20s',
    'pause db-1',
    'run 5s',
    'resume db-1',
    'top 60s',
    'protect breaker',
    'top 30s',
  ],
};
