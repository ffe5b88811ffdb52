/**
 * The smallest tiers that show what a runtime does: one that answers, one that passes questions on, one that counts on
 * its disk.
 */
import { catchError, map, of } from 'rxjs';
import { isExpired } from '../../kernel/asks';
import { machine } from '../../kernel/machine';
import { type BodyOf, message, parseConfig, type Static, Type } from '../../kernel/schema';
import { freeService } from '../../kernel/service';
import type { JobKind, Tier } from '../../kernel/tier';

export const ping = message('test.ping', { n: Type.Integer() });
export const pong = message('test.pong', { n: Type.Integer(), life: Type.Integer(), greeting: Type.String() });
export const crashNow = message('test.crash', {});
export const compute = message('test.compute', { job: Type.String(), input: Type.Integer() });
export const computed = message('test.computed', { output: Type.String() });
/** Answered at once; only then it turns out how much work it was. */
export const toil = message('test.toil', { ms: Type.Number() });
/** What does the node believe the time is, and what chance has it? */
export const senses = message('test.senses', {});
export const sensed = message('test.sensed', {
  wallMs: Type.Number(),
  nowMs: Type.Number(),
  random: Type.Number(),
  secret: Type.Number(),
});
type EchoIn =
  | BodyOf<typeof ping>
  | BodyOf<typeof crashNow>
  | BodyOf<typeof compute>
  | BodyOf<typeof senses>
  | BodyOf<typeof toil>;
type EchoOut = BodyOf<typeof pong> | BodyOf<typeof computed> | BodyOf<typeof sensed>;

const echoConfig = Type.Object({
  greeting: Type.String(),
  serviceMs: Type.Number({ minimum: 0 }),
  mailboxMax: Type.Integer({ minimum: 1 }),
  overflow: Type.Union([Type.Literal('refuse'), Type.Literal('drop')]),
});
const echoDefaults: Static<typeof echoConfig> = {
  greeting: 'hello',
  serviceMs: 0,
  mailboxMax: 10_000,
  overflow: 'refuse',
};

/** Answers a ping with a pong that says which life answered. */
export const echo: Tier<Static<typeof echoConfig>, EchoIn, EchoOut> = {
  kind: 'echo',
  summary: 'answers pings',
  port: 7,
  defaults: echoDefaults,
  parse: parseConfig(echoConfig, echoDefaults),
  accepts: [ping, crashNow, compute, senses, toil],
  upstreams: () => [],
  service: ({ serviceMs, mailboxMax, overflow }) => ({ otherwise: serviceMs, mailboxMax, overflow }),
  behave: (config) =>
    machine<EchoIn, EchoOut, { seen: number }>(
      (turn) => {
        const state = { seen: 0 };
        turn.node.report.expose(() => ({ seen: state.seen }));
        return state;
      },
      (state, mail, turn) => {
        const { body } = mail;
        if (body.kind === 'test.crash') throw new Error('asked to crash');
        if (body.kind === 'test.compute') {
          const output = turn.node.work({ name: body.job, input: body.input }).pipe(
            map(String),
            catchError((failure: unknown) => of(`failed: ${failure instanceof Error ? failure.message : failure}`)),
          );
          turn.during(output.pipe(map((text) => turn.reply(mail, { kind: 'test.computed', output: text }))));
          return;
        }
        if (body.kind === 'test.senses') {
          const { node, nowMs } = turn;
          const [random, secret] = [node.random.next(), node.secret.next()];
          return turn.reply(mail, { kind: 'test.sensed', wallMs: node.wallNowMs(), nowMs, random, secret });
        }
        if (body.kind === 'test.toil') {
          turn.node.busy(body.ms);
          return turn.reply(mail, { kind: 'test.computed', output: 'toiled' });
        }
        state.seen++;
        const { incarnation } = turn.node;
        turn.reply(mail, { kind: 'test.pong', n: body.n, life: incarnation, greeting: config.now.greeting });
      },
    ),
};

export const relayed = message('test.relay', { to: Type.String(), n: Type.Integer(), budgetMs: Type.Number() });
export const relayAnswer = message('test.relayed', { outcome: Type.String(), members: Type.Array(Type.String()) });
type RelayIn = BodyOf<typeof relayed> | BodyOf<typeof pong>;
type RelayOut = BodyOf<typeof relayAnswer> | BodyOf<typeof ping>;

const relayConfig = Type.Object({ pool: Type.String() });
const relayDefaults: Static<typeof relayConfig> = { pool: 'echo' };

/** Asks somebody else and tells how that went, and whom it believes to be in its pool. */
export const relay: Tier<Static<typeof relayConfig>, RelayIn, RelayOut> = {
  kind: 'relay',
  summary: 'asks others',
  port: 8,
  defaults: relayDefaults,
  parse: parseConfig(relayConfig, relayDefaults),
  accepts: [relayed, pong],
  upstreams: ({ pool }) => (pool === '' ? [] : [{ pool }]),
  service: () => freeService,
  behave: (config) =>
    machine<RelayIn, RelayOut, undefined>(
      () => undefined,
      (_state, mail, turn) => {
        const { body } = mail;
        if (body.kind !== 'test.relay') return;
        turn.ask(body.to, { kind: 'test.ping', n: body.n }, body.budgetMs, (answer) => {
          const members = Object.entries(turn.node.members.now).flatMap(([pool, ids]) =>
            config.now.pool.endsWith('*') ? ids.map((id) => `${pool}: ${id}`) : ids,
          );
          const outcome = isExpired(answer)
            ? 'expired'
            : answer.body.kind === 'test.pong'
              ? `pong ${answer.body.n} of life ${answer.body.life}`
              : `${answer.body.kind} ${'reason' in answer.body ? answer.body.reason : ''}`;
          turn.reply(mail, { kind: 'test.relayed', outcome, members });
        });
      },
    ),
};

export const add = message('test.add', { amount: Type.Integer(), sync: Type.Boolean() });
export const total = message('test.total', { total: Type.Integer(), damaged: Type.Boolean(), failure: Type.String() });
type CounterIn = BodyOf<typeof add>;
type CounterOut = BodyOf<typeof total>;

const counterConfig = Type.Object({ label: Type.String() });
const counterDefaults: Static<typeof counterConfig> = { label: '' };

/** Adds up amounts in a log that has a label for ever; what it answered after a sync must never be lost. */
export const counter: Tier<Static<typeof counterConfig>, CounterIn, CounterOut> = {
  kind: 'counter',
  summary: 'adds up on disk',
  port: 9,
  defaults: counterDefaults,
  parse: parseConfig(counterConfig, counterDefaults),
  fixed: ['label'],
  accepts: [add],
  upstreams: () => [],
  service: () => freeService,
  behave: () =>
    machine<CounterIn, CounterOut, { total: number; damaged: boolean; ready: boolean; waiting: (() => void)[] }>(
      (turn) => {
        const state = { total: 0, damaged: false, ready: false, waiting: [] as (() => void)[] };
        turn.node.disk.read((contents) => {
          for (const entry of contents.entries) state.total += entry[0] ?? 0;
          state.damaged = contents.damage !== undefined;
          state.ready = true;
          for (const resume of state.waiting.splice(0)) resume();
        });
        return state;
      },
      (state, mail, turn) => {
        const handle = (): void => {
          const { amount, sync } = mail.body;
          const answer = (failure = ''): void => {
            turn.reply(mail, { kind: 'test.total', total: state.total, damaged: state.damaged, failure });
          };
          state.total += amount;
          if (amount > 0) turn.node.disk.append(Uint8Array.of(amount));
          if (sync) turn.node.disk.sync((failure) => answer(failure?.reason));
          else answer();
        };
        if (state.ready) handle();
        else state.waiting.push(handle);
      },
    ),
};

/** Squares what is not negative, and throws at the rest. */
export const square: JobKind = {
  run: (input) => {
    if (Number(input) < 0) throw new RangeError(`${String(input)} is below 0`);
    return Number(input) ** 2;
  },
  serviceMs: () => 1,
};
