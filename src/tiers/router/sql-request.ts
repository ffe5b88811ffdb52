/**
 * A statement or a transaction: planned, brought to the shard that has all of it or to several, and answered like one
 * database would.
 */
import type { Manner } from '../../consensus/asking/inquiry';
import { storeManner } from '../../consensus/asking/store-manner';
import type { Envelope } from '../../kernel/envelope';
import type { Freshness, SqlExecute, SqlFailure, SqlResult, SqlTransaction, SqlUnknown } from '../../protocols/sql';
import type { Owners } from '../../sharding/shard-map';
import type { NeedsIds, Whole } from '../../sharding/sql/context';
import type { Plan } from '../../sharding/sql/planner';
import type { StoreRequest } from './conversation';
import type { Desk } from './desk';
import type { Wanted } from './gather';
import { type Parts, Routing, toAll } from './routing';
import type { SqlView } from './sql-view';

/** A block of ids may be taken away by others meanwhile, but not for ever. */
const demandsMax = 10;

type Scatter = Extract<Plan, { readonly kind: 'scatter' }>;

export class SqlRequest extends Routing {
  private demands = 0;

  constructor(
    desk: Desk,
    private readonly view: SqlView,
    mail: Envelope,
    private readonly asked: SqlExecute | SqlTransaction,
    untilMs: number,
    over: () => void,
  ) {
    super(desk, mail, 'sql', untilMs, over);
  }

  protected missing(reason: string): SqlFailure {
    return failure('shard-missing', reason);
  }

  protected unknown(reason: string): SqlUnknown {
    return { kind: 'sql.unknown', reason };
  }

  protected attempt(owners: Owners): void {
    const seen = this.view.by(owners);
    if (seen === undefined) {
      return this.view.learn(owners, (problem) => {
        if (problem !== undefined) this.reply(this.missing(problem));
        else this.attempt(owners);
      });
    }
    const { asked } = this;
    const { planner, around } = seen;
    const plan =
      asked.kind === 'sql.execute' ? planner.plan(asked, around) : planner.transaction(asked.statements, around);
    switch (plan.kind) {
      case 'refused':
        return this.reply(failure(plan.because, plan.reason));
      case 'needs-ids':
        return this.demandIds(owners, plan);
      case 'whole':
        return this.whole(owners, plan);
      case 'scatter':
        return this.scatter(owners, plan);
    }
  }

  private demandIds(owners: Owners, { tables }: NeedsIds): void {
    const [[table, count] = ['', 0]] = Object.entries(tables);
    const isTable = owners.map.tables.some((one) => one.table === table);
    if (!isTable) return this.reply(failure('syntax', `newId: no sharded table is called ${table}`));
    if (++this.demands > demandsMax) return this.reply(failure('limit', `others take all new ids of ${table}`));
    this.desk.ids.demand('sql', table, count, (problem) => {
      if (problem !== undefined) this.reply(failure('shard-missing', problem));
      else if (this.desk.turn.nowMs >= this.untilMs) this.reply(failure('limit', `no new id of ${table} in time`));
      else this.attempt(owners);
    });
  }

  private whole(owners: Owners, plan: Whole): void {
    const { desk, asked } = this;
    const { shard, places, writes } = plan;
    for (const [at, { table, key }] of places.entries()) {
      const isKnown = at > 0 && places.findIndex((one) => one.table === table && one.key === key) < at;
      if (!isKnown) desk.heat.asked(desk.turn.nowMs, 'sql', table, key);
    }
    const { version: map } = owners.map;
    const question = questionOf(asked, plan, map);
    this.one(owners, { shard, question }, this.mannerOf(writes), (body, _shard, copy) => {
      if (body.kind !== 'sql.result') return this.reply(this.missing(`${copy} answered ${body.kind}`));
      const { rows } = body;
      desk.heat.answered(desk.turn.nowMs, 'sql', shard, rows.length);
      this.reply(routed(body, { shards: [shard], rowsMoved: rows.length, map }));
    });
  }

  private scatter(owners: Owners, plan: Scatter): void {
    const { version } = owners.map;
    const { asked } = this;
    const how = freshnessOf(asked);
    const wanted = plan.requests.flatMap(({ shards, statement, parameters }) => {
      const bare: SqlExecute = { kind: 'sql.execute', statement, parameters: [...parameters], map: version };
      return toAll(shards, how === 'newest' ? bare : { ...bare, freshness: how });
    });
    const isPartial = asked.kind === 'sql.execute' && asked.partial === true;
    this.several(owners, wanted, this.mannerOf(false), isPartial, (parts) => this.together(plan, wanted, parts));
  }

  private together(plan: Scatter, wanted: readonly Wanted[], { answers, missing }: Parts): void {
    const merged = plan.merge(this.byRequest(plan, wanted, answers));
    if (merged.kind === 'refused') return this.reply(failure(merged.because, merged.reason));
    const { columns, rows, rowsMoved } = merged;
    const route = { shards: [...plan.shards], rowsMoved, ...(missing.length === 0 ? {} : { missing: [...missing] }) };
    this.reply({
      kind: 'sql.result',
      columns: [...columns],
      rows: rows.map((row) => [...row]),
      changes: 0,
      lastId: 0,
      position: 0,
      route,
    });
  }

  /** What the shards answered that did. */
  private byRequest({ requests }: Scatter, wanted: readonly Wanted[], answers: Parts['answers']): SqlResult[][] {
    const { heat, turn } = this.desk;
    let at = 0;
    return requests.map(({ shards }) =>
      shards.flatMap(() => {
        const place = at++;
        const answer = answers[place];
        if (answer?.kind !== 'sql.result') return [];
        heat.answered(turn.nowMs, 'sql', wanted[place]?.shard ?? '', answer.rows.length);
        return [answer];
      }),
    );
  }

  private mannerOf(writes: boolean): Manner {
    return storeManner(writes, freshnessOf(this.asked));
  }
}

/** Most answers by far are plain ones: copied name by name they make a request a third cheaper than spread into a new object. */
function routed(body: SqlResult, route: NonNullable<SqlResult['route']>): SqlResult {
  const { columns, rows, changes, lastId, position, term } = body;
  const isPlain = term !== undefined && body.writeId === undefined && body.recoveredBefore === undefined;
  if (!isPlain) return { ...body, route };
  return { kind: 'sql.result', columns, rows, changes, lastId, position, term, route };
}

/** Places in a log are each shard's own: who asks for one gets the newest, which is no older. */
function freshnessOf(asked: SqlExecute | SqlTransaction): Freshness {
  const { freshness = 'newest' } = asked.kind === 'sql.execute' ? asked : {};
  return typeof freshness === 'object' && 'position' in freshness ? 'newest' : freshness;
}

function questionOf(asked: SqlExecute | SqlTransaction, { statements }: Whole, map: number): StoreRequest {
  const [only] = statements;
  if (asked.kind === 'sql.execute' && only !== undefined) {
    const { statement, parameters } = only;
    const bare: SqlExecute = { kind: 'sql.execute', statement, parameters: [...parameters], map };
    const freshness = freshnessOf(asked);
    return freshness === 'newest' ? bare : { ...bare, freshness };
  }
  const all = statements.map(({ statement, parameters }) => ({ statement, parameters: [...parameters] }));
  const { recovers } = asked.kind === 'sql.transaction' ? asked : {};
  return { kind: 'sql.transaction', statements: all, map, ...(recovers === undefined ? {} : { recovers }) };
}

function failure(because: SqlFailure['because'], reason: string): SqlFailure {
  return { kind: 'sql.failure', because, reason };
}
