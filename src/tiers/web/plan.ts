/**
 * What a web server does with a request, as data: a response, or one thing to do first and the plan that follows from how
 * it went. Routes make plans; who sends what to whom is not their business.
 */
import type { Job } from '../../kernel/tier';
import type { CacheRequest } from '../../protocols/cache';
import type { Freshness } from '../../protocols/freshness';
import type { HttpResponse } from '../../protocols/http';
import type { KvDelete, KvDone, KvFailure, KvGet, KvItem, KvPut } from '../../protocols/kv';
import type { SqlExecute, SqlFailure, SqlResult, SqlTransaction, SqlValue } from '../../protocols/sql';
import type { FlushStatement } from '../../protocols/write-back';
import type { CacheAnswer } from './conversation';

export type Plan = HttpResponse | AskDatabase | AskCache | AskKv | Work;

/** A question for the database. */
export interface AskDatabase {
  readonly kind: 'ask';
  readonly question: SqlExecute | SqlTransaction;
  /** How fresh what is read must be, whatever the request says. */
  readonly freshness?: Freshness;
  /** Under which key a cache may have the row that this reads. */
  readonly cached?: string;
  /** Under which keys rows may be cached that this changes; without a result, all that it may have changed. */
  changes?(result?: SqlResult): readonly string[];
  /** What it answers is what a read of the one row that it changes would then say. */
  readonly showsRow?: boolean;
  /** The same change, to a row that lies in a cache. */
  readonly behind?: RowChange;
  /** @param via the database and who asked it. */
  respond(result: SqlResult, via: string): Plan;
  /** What a refusal of the database means, where it is the client's doing. */
  orElse?(failure: SqlFailure, via: string): Plan | undefined;
}

/** What a write makes of one row, whoever holds it. */
export interface RowChange {
  /** Under which key a cache may have the row, and how it is read from the database. */
  readonly key: string;
  readonly read: SqlExecute;
  /** Where in the row its version stands. */
  readonly versionPlace: number;
  /**
   * The row as it is then, and what makes the one in the database like it; undefined if it is not to be changed.
   *
   * @param tags all by which clients may know the row as it is.
   */
  apply(row: readonly SqlValue[], tags: readonly string[]): RowChanged | undefined;
}

export interface RowChanged {
  readonly row: readonly SqlValue[];
  readonly flush: readonly FlushStatement[];
}

/** A question for the cache server that has a key, about a session. */
export interface AskCache {
  readonly kind: 'ask-cache';
  readonly request: CacheRequest & { readonly key: string };
  respond(answer: CacheAnswer, refuse: (status: number, reason: string) => Plan): Plan;
}

/** A question for the key-value store, about a session. */
export interface AskKv {
  readonly kind: 'ask-kv';
  readonly request: KvGet | KvPut | KvDelete;
  respond(answer: KvItem | KvDone): Plan;
  orElse?(failure: KvFailure): Plan;
}

/** A slow computation. */
export interface Work {
  readonly kind: 'work';
  readonly job: Job;
  respond(result: unknown): Plan;
}
