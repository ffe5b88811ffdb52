/**
 * A statement or a transaction: planned, brought to the shard that has all of it or to several, and answered like one
 * database would. What no shard has for certain done is said to be undone, and what one may have done is never repeated.
 */
import type { Manner } from '../../consensus/asking/inquiry';
import { sqlManner } from '../../consensus/asking/sql-manner';
import { isExpired } from '../../kernel/asks';
import type { Envelope } from '../../kernel/envelope';
import type { Freshness, SqlExecute, SqlFailure, SqlResult, SqlTransaction } from '../../protocols/sql';
import type { Owners } from '../../sharding/shard-map';
import type { NeedsIds, Whole } from '../../sharding/sql/context';
import type { Plan } from '../../sharding/sql/planner';
import { Attempts } from './attempts';
import type { RouterIn, RouterOut } from './conversation';
import { Delivery } from './delivery';
import type { Desk } from './desk';
import { Gather, type Gathered, type Missing, type Wanted } from './gather';
import type { SqlView } from './sql-view';
import { againAfter, type Ended, isNo, mayBeDone, silenceOf } from './verdicts';

/** A block of ids may be taken away by others meanwhile, but not for ever. */
const demandsMax = 10;

type Scatter = Extract<Plan, { readonly kind: 'scatter' }>;

export class SqlRequest extends Attempts {
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

  protected withoutMap(reason: string): SqlFailure {
    return failure('shard-missing', reason);
  }

  protected attempt(owners: Owners): void {
    const seen = this.view.by(owners);
    if (seen === undefined) {
      return this.view.learn(owners, (problem) => {
        if (problem !== undefined) this.reply(this.withoutMap(problem));
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

  // --- one shard -----------------------------------------------------------------------------------------------------

  private whole(owners: Owners, plan: Whole): void {
    const { desk, asked } = this;
    const { version } = owners.map;
    const { shard, places } = plan;
    for (const [at, { table, key }] of places.entries()) {
      const isKnown = at > 0 && places.findIndex((one) => one.table === table && one.key === key) < at;
      if (!isKnown) desk.heat.asked(desk.turn.nowMs, 'sql', table, key);
    }
    const question = questionOf(asked, plan, version);
    new Delivery(desk, shard, question, this.mannerOf(plan.writes), this.untilMs, (ended) => {
      const again = againAfter(ended.answer);
      if (again === 'no' || again === 'later') return this.conclude(ended, plan.writes);
      this.again(version, again, () => this.conclude(ended, plan.writes));
    }).begin();
  }

  private conclude(ended: Ended, writes: boolean): void {
    const { shard, copy, answer } = ended;
    if (writes && mayBeDone(ended)) {
      const reason = `${shard}: ${silenceOf(ended) ?? `${copy} broke off`}; it may have been done all the same`;
      return this.reply({ kind: 'sql.unknown', reason });
    }
    const silence = silenceOf(ended);
    if (silence !== undefined || 'nobody' in answer || isExpired(answer)) {
      return this.reply(failure('shard-missing', `${shard}: ${silence}`));
    }
    const { body } = answer;
    if (isNo(body)) return this.reply(body);
    if (body.kind !== 'sql.result') return this.reply({ kind: 'error', reason: `${copy} answered ${body.kind}` });
    const { rows } = body;
    this.desk.heat.answered(this.desk.turn.nowMs, 'sql', shard, rows.length);
    this.reply({ ...body, route: { shards: [shard], rowsMoved: rows.length } });
  }

  // --- several shards ------------------------------------------------------------------------------------------------

  private scatter(owners: Owners, plan: Scatter): void {
    const { version } = owners.map;
    const how = freshnessOf(this.asked);
    const wanted = plan.requests.flatMap(({ shards, statement, parameters }) => {
      const bare: SqlExecute = { kind: 'sql.execute', statement, parameters: [...parameters], map: version };
      const question: SqlExecute = how === 'newest' ? bare : { ...bare, freshness: how };
      return shards.map((shard) => ({ shard, question }));
    });
    new Gather(this.desk, this.mannerOf(false), this.untilMs, (gathered) => {
      if (gathered.what !== 'old-map') return this.together(plan, wanted, gathered);
      const { length } = plan.shards;
      const reason = `the map of the shards changed too often while ${length} of them were asked`;
      this.again(version, 'map', () => this.reply(failure('shard-missing', reason)));
    }).begin(wanted);
  }

  private together(plan: Scatter, wanted: readonly Wanted[], gathered: Exclude<Gathered, { what: 'old-map' }>): void {
    if (gathered.what === 'refused') {
      const { shard, failure: refusal } = gathered;
      return this.reply({ ...refusal, reason: `${shard}: ${refusal.reason}` });
    }
    const { answers, missing } = gathered;
    const isPartial = this.asked.kind === 'sql.execute' && this.asked.partial === true;
    if (missing.length > 0 && !isPartial) {
      return this.reply(failure('shard-missing', `${missingText(plan.shards.length, missing)}`));
    }
    const parts = this.partsOf(plan, wanted, answers);
    const merged = plan.merge(parts);
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

  /** By request what its shards answered, those that did. */
  private partsOf(plan: Scatter, wanted: readonly Wanted[], answers: readonly (RouterIn | undefined)[]): SqlResult[][] {
    const { heat, turn } = this.desk;
    let at = 0;
    return plan.requests.map(({ shards }) =>
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
    return sqlManner(writes, freshnessOf(this.asked));
  }
}

/** Places in a log are each shard's own: who asks for one gets the newest, which is no older. */
function freshnessOf(asked: SqlExecute | SqlTransaction): Freshness {
  const { freshness = 'newest' } = asked.kind === 'sql.execute' ? asked : {};
  return typeof freshness === 'object' && 'position' in freshness ? 'newest' : freshness;
}

function questionOf(asked: SqlExecute | SqlTransaction, { statements }: Whole, map: number): RouterOut {
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

function missingText(shards: number, missing: readonly Missing[]): string {
  const named = missing.map(({ shard, reason }) => `${shard} (${reason})`).join(', ');
  return `${shards - missing.length} of ${shards} shards answered; not ${named}`;
}

function failure(because: SqlFailure['because'], reason: string): SqlFailure {
  return { kind: 'sql.failure', because, reason };
}
