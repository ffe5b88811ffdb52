/**
 * Statements in, plans out: which shards are asked what, and how their answers become the one answer. Knows no messages and
 * keeps nothing but what it learned of texts that it saw before.
 */
import type { SqlValue } from '../../protocols/sql';
import { shardsOf } from './bound';
import type { Asked, Context, NeedsIds, Place, Sent, Whole } from './context';
import { Ids } from './ids';
import { parse } from './parse';
import { bindRead, prepareRead, type Read, type Scatter } from './reads';
import { NotTaken, type Refused } from './refusal';
import type { Schema } from './schema';
import { Scratch } from './scratch';
import { bindWrite, prepareWrite, unbound, type Write } from './writes';

export type Plan = Whole | Scatter | NeedsIds | Refused;

/** Texts whose analysis is kept. */
const preparedMax = 1_000;

/**
 * Plans statements against sharded tables.
 *
 *     const planner = new Planner(readSchema(statements, tables));
 *     const plan = planner.plan({ statement: 'SELECT * FROM users WHERE id = ?', parameters: [12] }, context);
 *     // { kind: 'whole', shard: 'shard-2', statements: [{ statement: 'SELECT …', parameters: [12] }], … }
 *
 * What it takes of SELECT: filters, projections, inner and left joins, COUNT, SUM, MIN, MAX, AVG (also of DISTINCT values),
 * GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET, DISTINCT, queries among expressions and sources. Everything else is refused
 * with its reason; the table in ARCHITECTURE.md says what and why.
 */
export class Planner {
  private readonly prepared = new Map<string, Read | Write | Refused>();

  private readonly scratch = new Scratch();

  constructor(private readonly schema: Schema) {}

  /** One statement by itself. */
  plan(asked: Asked, context: Context): Plan {
    const prepared = this.prepare(asked.statement);
    if (prepared.kind === 'refused') return prepared;
    try {
      const ids = new Ids(context);
      const parameters = ids.decide(asked.parameters);
      if (prepared.kind === 'read') return ids.needed() ?? bindRead(prepared, parameters, context, this.scratch);
      const { sent, places, shard = firstOf(context) } = this.write(prepared, parameters, ids, context);
      return ids.needed() ?? { kind: 'whole', shard, statements: [sent], places, writes: true };
    } catch (failure) {
      return refusalOf(failure);
    }
  }

  /** Statements that take effect together: one shard has to have all they touch. */
  transaction(all: readonly Asked[], context: Context): Whole | NeedsIds | Refused {
    try {
      const ids = new Ids(context);
      const done = all.map((asked) => this.step(asked, ids, context));
      const needed = ids.needed();
      if (needed !== undefined) return needed;
      const places = done.flatMap((one) => one.places);
      const shards = [...new Set(done.flatMap(({ shard }) => (shard === undefined ? [] : [shard])))];
      if (shards.length > 1) throw severalShards('a transaction', places, shards);
      const shard = shards[0] ?? firstOf(context);
      return {
        kind: 'whole',
        shard,
        statements: done.map(({ sent }) => sent),
        places,
        writes: done.some(({ writes }) => writes),
      };
    } catch (failure) {
      return refusalOf(failure);
    }
  }

  private step(asked: Asked, ids: Ids, context: Context): Step {
    const prepared = this.prepare(asked.statement);
    if (prepared.kind === 'refused') throw new NotTaken(prepared.because, prepared.reason);
    const parameters = ids.decide(asked.parameters);
    if (prepared.kind === 'write') return this.write(prepared, parameters, ids, context, true);
    const sent = { statement: asked.statement, parameters };
    // Ids that are not there yet lead nowhere; it will be planned again with some.
    if (ids.needed() !== undefined) return { sent, places: [], shard: undefined, writes: false };
    const plan = bindRead(prepared, parameters, context, this.scratch);
    if (plan.kind === 'scatter') {
      throw new NotTaken(
        'cross-shard',
        `a SELECT in a transaction that asks ${plan.shards.length} shards: name the key of what it reads, or ask before the transaction`,
      );
    }
    return { sent, places: plan.places, shard: plan.isAnywhere ? undefined : plan.shard, writes: false };
  }

  private write(write: Write, given: readonly SqlValue[], ids: Ids, context: Context, inTransaction = false): Step {
    const { places, parameters } = bindWrite(write, given, ids);
    const sent: Sent = { statement: write.statement, parameters };
    const [only, second] = context.shards;
    if (ids.needed() !== undefined) return { sent, places: [], shard: undefined, writes: true };
    if (places === undefined) {
      if (only !== undefined && second === undefined) return { sent, places: [], shard: only, writes: true };
      throw unbound(write);
    }
    const shards = shardsOf(places, context);
    if (shards.length > 1) throw severalShards(inTransaction ? 'a transaction' : 'a write', places, shards);
    return { sent, places, shard: shards[0], writes: true };
  }

  private prepare(text: string): Read | Write | Refused {
    const known = this.prepared.get(text);
    if (known !== undefined) return known;
    const prepared = this.analyse(text);
    const oldest = this.prepared.size >= preparedMax ? this.prepared.keys().next().value : undefined;
    if (oldest !== undefined) this.prepared.delete(oldest);
    this.prepared.set(text, prepared);
    return prepared;
  }

  private analyse(text: string): Read | Write | Refused {
    try {
      const parsed = parse(text);
      const { statement } = parsed;
      return statement.kind === 'select'
        ? prepareRead(parsed, statement.select, this.schema)
        : prepareWrite(parsed, statement, this.schema);
    } catch (failure) {
      return refusalOf(failure);
    }
  }
}

interface Step {
  readonly sent: Sent;
  readonly places: readonly Place[];
  /** Nothing where any shard would do. */
  readonly shard: string | undefined;
  readonly writes: boolean;
}

function firstOf({ shards }: Context): string {
  const [first] = shards;
  if (first === undefined) throw new NotTaken('not-distributable', 'there are no shards');
  return first;
}

function severalShards(what: string, places: readonly Place[], shards: readonly string[]): NotTaken {
  const named = [
    ...new Set(places.map(({ table, key, part }) => `${table} ${key}${part === undefined ? '' : `/${part}`}`)),
  ];
  const listed = named.length > 4 ? `${named.slice(0, 4).join(', ')} and ${named.length - 4} more` : named.join(', ');
  return new NotTaken(
    'cross-shard',
    `${what} over ${shards.length} shards (${listed}): do it shard by shard, one key at a time`,
  );
}

function refusalOf(failure: unknown): Refused {
  if (failure instanceof NotTaken) return failure.toRefused();
  throw failure;
}
