/**
 * A handful of nodes that use everything a node may use: timers, RxJS, chance, disks, questions, datagrams. Whatever
 * could make one run differ from the next would show in what they tell each other.
 */
import { timer } from 'rxjs';
import { tap } from 'rxjs/operators';
import { isExpired } from '../../src/kernel/asks';
import { machine, type Turn } from '../../src/kernel/machine';
import { type BodyOf, message, Type } from '../../src/kernel/schema';
import type { ServiceTable } from '../../src/kernel/service';
import type { AnyTier } from '../../src/kernel/tier';
import type { Topology } from '../../src/kernel/topology';
import { plainTier, trialTopology } from '../../src/runtimes/simulated/trial';

const rumour = message('rumour', { number: Type.Integer(), atMs: Type.Number() });
const heard = message('heard', { rumours: Type.Integer() });
type Talk = BodyOf<typeof rumour> | BodyOf<typeof heard>;

const ids = ['gossip-1', 'gossip-2', 'chatter-1', 'chatter-2'];
const service: ServiceTable = { otherwise: { law: 'exponential', meanMs: 3 }, mailboxMax: 20, overflow: 'refuse' };

/** Four nodes on three boxes. */
export const gossipTopology: Topology = trialTopology({
  'gossip-1': {},
  'gossip-2': {},
  'chatter-1': { box: 'box-gossip-2', restart: 'always' },
  'chatter-2': {},
});

/**
 * The two tiers: they differ in their names, so that two nodes can share a box.
 *
 * @param number makes the next rumour; a tier that takes it from anywhere but its own life is not deterministic.
 */
export function gossips(
  number: (turn: Turn<Talk, Talk>, rumours: number) => number = (_turn, count) => count,
): readonly AnyTier[] {
  const behaviour = machine<Talk, Talk, { rumours: number }>(
    (turn) => {
      const state = { rumours: 0 };
      turn.node.disk.read(({ entries }) => {
        state.rumours += entries.length;
      });
      const { random, clock } = turn.node;
      turn.during(timer(10, 70, clock).pipe(tap(() => spread(state, turn, random.int(ids.length), number))));
      return state;
    },
    (state, mail, turn) => {
      turn.node.disk.append(Uint8Array.of(++state.rumours & 255));
      turn.node.disk.sync(() => turn.reply(mail, { kind: 'heard', rumours: state.rumours }));
    },
  );
  return ['gossip', 'chatter'].map((kind) => plainTier(kind, [rumour, heard], behaviour, service));
}

function spread(
  state: { readonly rumours: number },
  turn: Turn<Talk, Talk>,
  whom: number,
  number: (turn: Turn<Talk, Talk>, rumours: number) => number,
): void {
  const to = ids[whom] ?? '';
  const body: Talk = { kind: 'rumour', number: number(turn, state.rumours), atMs: Math.round(turn.node.wallNowMs()) };
  const how = { datagram: turn.node.random.next() < 0.5 };
  turn.ask(to, body, 50, (answer) => turn.node.report.gauge('heard', isExpired(answer) ? -1 : 1), how);
}
