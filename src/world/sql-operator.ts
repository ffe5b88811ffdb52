/**
 * What is said to the databases by hand: SQL, to one copy or to whoever is the primary.
 */
import type { Body, NodeId } from '../kernel/envelope';
import type { Census, NodeStatus } from '../kernel/runtime';
import { poolOf } from '../kernel/topology';
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
import { CacheOperator } from './cache-operator';
import type { Heard, Mode, Now } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';
import { databaseKind, groupsIn, routerKind } from './replicas';
import { onlyReads, statementsOf } from './sql-text';

/** How SQL is asked. */
export interface SqlOptions {
  /**
   * Which database is asked, primary or not; by default a router, where there are some, or else whoever is the primary.
   * Where there are several groups of copies, the name of one stands for its primary.
   */
  readonly at?: NodeId;
  /** How fresh a read must be, by default `newest`; `session`: with all that was read or written here before. */
  readonly fresh?: 'newest' | 'any' | 'session' | { readonly withinMs: number };
  /** What the `?` of a single statement stand for. */
  readonly parameters?: readonly SqlValue[];
  /** For a router: where some shards do not answer, what the others have will do; the answer names who is missing. */
  readonly partial?: boolean;
  readonly timeout?: Duration;
}

/** It was done, or it may be: then a write can take effect later, or be lost. What was not done is a `Refusal`. */
export type SqlAnswer =
  | ({ readonly outcome: 'done'; readonly by: NodeId } & Omit<SqlResult, 'kind'>)
  | { readonly outcome: 'unknown'; readonly by: NodeId; readonly reason: string };

export const sqlBudgetMs = 5_000;
const statementsMax = 100;
type Question = SqlExecute | SqlTransaction;

/** Ask somebody else, and whom, if that is known. */
export interface Referral {
  readonly to?: NodeId;
}

/** What is asked until somebody does not refer to another one. */
interface Following {
  readonly body: Body;
  readonly budgetMs: number;
  readonly referral: (heard: Heard) => Referral | undefined;
}

interface Found {
  readonly by: NodeId;
  readonly heard: Heard;
}

export abstract class SqlOperator<M extends Mode> extends CacheOperator<M> {
  /** How new the data is that was seen from here, as a position in the log of each group. */
  private readonly seen = new Map<string, number>();

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
    return this.say(question, budgetMs, options.at);
  }

  /** Says a question of one's own to a router or the primary, or to one copy. */
  protected say(question: Question, budgetMs: number, at?: NodeId): Now<M, SqlAnswer> {
    const following = { body: question, budgetMs, referral: (heard: Heard) => referralOf(heard, question) };
    const isRouted = at === undefined && this.hasRouters;
    const found = isRouted ? this.toRouter(following) : this.toPrimary(following, at);
    return this.chain(found, ({ by, heard }) => this.known(answerOf(by, question, heard)));
  }

  /** Several shards stand behind routers, and are asked through them. */
  protected get hasRouters(): boolean {
    return this.topology.nodes.some(({ kind }) => kind === routerKind);
  }

  /** Asks the routers one after the other until one is there. */
  protected toRouter(following: Following): Now<M, Found> {
    return this.chain(this.census(), ({ nodes }) => {
      return this.follow(following, inTurn(nodes.filter(({ spec }) => spec.kind === routerKind)));
    });
  }

  protected override note(answer: Body, from: NodeId): void {
    if (!sqlResult.accepts(answer)) return;
    const pool = this.poolOf(from);
    this.seen.set(pool, Math.max(this.seen.get(pool) ?? 0, answer.position));
  }

  private poolOf(node: NodeId): string {
    const spec = this.topology.nodes.find(({ id }) => id === node);
    return spec === undefined ? node : poolOf(spec);
  }

  /** Asks one after the other until nobody refers to somebody else, or nobody is left. */
  protected follow(of: Following, left: readonly NodeId[], tried: readonly NodeId[] = []): Now<M, Found> {
    const [by = '', ...others] = left;
    return this.chain(this.inquire(by, of.body, of.budgetMs), (heard) => {
      const referral = of.referral(heard);
      if (referral === undefined) return this.known({ by, heard });
      const { to } = referral;
      const isNew = to !== undefined && to !== by && !tried.includes(to);
      const next = isNew ? [to, ...others.filter((id) => id !== to)] : others;
      return next.length === 0 ? this.known({ by, heard }) : this.follow(of, next, [...tried, by]);
    });
  }

  /** All of a pool, in the order in which they are to be asked. */
  protected ofPool({ nodes }: Census, pool: string, preferred?: NodeId): readonly NodeId[] {
    return inTurn(
      nodes.filter(({ spec }) => poolOf(spec) === pool),
      preferred,
    );
  }

  /** Asks the primary of the one group of databases that there is; what it says, or that it does not, is an answer. */
  protected askPrimary(question: SqlExecute, budgetMs: number): Now<M, Found> {
    const following = { body: question, budgetMs, referral: (heard: Heard) => referralOf(heard, question) };
    return this.toPrimary(following, undefined);
  }

  /** Asks the copies of a group until the primary is found, first of all the one that seems to be. */
  protected toPrimary(
    following: Following,
    at: NodeId | undefined,
    kinds: readonly string[] = [databaseKind],
  ): Now<M, Found> {
    const isGroup = at === undefined || groupsIn(this.topology, kinds).includes(at);
    if (!isGroup) return this.follow({ ...following, referral: () => undefined }, [at]);
    const pool = this.groupMeant(kinds, at);
    return this.chain(this.census(), (census) =>
      this.chain(this.replicas(pool), ({ primary }) => this.follow(following, this.ofPool(census, pool, primary))),
    );
  }

  /** How far it has been seen by whoever is asked. */
  private seenAt(at: NodeId | undefined): number {
    const [only = ''] = groupsIn(this.topology, [databaseKind]);
    const pool = at === undefined ? only : this.poolOf(at);
    return this.seen.get(pool) ?? 0;
  }

  private question(text: string, { at, fresh = 'newest', parameters = [], partial = false }: SqlOptions): Question {
    const statements = statementsOf(text);
    const [only] = statements;
    if (only === undefined)
      throw new Refusal('there is no SQL in that; for example: sql "SELECT * FROM users LIMIT 3"');
    if (statements.length > statementsMax) {
      throw new Refusal(`${statements.length} statements are too many for one transaction (at most ${statementsMax})`);
    }
    if (statements.length === 1 && onlyReads(only)) {
      const freshness: Freshness = fresh === 'session' ? { position: this.seenAt(at) } : fresh;
      const how = { ...(freshness === 'newest' ? {} : { freshness }), ...(partial ? { partial } : {}) };
      return { kind: 'sql.execute', statement: only, parameters: [...parameters], ...how };
    }
    if (fresh !== 'newest')
      throw new Refusal('how fresh data must be is a question of single reads; this is a transaction');
    if (partial) throw new Refusal('a part of the shards will do for single reads alone; this is a transaction');
    const values = statements.length === 1 ? [...parameters] : [];
    return { kind: 'sql.transaction', statements: statements.map((statement) => ({ statement, parameters: values })) };
  }
}

/** Whoever is preferred comes first, whoever runs before whoever does not. */
export function inTurn(nodes: readonly NodeStatus[], preferred?: NodeId): readonly NodeId[] {
  const rank = ({ spec, state }: NodeStatus): number => (state !== 'running' ? 2 : spec.id === preferred ? 0 : 1);
  return [...nodes].sort((a, b) => rank(a) - rank(b)).map(({ spec }) => spec.id);
}

/** Whether somebody else is to be asked. */
function referralOf(heard: Heard, question: Question): Referral | undefined {
  // A write that somebody may have got must not be given to another one as well.
  if ('reason' in heard) return heard.why === 'not-reached' || question.kind === 'sql.execute' ? {} : undefined;
  if (!sqlFailure.accepts(heard.answer)) return undefined;
  const { because, primary } = heard.answer;
  if (because !== 'not-primary' && because !== 'starting') return undefined;
  return primary === undefined ? {} : { to: primary };
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
