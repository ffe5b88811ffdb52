/**
 * One write to a row that lies in a cache: reads it there, or loads it from the primary, makes of it what it is to be, and
 * puts it back if nobody else has meanwhile. Where the server that has the key is dead, or takes no writes, the database
 * does it.
 */
import { backoffOf } from '../../../algorithms/backoff';
import { isExpired } from '../../../kernel/asks';
import type { KernelAnswer } from '../../../kernel/control';
import type { NodeId } from '../../../kernel/envelope';
import type { CacheFailure } from '../../../protocols/cache';
import { decoded, encoded } from '../../../protocols/cached-row';
import type { SqlResult } from '../../../protocols/sql';
import type { CachingStanding } from '../../../protocols/strategy';
import type { CachePut } from '../../../protocols/write-back';
import type { WebIn } from '../conversation';
import { problemOf, secondsOn } from './read';
import type { Heard, StrategyMeans, Writing } from './strategy';

type Noted = CachingStanding['ledgers'][number];

/** What a write is made from. */
interface Found {
  readonly result: SqlResult;
  /** By which number the cache knows it; absent where it came from the database. */
  readonly cas?: number;
  /** The name by which it went before the database had it. */
  readonly was?: string;
}

/** Whoever has to wait does so until so much of the time is left. */
const keptBack = 1 / 3;
/** So much of it the cache server gets for a write: it may have to ask a peer, or the database. */
const putShare = 0.9;
const pace = { backoffMs: 5, backoffMaxMs: 100 };

export class BehindWrite {
  private readonly sinceMs: number;
  private attempts = 0;

  constructor(
    private readonly means: StrategyMeans,
    private readonly writing: Writing,
    /** Called when a peer has noted the write. */
    private readonly noted: (by: Noted) => void,
  ) {
    this.sinceMs = means.turn.nowMs;
  }

  begin(): void {
    const { turn, servers, settings } = this.means;
    const { key } = this.writing.change;
    const home = servers.livingHomeOf(key);
    if (home === undefined) return this.writing.direct();
    const budgetMs = Math.min(settings().cacheMs, this.leftMs);
    turn.ask(home, { kind: 'cache.get', key, home: true }, budgetMs, (answer) => this.hear(home, answer));
  }

  private hear(home: NodeId, answer: Heard): void {
    const body = this.bodyOf(home, answer);
    switch (body?.kind) {
      case 'cache.value': {
        const result = decoded(body.value);
        if (result === undefined) return this.writing.direct();
        const { cas, was } = body;
        return this.change(home, was === undefined ? { result, cas } : { result, cas, was });
      }
      case 'cache.missing':
        return this.load(home);
      case 'cache.failure':
        return this.again('the cache server that has the row is being changed');
      default:
        return this.again(`${home} does not answer`);
    }
  }

  private load(home: NodeId): void {
    this.means.counts.queries++;
    this.writing.query((answer, database) => {
      if (isExpired(answer) || answer.body.kind !== 'sql.result') return this.writing.queried(answer, database);
      this.change(home, { result: answer.body });
    });
  }

  private change(home: NodeId, { result, cas, was }: Found): void {
    const { turn, settings } = this.means;
    const { change, direct, done } = this.writing;
    const { key, versionPlace } = change;
    const { node } = turn;
    const [row] = result.rows;
    // Rows behind a router belong to several logs; whether there is none is for the database to say.
    if (row === undefined || result.route !== undefined) return direct();
    const version = row[versionPlace];
    const changed = change.apply(row, was === undefined ? [String(version)] : [String(version), was]);
    if (changed === undefined) return done({ ...result, changes: 0 }, home);
    const id = `${node.self}#${node.incarnation}.${node.nextId()}`;
    const rows = [changed.row.map((value, place) => (place === versionPlace ? id : value))];
    const written: SqlResult = { ...result, rows, changes: 1 };
    const put: CachePut = {
      kind: 'cache.put',
      id,
      key,
      value: encoded(written),
      ...(cas === undefined ? {} : { cas }),
      ...(typeof version === 'number' ? { base: version } : {}),
      asOf: result.position,
      seconds: secondsOn({ server: home, isGutter: false }, settings()),
      flush: changed.flush.map(({ statement, parameters }) => ({ statement, parameters: [...parameters] })),
    };
    const budgetMs = this.leftMs * putShare;
    turn.ask(home, put, budgetMs, (answer) => this.ended(home, answer, written, budgetMs));
  }

  private ended(home: NodeId, answer: Heard, written: SqlResult, budgetMs: number): void {
    const body = this.bodyOf(home, answer);
    if (body?.kind === 'cache.written') {
      const { ledger } = body;
      if (ledger !== undefined && !isExpired(answer)) {
        this.noted({ server: home, life: answer.incarnation, ledger: ledger.server, book: ledger.book });
      }
      this.means.counts.writes++;
      return this.writing.done(written, home);
    }
    if (body?.kind === 'cache.failure') return this.refused(body, home);
    if (isExpired(answer)) {
      return this.writing.fail(504, `${home} did not answer within ${Math.round(budgetMs)} ms`, true);
    }
    if (answer.body.kind === 'refused' && answer.body.because === 'reset') {
      return this.writing.fail(502, answer.body.reason, true);
    }
    this.again(`${home} does not answer`);
  }

  private refused({ because, reason }: CacheFailure, home: NodeId): void {
    switch (because) {
      case 'changed':
      case 'older':
      case 'moving':
      case 'busy':
        return this.again(`${home}: ${reason}`);
      default:
        return this.writing.direct();
    }
  }

  /** What a server that lives has said; nothing of one that does not. */
  private bodyOf(home: NodeId, answer: Heard): WebIn | KernelAnswer | undefined {
    const { servers } = this.means;
    const body = isExpired(answer) ? undefined : answer.body;
    if (body === undefined || !body.kind.startsWith('cache.')) {
      servers.silent(home, body === undefined ? 'no answer' : problemOf(body));
      return undefined;
    }
    servers.answered(home);
    return body;
  }

  /** From the beginning, since the row is another one by now; as long as some time is kept back. */
  private again(why: string): void {
    const { turn } = this.means;
    const waitMs = backoffOf(++this.attempts, pace, turn.node.random.next());
    const budgetMs = this.writing.untilMs - this.sinceMs;
    if (this.leftMs - waitMs <= budgetMs * keptBack) return this.writing.fail(503, why, false);
    turn.after(waitMs, () => this.begin());
  }

  private get leftMs(): number {
    return this.writing.untilMs - this.means.turn.nowMs;
  }
}
