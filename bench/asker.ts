/**
 * A tier that keeps so many questions to a database under way until it has its answers, as a catalogue that every thread
 * loads. It stands on the thread of the database, so that what is measured is a database node and not a way between threads.
 */
import { performance } from 'node:perf_hooks';
import { isExpired } from '../src/kernel/asks';
import { machine, type Turn } from '../src/kernel/machine';
import type { Catalogue } from '../src/kernel/runtime';
import { type BodyOf, message, parseConfig, Type } from '../src/kernel/schema';
import { tier } from '../src/kernel/tier';
import {
  type SqlExecute,
  type SqlFailure,
  type SqlResult,
  type SqlTransaction,
  sqlFailure,
  sqlResult,
} from '../src/protocols/sql';

/** Ask for `rounds` rows by their id, or change them, `abreast` at a time. */
export const inquire = message('inquire', {
  to: Type.String(),
  writes: Type.Boolean(),
  rows: Type.Integer(),
  abreast: Type.Integer(),
  rounds: Type.Integer(),
});
export const inquired = message('inquired', { done: Type.Integer(), tookMs: Type.Number() });

type Inquire = BodyOf<typeof inquire>;
type In = Inquire | SqlResult | SqlFailure;
type Out = BodyOf<typeof inquired> | SqlExecute | SqlTransaction;

/** The same statements for the database and for its peer. */
export const readOne = 'SELECT id, first_name, last_name, city FROM users WHERE id = ?';
export const writeOne = 'UPDATE users SET city = ? WHERE id = ?';

const budgetMs = 60_000;

class Inquiry {
  private readonly fromMs = performance.now();
  private asked = 0;
  private answered = 0;
  private done = 0;

  constructor(
    private readonly order: Inquire,
    private readonly turn: Turn<In, Out>,
    private readonly report: (done: number, tookMs: number) => void,
  ) {
    for (let i = 0; i < order.abreast; i++) this.next();
  }

  private next(): void {
    const { to, rows, rounds, writes } = this.order;
    if (this.asked === rounds) return;
    const id = (this.asked++ % rows) + 1;
    const question = writes ? write(id, this.asked) : read(id);
    this.turn.ask(to, question, budgetMs, (answer) => {
      this.answered++;
      if (!isExpired(answer) && answer.body.kind === 'sql.result') this.done++;
      if (this.answered === rounds) this.report(this.done, performance.now() - this.fromMs);
      else this.next();
    });
  }
}

function read(id: number): SqlExecute {
  return { kind: 'sql.execute', statement: readOne, parameters: [id] };
}

function write(id: number, number: number): SqlTransaction {
  return { kind: 'sql.transaction', statements: [{ statement: writeOne, parameters: [`city ${number}`, id] }] };
}

const defaults = {};

export const catalogue: Catalogue = {
  tiers: new Map([
    [
      'asker',
      tier<object, In, Out>({
        kind: 'asker',
        summary: 'for measuring',
        port: 1,
        defaults,
        parse: parseConfig(Type.Object({}), defaults),
        accepts: [inquire, sqlResult, sqlFailure],
        upstreams: () => [],
        service: () => ({ otherwise: 0, mailboxMax: 100_000, overflow: 'refuse' }),
        behave: () =>
          machine<In, Out, { inquiry: Inquiry | undefined }>(
            () => ({ inquiry: undefined }),
            (state, mail, turn) => {
              const { body } = mail;
              if (body.kind !== 'inquire') return;
              state.inquiry = new Inquiry(body, turn, (done, tookMs) =>
                turn.reply(mail, { kind: 'inquired', done, tookMs }),
              );
            },
          ),
      }),
    ],
  ]),
  faults: new Map(),
  jobs: {},
};
