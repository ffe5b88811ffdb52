/**
 * Tiers that show what becomes of messages on their way: one that says much at once and remembers what it heard, and one
 * that breaks its promises.
 */
import { machine } from '../../kernel/machine';
import { type BodyOf, message, parseConfig, Type } from '../../kernel/schema';
import { freeService } from '../../kernel/service';
import type { Tier } from '../../kernel/tier';
import { ping, pong } from './tiers';

/** Say the numbers from `first` up to and including `last` to somebody. */
export const talk = message('test.talk', {
  to: Type.String(),
  first: Type.Integer(),
  last: Type.Integer(),
  datagram: Type.Boolean(),
});
export const note = message('test.note', { n: Type.Integer() });
/** What have you heard? */
export const recount = message('test.recount', {});
export const heard = message('test.heard', { numbers: Type.Array(Type.Integer()) });
type TalkerIn = BodyOf<typeof talk> | BodyOf<typeof note> | BodyOf<typeof recount>;
type TalkerOut = BodyOf<typeof note> | BodyOf<typeof heard>;

const nothing = Type.Object({});
const heardMax = 10_000;

export const talker: Tier<Record<never, never>, TalkerIn, TalkerOut> = {
  kind: 'talker',
  summary: 'says numbers',
  port: 10,
  defaults: {},
  parse: parseConfig(nothing, {}),
  accepts: [talk, note, recount],
  upstreams: () => [],
  service: () => freeService,
  behave: () =>
    machine<TalkerIn, TalkerOut, number[]>(
      () => [],
      (numbers, mail, turn) => {
        const { body } = mail;
        if (body.kind === 'test.recount') return turn.reply(mail, { kind: 'test.heard', numbers });
        if (body.kind === 'test.note') {
          if (numbers.length < heardMax) numbers.push(body.n);
          return;
        }
        const { to, first, last, datagram } = body;
        for (let n = first; n <= last; n++) turn.say(to, { kind: 'test.note', n }, { datagram });
      },
    ),
};

type LiarIn = BodyOf<typeof ping>;
type Lie = { readonly kind: string; readonly n: string };

/** Answers with what is no answer: a malformed body where `n` is even, an unknown kind where it is odd. */
export const liar: Tier<Record<never, never>, LiarIn, Lie> = {
  kind: 'liar',
  summary: 'answers rubbish',
  port: 11,
  defaults: {},
  parse: parseConfig(nothing, {}),
  accepts: [ping],
  upstreams: () => [],
  service: () => freeService,
  behave: () =>
    machine<LiarIn, Lie, undefined>(
      () => undefined,
      (_state, mail, turn) => turn.reply(mail, { kind: mail.body.n % 2 === 0 ? pong.kind : 'test.rubbish', n: 'many' }),
    ),
};
