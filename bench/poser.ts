/**
 * A tier that poses questions to a store or to a router in front of one, so many at a time, and tells how long the answers
 * took by the clock of its world: in simulation that is virtual time.
 */
import { Histogram } from '../src/algorithms/histogram';
import { isExpired } from '../src/kernel/asks';
import type { Body } from '../src/kernel/envelope';
import { machine, type Turn } from '../src/kernel/machine';
import { type BodyOf, message, parseConfig, Type } from '../src/kernel/schema';
import { tier } from '../src/kernel/tier';
import { docAnswers, docRequests } from '../src/protocols/doc';
import { kvAnswers, kvRequests } from '../src/protocols/kv';
import { type SqlResult, sqlExecute, sqlFailure, sqlResult, sqlTransaction, sqlUnknown } from '../src/protocols/sql';
import type { StoreAnswer, StoreRequest } from '../src/tiers/router/conversation';

export type Question = StoreRequest;
const questions = [sqlExecute, sqlTransaction, ...kvRequests, ...docRequests];

/** Pose these in turn, `count` in all, `abreast` at a time. */
export const pose = message('pose', {
  to: Type.String(),
  questions: Type.Array(Type.Object({ kind: Type.String() }, { additionalProperties: true }), { minItems: 1 }),
  count: Type.Integer({ minimum: 1 }),
  abreast: Type.Integer({ minimum: 1 }),
});
export const posed = message('posed', {
  /** Questions that went well, and rows or items that a router had to fetch for them. */
  done: Type.Integer(),
  rowsMoved: Type.Integer(),
  tookMs: Type.Number(),
  p50Ms: Type.Number(),
  p99Ms: Type.Number(),
  /** What the first one said that did not go well. */
  problem: Type.Optional(Type.String()),
});

export type Posed = BodyOf<typeof posed>;
export type Pose = BodyOf<typeof pose>;
type Answer = StoreAnswer;
type In = Pose | Answer;
type Out = Posed | Question;

const budgetMs = 60_000;

class Posing {
  private readonly fromMs: number;
  private readonly latenciesUs = new Histogram();
  private begun = 0;
  private answered = 0;
  private done = 0;
  private rowsMoved = 0;
  private problem: string | undefined;

  constructor(
    private readonly order: Pose,
    private readonly questions: readonly Question[],
    private readonly turn: Turn<In, Out>,
    private readonly report: (posed: Posed) => void,
  ) {
    this.fromMs = turn.nowMs;
    for (let i = 0; i < order.abreast; i++) this.next();
  }

  private next(): void {
    const { to, count } = this.order;
    const question = this.questions[this.begun % this.questions.length];
    if (question === undefined || this.begun === count) return;
    this.begun++;
    const askedMs = this.turn.nowMs;
    this.turn.ask(to, question, budgetMs, (answer) => {
      this.latenciesUs.record((this.turn.nowMs - askedMs) * 1_000);
      this.answered++;
      if (isExpired(answer)) this.problem ??= `${to} did not answer`;
      else this.hear(answer.body);
      if (this.answered === count) this.end();
      else this.next();
    });
  }

  private hear(body: Body & Partial<Pick<SqlResult, 'route'>> & { readonly reason?: string }): void {
    if (/\.(failure|unknown)$|^error$/.test(body.kind)) this.problem ??= body.reason ?? body.kind;
    else this.done++;
    this.rowsMoved += body.route?.rowsMoved ?? 0;
  }

  private end(): void {
    const { latenciesUs, done, rowsMoved, problem } = this;
    const ms = (share: number): number => latenciesUs.percentile(share) / 1_000;
    this.report({
      ...{ kind: 'posed', done, rowsMoved, tookMs: this.turn.nowMs - this.fromMs, p50Ms: ms(0.5), p99Ms: ms(0.99) },
      ...(problem === undefined ? {} : { problem }),
    });
  }
}

/** Throws for what no store is asked. */
function understood(body: Body): Question {
  for (const one of questions) if (one.accepts(body)) return body;
  throw new Error(`no store is asked ${body.kind} like that`);
}

const defaults = {};

export const poser = tier<object, In, Out>({
  kind: 'poser',
  summary: 'for measuring',
  port: 1,
  defaults,
  parse: parseConfig(Type.Object({}), defaults),
  accepts: [pose, sqlResult, sqlFailure, sqlUnknown, ...kvAnswers, ...docAnswers],
  upstreams: () => [],
  service: () => ({ otherwise: 0, mailboxMax: 100_000, overflow: 'refuse' }),
  behave: () =>
    machine<In, Out, { posing: Posing | undefined }>(
      () => ({ posing: undefined }),
      (state, mail, turn) => {
        const { body } = mail;
        if (body.kind !== 'pose') return;
        const all = body.questions.map(understood);
        state.posing = new Posing(body, all, turn, (answer) => turn.reply(mail, answer));
      },
    ),
});
