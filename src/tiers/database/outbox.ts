/**
 * Tells other shards what this one has in its outbox, for as long as this copy is the primary. What is told is deleted once
 * it is answered, so a crash in between tells it again: every line may be done twice. Lines that go to the same key are told
 * in their order, those that go to different keys side by side.
 */
import type { ReplicatedStore } from '../../consensus/copies/store';
import { isExpired } from '../../kernel/asks';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import type { SqlExecute, SqlResult, SqlTransaction, SqlValue } from '../../protocols/sql';
import { encodeEntry } from './log';
import { type Line, Lines } from './outbox-lines';
import { Refusal } from './refusal';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import type { Sharding } from './sharding';
import type { DatabaseState, Outcome } from './state';

type Copies = Pick<ReplicatedStore<Outcome | Refusal, ReturnType<Sharding['apply']>>, 'member' | 'propose'>;

/** How telling ended: done, never to be done, or to be tried again, and why. */
type Told =
  | { readonly end: 'done'; readonly result: SqlResult }
  | { readonly end: 'never' | 'later'; readonly reason: string };

/** Lines that are told at a time. */
const linesMax = 100;
/** Statements of one transaction. */
const statementsMax = 100;
/** What comes close together is told together. */
const lingerMs = 5;
/** Who has taken office finds what others left. */
const lookMs = 1_000;
/** So long a router has. What another primary, or another shard, has sent is not done any more after that. */
const answerMs = 1_000;
const retryMs = 100;
const retryMaxMs = 5_000;

export class Outbox {
  private readonly lines: Lines;
  private isTelling = false;
  private cancelLook: Cancel = () => undefined;
  private failures = 0;
  /** Which of the routers it tells. */
  private chosen: number;
  private entries = 0;
  private gauged = 0;
  private servingSinceMs: number | undefined;
  /** Told, and not deleted yet. */
  private readonly told = new Set<number>();
  /** Lines that could not be told to anybody, ever. */
  private dropped = 0;
  private lastTrouble = '';

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
    state: DatabaseState,
    private readonly copies: Copies,
  ) {
    this.chosen = turn.node.random.fork('outbox').int(1_000);
    this.lines = new Lines(state, () => turn.nowMs);
    if (live.now.sharding !== undefined) this.lookAfter(lookMs);
  }

  /** Something was applied, by whichever copy this is. */
  applied(byMove: boolean): void {
    if (!this.lines.note(byMove) || this.isTelling || this.failures > 0) return;
    if (this.copies.member.isServing) this.lookAfter(lingerMs);
  }

  /** For people. */
  get view(): object {
    const { rows, oldestMs } = this.lines.waiting;
    const trouble = this.failures === 0 ? {} : { trouble: this.lastTrouble };
    return { rows, oldestMs, ...(this.dropped === 0 ? {} : { dropped: this.dropped }), ...trouble };
  }

  private lookAfter(ms: number): void {
    this.cancelLook();
    this.cancelLook = this.turn.after(ms, () => this.look());
  }

  private look(): void {
    this.lookAfter(lookMs);
    const { nowMs } = this.turn;
    if (!this.copies.member.isServing) {
      this.servingSinceMs = undefined;
      this.told.clear();
      return;
    }
    this.servingSinceMs ??= nowMs;
    this.gauge();
    // The primary before may have letters on their way.
    const restsUntilMs = this.copies.member.raft?.progress.size === 0 ? 0 : this.servingSinceMs + answerMs;
    if (this.isTelling || this.live.now.routers === undefined || nowMs < restsUntilMs) return;
    const byTarget = this.lines.first(linesMax, answerMs);
    if (byTarget.length > 0) this.tellAll(byTarget);
  }

  /** Each target's lines for themselves; together they are over when the last is. */
  private tellAll(byTarget: readonly (readonly Line[])[]): void {
    this.isTelling = true;
    let open = byTarget.length;
    let trouble: string | undefined;
    for (const lines of byTarget) {
      this.tellInOrder(lines, (failure) => {
        trouble ??= failure;
        if (--open === 0) this.forget(trouble);
      });
    }
  }

  private tellInOrder(lines: readonly Line[], then: (trouble: string | undefined) => void): void {
    const left = lines.filter(({ seq }) => !this.told.has(seq));
    const [first] = left;
    if (first === undefined) return then(undefined);
    const until = left.findIndex(({ source }) => source !== undefined);
    const plain = left.slice(0, Math.min(until < 0 ? left.length : until, statementsMax));
    const some = plain.length === 0 ? [first] : plain;
    const ended = (told: Told): void => {
      if (told.end === 'later') return then(told.reason);
      if (told.end === 'never' && some.length > 1) return this.oneByOne(some, lines, then);
      if (told.end === 'never') this.drop(first, told.reason);
      for (const { seq } of some) this.told.add(seq);
      this.tellInOrder(lines, then);
    };
    if (first.source === undefined) this.transact(some, ended);
    else this.tellFound(first, first.source, ended);
  }

  /** One of several was refused for good, and took the others with it. */
  private oneByOne(
    [line, ...others]: readonly Line[],
    lines: readonly Line[],
    then: (trouble: string | undefined) => void,
  ): void {
    if (line === undefined) return this.tellInOrder(lines, then);
    this.transact([line], (told) => {
      if (told.end === 'later') return then(told.reason);
      if (told.end === 'never') this.drop(line, told.reason);
      this.told.add(line.seq);
      this.oneByOne(others, lines, then);
    });
  }

  /** Does a statement for each row that a query finds now. */
  private tellFound(line: Line, source: NonNullable<Line['source']>, then: (told: Told) => void): void {
    const { statement, parameters } = source;
    this.ask({ kind: 'sql.execute', statement, parameters: [...parameters] }, (told) => {
      if (told.end !== 'done') return then(told);
      this.tellRows(line, told.result.rows, then);
    });
  }

  private tellRows(line: Line, [row, ...others]: readonly SqlValue[][], then: (told: Told) => void): void {
    if (row === undefined) return then({ end: 'done', result: nothing });
    this.transact([{ ...line, parameters: [...line.parameters, ...row] }], (told) => {
      if (told.end === 'later') return then(told);
      this.tellRows(line, others, then);
    });
  }

  private transact(lines: readonly Line[], then: (told: Told) => void): void {
    const statements = lines.map(({ statement, parameters }) => ({ statement, parameters: [...parameters] }));
    this.ask({ kind: 'sql.transaction', statements }, then);
  }

  /** Any router will do; another one once this one has failed. */
  private ask(question: SqlExecute | SqlTransaction, then: (told: Told) => void): void {
    const { turn, chosen } = this;
    const pool = turn.node.members.now[this.live.now.routers ?? ''] ?? [];
    const router = pool[chosen % Math.max(1, pool.length)];
    if (router === undefined) return then({ end: 'later', reason: 'there is no router' });
    turn.ask(router, question, answerMs, (answer) => {
      const said = isExpired(answer) ? 'no answer' : answer.body;
      if (typeof said === 'object' && said.kind === 'sql.result') return then({ end: 'done', result: said });
      if (typeof said === 'object' && said.kind === 'sql.failure' && hopeless.has(said.because)) {
        return then({ end: 'never', reason: said.reason });
      }
      if (chosen === this.chosen) this.chosen++;
      const reason = typeof said === 'string' ? said : 'reason' in said ? said.reason : said.kind;
      then({ end: 'later', reason: `${router}: ${reason}` });
    });
  }

  private drop({ statement, parameters }: Line, reason: string): void {
    this.dropped++;
    const what = `${statement.split(' ').slice(0, 4).join(' ')} ... ${JSON.stringify(parameters)}`;
    this.turn.node.report.log('warn', `outbox: ${what} can never be done, and is left out: ${reason}`);
  }

  /** What was told is deleted, as one entry of the log; then the next. */
  private forget(trouble: string | undefined): void {
    const seqs = [...this.told];
    if (trouble !== undefined) this.lastTrouble = trouble;
    if (seqs.length === 0) return this.over(trouble);
    const { rowsMax } = this.live.now;
    const { self, incarnation } = this.turn.node;
    const commands = [{ statement: forgetLines, parameters: [JSON.stringify(seqs)] }];
    const id = `${self}/${incarnation}#outbox-${++this.entries}`;
    try {
      this.copies.propose(encodeEntry({ id, commands, rowsMax, recovers: undefined }), (ended) => {
        const isDone = ended.end === 'decided' && !(ended.outcome instanceof Refusal);
        // Where their keys are moving just now they go along, and are told once more from there.
        if (isDone) this.told.clear();
        this.over(isDone ? trouble : 'its lines are on their way to another shard');
      });
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      this.over(failure.message);
    }
  }

  private over(trouble: string | undefined): void {
    this.isTelling = false;
    this.failures = trouble === undefined ? 0 : this.failures + 1;
    this.gauge();
    if (this.failures > 0) this.lookAfter(Math.min(retryMaxMs, retryMs * 2 ** (this.failures - 1)));
    else if (this.lines.waiting.rows > 0) this.lookAfter(0);
  }

  private gauge(): void {
    const { rows, oldestMs } = this.lines.waiting;
    if (rows === 0 && this.gauged === 0) return;
    this.gauged = rows;
    this.turn.node.report.gauge('outbox.rows', rows);
    this.turn.node.report.gauge('outbox.oldestMs', oldestMs);
  }
}

const forgetLines = 'DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))';

/** A row that it would belong to is gone, or nobody can do such a thing: asking again changes nothing. */
const hopeless: ReadonlySet<string> = new Set([
  'constraint',
  'syntax',
  'not-allowed',
  'cross-shard',
  'not-distributable',
]);

const nothing: SqlResult = { kind: 'sql.result', columns: [], rows: [], changes: 0, lastId: 0, position: 0 };
