/**
 * The smallest tiers that show what a runtime does: one that answers, one that counts on its disk, one that passes
 * questions on. The conformance suite runs them in both worlds, on threads from this very file.
 */
import { map } from 'rxjs';
import { isExpired } from '../kernel/asks';
import { machine } from '../kernel/machine';
import { type BodyOf, message, parseConfig, type Static, Type } from '../kernel/schema';
import { freeService } from '../kernel/service';
import { type JobKind, type Tier, tier } from '../kernel/tier';

export const ping = message('test.ping', { n: Type.Integer() });
export const pong = message('test.pong', { n: Type.Integer(), life: Type.Integer(), greeting: Type.String() });
export const crashNow = message('test.crash', {});
export const compute = message('test.compute', { input: Type.Integer() });
export const computed = message('test.computed', { output: Type.Integer() });
type EchoIn = BodyOf<typeof ping> | BodyOf<typeof crashNow> | BodyOf<typeof compute>;
type EchoOut = BodyOf<typeof pong> | BodyOf<typeof computed>;

const echoConfig = Type.Object({
  greeting: Type.String(),
  serviceMs: Type.Number({ minimum: 0 }),
  mailboxMax: Type.Integer({ minimum: 1 }),
});
const echoDefaults: Static<typeof echoConfig> = { greeting: 'hello', serviceMs: 0, mailboxMax: 10_000 };

/** Answers a ping with a pong that says which life answered. */
export const echo: Tier<Static<typeof echoConfig>, EchoIn, EchoOut> = {
  kind: 'echo',
  summary: 'answers pings',
  port: 7,
  defaults: echoDefaults,
  parse: parseConfig(echoConfig, echoDefaults),
  accepts: [ping, crashNow, compute],
  upstreams: () => [],
  service: ({ serviceMs, mailboxMax }) => ({ ...freeService, otherwise: serviceMs, mailboxMax }),
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
          const job = turn.node.work({ name: 'square', input: body.input });
          turn.during(job.pipe(map((output) => turn.reply(mail, { kind: 'test.computed', output: Number(output) }))));
          return;
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
          const members = [...(turn.node.members.now[config.now.pool] ?? [])];
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

const nothing = Type.Object({});

/** Adds up amounts in a log; what it answered after a sync must never be lost. */
export const counter: Tier<Static<typeof nothing>, CounterIn, CounterOut> = {
  kind: 'counter',
  summary: 'adds up on disk',
  port: 9,
  defaults: {},
  parse: parseConfig(nothing, {}),
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

const square: JobKind = { run: (input) => Number(input) ** 2, serviceMs: () => 1 };

/** What a runtime is handed, in the shape in which it loads modules. */
export const catalogue = {
  tiers: new Map([tier(echo), tier(relay), tier(counter)].map((one) => [one.kind, one])),
  faults: new Map(),
  jobs: { square },
};
