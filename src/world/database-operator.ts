/**
 * What is said to the databases by hand: SQL, to one copy or to whoever is the primary.
 */
import type { Body, NodeId } from '../kernel/envelope';
import type { Census } from '../kernel/runtime';
import {
  type Freshness,
  type SqlExecute,
  type SqlFailure,
  type SqlResult,
  type SqlTransaction,
  type SqlValue,
  sqlFailure,
  sqlResult,
  sqlUnknown,
} from '../protocols/sql';
import { type Heard, type Mode, type Now, Operator } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';
import { onlyReads, statementsOf } from './sql-text';

/** How SQL is asked. */
export interface SqlOptions {
  /** Which database is asked, primary or not; by default whoever is the primary. */
  readonly at?: NodeId;
  /** How fresh a read must be, by default `newest`; `session`: with all that was read or written here before. */
  readonly fresh?: 'newest' | 'any' | 'session' | { readonly withinMs: number };
  /** What the `?` of a single statement stand for. */
  readonly parameters?: readonly SqlValue[];
  readonly timeout?: Duration;
}

/** It was done, or it may be: then a write can take effect later, or be lost. What was not done is a `Refusal`. */
export type SqlAnswer =
  | ({ readonly outcome: 'done'; readonly by: NodeId } & Omit<SqlResult, 'kind'>)
  | { readonly outcome: 'unknown'; readonly by: NodeId; readonly reason: string };

export const sqlBudgetMs = 5_000;
const statementsMax = 100;
/** The kind of the databases. */
const kind = 'db';

type Question = SqlExecute | SqlTransaction;

export abstract class DatabaseOperator<M extends Mode> extends Operator<M> {
  /** How new the data is that was seen from here, as a log position. */
  private seen = 0;
  private primary: NodeId | undefined;

  /**
   * Runs SQL. A read asks for rows; anything else, and several statements in one text, is a transaction.
   *
   * @example
   * const answer = world.sql('SELECT first_name FROM users WHERE id = 12');
   * if (answer.outcome === 'done') answer.rows; // [['Felix']]
   */
  sql(text: string, options: SqlOptions = {}): Now<M, SqlAnswer> {
    const budgetMs = durationMs(options.timeout ?? sqlBudgetMs);
    const question = this.question(text, options);
    if (options.at !== undefined) {
      return this.chain(this.inquire(options.at, question, budgetMs), (heard) =>
        this.known(answerOf(options.at ?? '', question, heard)),
      );
    }
    return this.chain(this.census(), (census) => this.anyOf(this.candidates(census), [], question, budgetMs));
  }

  /** Who is there and how they are. */
  census(): Now<M, Census> {
    return this.settle((settle) => this.runtime.inspect((census) => settle.done(census)));
  }

  protected override note(answer: Body): void {
    if (sqlResult.accepts(answer)) this.seen = Math.max(this.seen, answer.position);
  }

  /** Asks one after the other until somebody is the primary, or nobody is left. */
  private anyOf(
    left: readonly NodeId[],
    tried: readonly NodeId[],
    question: Question,
    budgetMs: number,
  ): Now<M, SqlAnswer> {
    const [first = '', ...others] = left;
    return this.chain(this.inquire(first, question, budgetMs), (heard) => {
      const next = nextOf(heard, others, [...tried, first], question);
      if (next !== undefined) return this.anyOf(next, [...tried, first], question, budgetMs);
      const answer = answerOf(first, question, heard);
      this.primary = first;
      return this.known(answer);
    });
  }

  /** Whoever was the primary comes first, whoever runs before whoever does not. */
  private candidates({ nodes }: Census): readonly NodeId[] {
    const databases = nodes.filter(({ spec }) => spec.kind === kind);
    if (databases.length === 0) throw new Refusal('there is no database here (no node of the tier db)');
    const rank = ({ spec, state }: Census['nodes'][number]): number =>
      state !== 'running' ? 2 : spec.id === this.primary ? 0 : 1;
    return databases.sort((a, b) => rank(a) - rank(b)).map(({ spec }) => spec.id);
  }

  private question(text: string, { fresh = 'newest', parameters = [] }: SqlOptions): Question {
    const statements = statementsOf(text);
    const [only] = statements;
    if (only === undefined)
      throw new Refusal('there is no SQL in that; for example: sql "SELECT * FROM users LIMIT 3"');
    if (statements.length > statementsMax) {
      throw new Refusal(`${statements.length} statements are too many for one transaction (at most ${statementsMax})`);
    }
    if (statements.length === 1 && onlyReads(only)) {
      const freshness: Freshness = fresh === 'session' ? { position: this.seen } : fresh;
      const how = freshness === 'newest' ? {} : { freshness };
      return { kind: 'sql.execute', statement: only, parameters: [...parameters], ...how };
    }
    if (fresh !== 'newest')
      throw new Refusal('how fresh data must be is a question of single reads; this is a transaction');
    const values = statements.length === 1 ? [...parameters] : [];
    return { kind: 'sql.transaction', statements: statements.map((statement) => ({ statement, parameters: values })) };
  }
}

/** Whom to ask next, in order; `undefined` if this is the answer. */
function nextOf(
  heard: Heard,
  others: readonly NodeId[],
  tried: readonly NodeId[],
  question: Question,
): readonly NodeId[] | undefined {
  if ('reason' in heard) {
    // A write that somebody may have got must not be given to another one as well.
    const mayBeDone = heard.why !== 'not-reached' && question.kind === 'sql.transaction';
    return mayBeDone || others.length === 0 ? undefined : others;
  }
  if (!sqlFailure.accepts(heard.answer)) return undefined;
  const { because, primary } = heard.answer;
  if (because !== 'not-primary' && because !== 'starting') return undefined;
  if (primary !== undefined && !tried.includes(primary)) return [primary, ...others.filter((id) => id !== primary)];
  return others.length === 0 ? undefined : others;
}

/** What came of a question. Throws a `Refusal` for what was not done. */
function answerOf(by: NodeId, question: Question, heard: Heard): SqlAnswer {
  if ('reason' in heard) {
    const mayBeDone = heard.why !== 'not-reached' && question.kind === 'sql.transaction';
    if (mayBeDone) return { outcome: 'unknown', by, reason: heard.reason };
    throw new Refusal(heard.reason);
  }
  const { answer } = heard;
  if (sqlResult.accepts(answer)) {
    const { kind: _kind, ...result } = answer;
    return { outcome: 'done', by, ...result };
  }
  if (sqlUnknown.accepts(answer)) return { outcome: 'unknown', by, reason: answer.reason };
  throw new Refusal(
    sqlFailure.accepts(answer) ? notDone(by, answer) : `${by} gave an unexpected answer: ${answer.kind}`,
  );
}

/** Why it was not done, for people: one line. */
function notDone(by: NodeId, { because, reason, primary }: SqlFailure): string {
  switch (because) {
    case 'syntax':
      return `${by} cannot run that: ${reason}`;
    case 'constraint':
      return `nothing was changed, a constraint forbids it: ${reason}`;
    case 'not-deterministic':
      return `not deterministic: ${reason}`;
    case 'not-primary': {
      const also = primary === undefined ? '' : `, or ask ${by} for what it has: --fresh any`;
      return `${reason}${also}`;
    }
    default:
      return `${by}: ${reason}`;
  }
}
