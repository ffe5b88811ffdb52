/**
 * A lock service: who has acquired the lock has it until it is released, whatever happens to the service meanwhile. Both
 * may be asked again by whoever got no answer: that changes nothing.
 */
import { type AnyTier, type BodyOf, machine, message, parseConfig, type Turn, Type, tier } from '../../../src';

export const acquire = message('lock.acquire', { owner: Type.String({ minLength: 1 }) });
export const release = message('lock.release', { owner: Type.String({ minLength: 1 }) });
export const settled = message('lock.settled', { done: Type.Boolean() });
export const starting = message('lock.starting', {});

type In = BodyOf<typeof acquire> | BodyOf<typeof release>;
type Out = BodyOf<typeof settled> | BodyOf<typeof starting>;
type Recall = (turn: Turn<In, Out>, known: (holder: string) => void) => void;

/** A new life begins with what the last one had on its disk. */
const fromDisk: Recall = ({ node }, known) =>
  node.disk.read(({ cells }) => known(Buffer.from(cells.get('holder') ?? []).toString()));

/** The tier; `recall` tells a new life who holds the lock, or `''`. */
export function lockService(recall: Recall = fromDisk): AnyTier {
  return tier<object, In, Out>({
    kind: 'lock',
    summary: 'one lock, whose holder is on disk',
    port: 4_000,
    defaults: {},
    parse: parseConfig(Type.Object({}), {}),
    accepts: [acquire, release],
    upstreams: () => [],
    service: () => ({ otherwise: 0.1, mailboxMax: 1_000, overflow: 'refuse' }),
    behave: () =>
      machine<In, Out, { holder?: string }>(
        (turn) => {
          const state: { holder?: string } = {};
          turn.node.report.expose(() => state);
          recall(turn, (holder) => {
            state.holder = holder;
          });
          return state;
        },
        (state, mail, turn) => {
          const { kind, owner } = mail.body;
          if (state.holder === undefined) return turn.reply(mail, { kind: 'lock.starting' });
          if (kind === 'lock.acquire') {
            if (state.holder !== '' && state.holder !== owner)
              return turn.reply(mail, { kind: 'lock.settled', done: false });
            state.holder = owner;
          } else if (state.holder === owner) state.holder = '';
          turn.node.disk.put('holder', Buffer.from(state.holder));
          turn.node.disk.sync((failure) => {
            // Memory is ahead of the disk: the next life reads what is true.
            if (failure !== undefined) throw new Error(`could not sync: ${failure.reason}`);
            turn.reply(mail, { kind: 'lock.settled', done: true });
          });
        },
      ),
  });
}

/** As the prompt loads it: `tierrarium --tier lock-service.ts`. */
export const lock = lockService();
