/**
 * What a web server does with a request, as data: a response, or one thing to do first and the plan that follows from how
 * it went. Routes make plans; who sends what to whom is not their business.
 */
import type { Freshness } from '../../protocols/freshness';
import type { HttpResponse } from '../../protocols/http';
import type { SqlExecute, SqlFailure, SqlResult, SqlTransaction } from '../../protocols/sql';

export type Plan = HttpResponse | AskDatabase;

/** A question for the database. */
export interface AskDatabase {
  readonly kind: 'ask';
  readonly question: SqlExecute | SqlTransaction;
  /** How fresh what is read must be, whatever the request says. */
  readonly freshness?: Freshness;
  /** @param via the database and who asked it. */
  respond(result: SqlResult, via: string): Plan;
  /** What a refusal of the database means, where it is the client's doing. */
  orElse?(failure: SqlFailure, via: string): Plan | undefined;
}

/** What a server lets its routes know. */
export interface Desk {
  /** Who answers, for `via`. */
  readonly self: string;
  /** What it believes the time of day is, in milliseconds since 1970. */
  wallNowMs(): number;
  readonly settings: RouteSettings;
}

export interface RouteSettings {
  readonly feed: 'join' | 'table';
}
