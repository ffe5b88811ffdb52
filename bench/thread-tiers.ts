/**
 * Two tiers for measuring threads, as a catalogue that every thread loads: a talker that sends notes or asks pings as it
 * is told, and a listener that counts and answers. They take the time themselves, with the ruler that the peers use too.
 */
import { performance } from 'node:perf_hooks';
import { machine, type Turn } from '../src/kernel/machine';
import type { Catalogue } from '../src/kernel/runtime';
import { type BodyOf, message, parseConfig, Type } from '../src/kernel/schema';
import { freeService } from '../src/kernel/service';
import { type Behaviour, tier } from '../src/kernel/tier';
import { echo, pong } from './echo';
import { median } from './statistics';

export const talk = message('talk', { to: Type.String(), batches: Type.Integer() });
export const talked = message('talked', { notes: Type.Integer(), tookMs: Type.Number() });
export const volley = message('volley', {
  to: Type.String(),
  /** How many pings are under way at a time. */
  abreast: Type.Integer(),
  rounds: Type.Integer(),
  pauseMs: Type.Number(),
});
export const volleyed = message('volleyed', { rounds: Type.Integer(), medianUs: Type.Number() });
const note = message('note', { number: Type.Integer() });
const noted = message('noted', { notes: Type.Integer() });

type Talk = BodyOf<typeof talk>;
type Volley = BodyOf<typeof volley>;
type Note = BodyOf<typeof note>;
type Noted = BodyOf<typeof noted>;

/** Notes that are sent in one turn, and how many such batches may be under way. */
export const batchNotes = 1_000;
export const windowBatches = 4;
const answerBudgetMs = 60_000;

type TalkerIn = Talk | Volley | Noted | BodyOf<typeof pong>;
type TalkerOut =
  | Note
  | BodyOf<typeof talked>
  | BodyOf<typeof volleyed>
  | { readonly kind: 'ping'; readonly round: number };
type TalkerTurn = Turn<TalkerIn, TalkerOut>;

/** Sends batches of notes, as many at a time as the window lets it, until all are noted. */
class Talking {
  private readonly fromMs = performance.now();
  private left: number;
  private notes = 0;

  constructor(
    private readonly order: Talk,
    private readonly done: (notes: number, tookMs: number) => void,
  ) {
    this.left = order.batches;
  }

  begin(turn: TalkerTurn): void {
    for (let i = 0; i < windowBatches; i++) this.send(turn);
  }

  noted(notes: number, turn: TalkerTurn): void {
    this.notes += notes;
    if (this.notes === this.order.batches * batchNotes) this.done(this.notes, performance.now() - this.fromMs);
    else this.send(turn);
  }

  private send(turn: TalkerTurn): void {
    if (this.left === 0) return;
    this.left--;
    for (let number = 1; number <= batchNotes; number++) turn.say(this.order.to, { kind: 'note', number });
  }
}

/** Asks pings and times each until its answer. */
function volleys(order: Volley, turn: TalkerTurn, done: (timesMs: readonly number[]) => void): void {
  const timesMs: number[] = [];
  let started = 0;
  const next = (): void => {
    if (started === order.rounds) return;
    started++;
    const fromMs = performance.now();
    turn.ask(order.to, { kind: 'ping', round: started }, answerBudgetMs, (answer) => {
      if (!('body' in answer && pong.accepts(answer.body))) return;
      timesMs.push(performance.now() - fromMs);
      if (timesMs.length === order.rounds) done(timesMs);
      else if (order.pauseMs > 0) turn.after(order.pauseMs, next);
      else next();
    });
  };
  for (let i = 0; i < order.abreast; i++) next();
}

const talker: Behaviour<TalkerIn, TalkerOut> = machine<TalkerIn, TalkerOut, { talking: Talking | undefined }>(
  () => ({ talking: undefined }),
  (state, mail, turn) => {
    const { body } = mail;
    if (body.kind === 'talk') {
      state.talking = new Talking(body, (notes, tookMs) => turn.reply(mail, { kind: 'talked', notes, tookMs }));
      state.talking.begin(turn);
    } else if (body.kind === 'noted') {
      state.talking?.noted(body.notes, turn);
    } else if (body.kind === 'volley') {
      volleys(body, turn, (timesMs) => {
        turn.reply(mail, { kind: 'volleyed', rounds: timesMs.length, medianUs: median(timesMs) * 1_000 });
      });
    }
  },
);

/** Says so after each whole batch of notes. */
const listener: Behaviour<Note, Noted> = machine<Note, Noted, { heard: number }>(
  () => ({ heard: 0 }),
  (state, mail, turn) => {
    state.heard++;
    if (state.heard % batchNotes === 0) turn.say(mail.from, { kind: 'noted', notes: batchNotes });
  },
);

const defaults = {};
const plain = { summary: 'for measuring', defaults, parse: parseConfig(Type.Object({}), defaults) };
const roomy = { ...freeService, mailboxMax: batchNotes * windowBatches * 2 };

export const catalogue: Catalogue = {
  tiers: new Map(
    [
      tier({
        ...plain,
        kind: 'talker',
        port: 1,
        accepts: [talk, volley, noted, pong],
        upstreams: () => [],
        service: () => roomy,
        behave: () => talker,
      }),
      tier({
        ...plain,
        kind: 'listener',
        port: 2,
        accepts: [note],
        upstreams: () => [],
        service: () => roomy,
        behave: () => listener,
      }),
      tier(echo),
    ].map((one) => [one.kind, one]),
  ),
  faults: new Map(),
  jobs: {},
};
