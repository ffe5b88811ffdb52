/**
 * Tiers for driving threads hard: one that pours messages out, one that takes them in and can hold its whole thread up, one
 * that answers. In a module of their own, since each thread loads it.
 */
import { machine } from '../../kernel/machine';
import { type BodyOf, message, parseConfig, Type } from '../../kernel/schema';
import { freeService } from '../../kernel/service';
import { type Tier, tier } from '../../kernel/tier';

export const pour = message('stress.pour', {
  to: Type.String(),
  drops: Type.Integer(),
  perTurn: Type.Integer(),
  /** How large each of them is. */
  bytes: Type.Integer(),
});
export const poured = message('stress.poured', { drops: Type.Integer() });
export const drop = message('stress.drop', { number: Type.Integer(), load: Type.String() });
export const block = message('stress.block', { ms: Type.Number() });
export const ask = message('stress.ask', {});
export const tally = message('stress.tally', { life: Type.Integer(), drops: Type.Integer(), inOrder: Type.Boolean() });

type Pour = BodyOf<typeof pour>;
type Drop = BodyOf<typeof drop>;

const defaults = {};
const plain = { summary: 'for stress', defaults, parse: parseConfig(Type.Object({}), defaults), upstreams: () => [] };

/** How many messages may wait at a sponge. */
export const mailboxMax = 100;

const hose: Tier<object, Pour, Drop | BodyOf<typeof poured>> = {
  ...plain,
  kind: 'hose',
  port: 1,
  accepts: [pour],
  service: () => freeService,
  behave: () =>
    machine(
      () => undefined,
      (_state, mail, turn) => {
        const { to, drops, perTurn, bytes } = mail.body;
        const load = 'x'.repeat(bytes);
        let number = 0;
        const go = (): void => {
          for (let i = 0; i < perTurn && number < drops; i++)
            turn.say(to, { kind: 'stress.drop', number: ++number, load });
          if (number < drops) turn.after(0, go);
          else turn.reply(mail, { kind: 'stress.poured', drops });
        };
        go();
      },
    ),
};

type SpongeIn = Drop | BodyOf<typeof block> | BodyOf<typeof ask>;

const sponge: Tier<object, SpongeIn, BodyOf<typeof tally>> = {
  ...plain,
  kind: 'sponge',
  port: 2,
  accepts: [drop, block, ask],
  service: () => ({ ...freeService, mailboxMax, overflow: 'drop' }),
  behave: () =>
    machine<SpongeIn, BodyOf<typeof tally>, { drops: number; last: number; inOrder: boolean }>(
      () => ({ drops: 0, last: 0, inOrder: true }),
      (state, mail, turn) => {
        const { body } = mail;
        if (body.kind === 'stress.block') {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, body.ms);
        } else if (body.kind === 'stress.drop') {
          state.inOrder &&= body.number > state.last;
          state.last = body.number;
          state.drops++;
        } else {
          const { drops, inOrder } = state;
          turn.reply(mail, { kind: 'stress.tally', life: turn.node.incarnation, drops, inOrder });
        }
      },
    ),
};

export const catalogue = {
  tiers: new Map([tier(hose), tier(sponge)].map((one) => [one.kind, one])),
  faults: new Map(),
  jobs: {},
};
