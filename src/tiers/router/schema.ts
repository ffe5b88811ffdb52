/**
 * What the router knows of SQL: the tables, as a shard tells them. All have the same, from their founding on and for ever,
 * so any copy of any shard may be asked, once.
 */
import { storeManner } from '../../consensus/asking/store-manner';
import type { ShardMap } from '../../protocols/shard-map';
import type { SqlExecute, SqlResult } from '../../protocols/sql';
import { Planner } from '../../sharding/sql/planner';
import { readSchema } from '../../sharding/sql/schema';
import { Delivery } from './delivery';
import type { Desk } from './desk';
import { type Ended, outcomeOf } from './verdicts';

const question: SqlExecute = {
  kind: 'sql.execute',
  statement: "SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL",
  parameters: [],
  freshness: 'any',
};

/** @param problem why nothing is known, if nothing is. */
type Learned = (problem: string | undefined) => void;

export class SqlSchema {
  private texts: readonly string[] | undefined;
  private waiting: Learned[] = [];
  private isAsking = false;

  constructor(private readonly desk: Desk) {}

  /** Plans statements for the tables that a map places; nothing until they are known. Throws an `Error` where they differ. */
  plannerFor({ tables }: ShardMap): Planner | undefined {
    return this.texts === undefined ? undefined : new Planner(readSchema(this.texts, tables));
  }

  /** Asks some shard, for everybody who waits. */
  learn(shards: readonly string[], then: Learned): void {
    this.waiting.push(then);
    if (this.isAsking) return;
    this.isAsking = true;
    this.ask(shards, 'there are no shards');
  }

  private ask([shard, ...others]: readonly string[], problem: string): void {
    if (shard === undefined) return this.end(problem);
    const { desk } = this;
    const untilMs = desk.turn.nowMs + desk.live.now.mapMs;
    const manner = storeManner(false, 'any');
    new Delivery(desk, shard, question, manner, untilMs, (ended) => {
      const { answer } = ended;
      const body = 'body' in answer ? answer.body : undefined;
      if (body?.kind !== 'sql.result') return this.ask(others, `${shard} tells no tables: ${whyNot(ended)}`);
      this.texts = textsOf(body);
      this.end(undefined);
    }).begin();
  }

  private end(problem: string | undefined): void {
    const { waiting } = this;
    this.waiting = [];
    this.isAsking = false;
    for (const each of waiting) each(problem);
  }
}

function textsOf({ rows }: SqlResult): string[] {
  return rows.flatMap(([text]) => (typeof text === 'string' ? [text] : []));
}

function whyNot(ended: Ended): string {
  const outcome = outcomeOf(ended);
  if (outcome.what === 'answer') return `it answered ${outcome.body.kind}`;
  return outcome.what === 'no' ? outcome.failure.reason : outcome.reason;
}
