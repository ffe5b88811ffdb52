/**
 * Aggregates over groups that have rows on several shards: each shard aggregates its part of a group, and the parts are
 * aggregated once more: counts and sums are added, AVG is the sum of the sums by the sum of the counts. What is counted or
 * summed DISTINCT comes as it is, once per shard.
 */
import type { SqlValue } from '../../protocols/sql';
import type { Distribution } from './distribution';
import { isAggregate, isMergeable } from './functions';
import { hasInnerCollation, limiting } from './partial';
import type { Reading } from './reading';
import { aliasEdits, canonical, termOf } from './settled';
import { cut, type Edit, joined, quoted, sql, type Text, toSent } from './text';
import { type Call, type Expression, partsOf } from './tree';

/** One thing that each shard says of each of its groups. */
interface Piece {
  readonly text: Text;
  /** Of the column in which it is put together with those of other shards. */
  readonly type: string;
  readonly isKey: boolean;
}

/** Nothing where it cannot be answered this way. */
export function groups(reading: Reading): Distribution | undefined {
  if (hasInnerCollation(reading)) return undefined;
  const merging = new Merging(reading);
  const { select } = reading;
  const keys = select.groupBy.map((term) => merging.key(termOf(term, select, reading.names)));
  const columns = select.columns.flatMap((column) => {
    if (column.kind === 'star') return [];
    return [sql`${merging.over(column.expression)} AS ${quoted(column.alias ?? nameOf(reading, column.expression))}`];
  });
  const having = select.having === undefined ? '' : sql` HAVING ${merging.over(select.having)}`;
  const terms = select.orderBy.map(({ expression, direction }) => sql`${merging.over(expression)}${direction}`);
  if (!merging.isPossible) return undefined;
  const { pieces } = merging;
  const grouped = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  const ordered = terms.length === 0 ? '' : sql` ORDER BY ${joined(terms, ', ')}`;
  // Tables of one name have the same columns.
  const table = `parts_${pieces.map(({ type }) => type.slice(0, 1)).join('_')}_of_${pieces.length}`;
  const final = sql`SELECT ${select.isDistinct ? 'DISTINCT ' : ''}${joined(columns, ', ')} FROM ${table}${grouped}${having}${ordered}${limiting(reading)}`;
  return {
    way: 'partial',
    questions: [{ label: 'groups', text: asked(reading, pieces), of: undefined }],
    merge: ([parts = []], { parameters, scratch }) => {
      const filling = {
        create: `CREATE TABLE ${table} (${pieces.map(({ type }, index) => `c${index} ${type}`).join(', ')})`,
        insert: `INSERT INTO ${table} VALUES (${pieces.map(() => '?').join(', ')})`,
        rows: parts.flatMap((part) =>
          part.rows.map((row) => pieces.map((_, index) => exactly(row[2 * index], row[2 * index + 1]))),
        ),
      };
      return scratch.answer([filling], toSent(final, parameters, -1));
    },
  };
}

/** What a message made of a value, and the digits of it if it was an integer. */
function exactly(value: SqlValue | undefined, digits: SqlValue | undefined): SqlValue | bigint {
  return typeof digits === 'string' ? BigInt(digits) : (value ?? null);
}

/** Integers come as text too: as numbers they would be taken for reals, and from 2^53 on for other ones. */
function asked({ select, parsed, ...rest }: Reading, pieces: readonly Piece[]): Text {
  const columns = pieces.map(
    ({ text }) => sql`${text}, CASE typeof(${text}) WHEN 'integer' THEN CAST(${text} AS TEXT) END`,
  );
  const keys = pieces.flatMap(({ isKey }, index) => (isKey ? [`${2 * index + 1}`] : []));
  const grouped = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  const body = cut(parsed, select.body, aliasEdits({ select, parsed, ...rest }));
  return sql`SELECT ${joined(columns, ', ')} ${body}${grouped}`;
}

/** What SQLite calls a result column. */
function nameOf({ names, parsed }: Reading, expression: Expression): string {
  const target = names.targets.get(expression);
  return target?.ref.columns.get(target.column)?.name ?? parsed.text.slice(expression.from, expression.to);
}

/** Rewrites what is asked of groups to what is asked of parts of groups, and notes what these have to say. */
export class Merging {
  readonly pieces: Piece[] = [];
  isPossible = true;
  private readonly known = new Map<string, string>();
  private readonly edits: readonly Edit[];

  constructor(private readonly reading: Reading) {
    this.edits = aliasEdits(reading);
  }

  /** The column with a value by which groups are told apart. */
  key(expression: Expression): string {
    const known = this.known.get(this.canonical(expression));
    if (known !== undefined) return known;
    const type = this.typeOf(expression);
    const column = this.piece(cut(this.reading.parsed, expression, this.edits), type, true);
    this.known.set(this.canonical(expression), column);
    return column;
  }

  over(expression: Expression): Text {
    const { parsed, names } = this.reading;
    const place = names.aliases.get(expression);
    if (place !== undefined) return expression.kind === 'literal' ? [`${place + 1}`] : this.alias(expression, place);
    const known = this.known.get(this.canonical(expression));
    if (known !== undefined) return [known];
    if (expression.kind === 'call' && isAggregate(expression)) return this.aggregate(expression);
    // Not grouped by, but the same in all rows of a group: else it would have been refused before.
    if (names.targets.has(expression)) return [this.key(expression)];
    if (expression.kind === 'query') this.isPossible = false;
    const edits = partsOf(expression).map((part) => ({
      from: part.from,
      to: part.to,
      text: sql`(${this.over(part)})`,
    }));
    return cut(parsed, expression, isLeaf(expression) ? [] : edits);
  }

  /** In ORDER BY a name alone counts result columns; in HAVING, or within an expression, it stands for what is selected. */
  private alias(expression: Expression, place: number): Text {
    const { select } = this.reading;
    const isTerm = select.orderBy.some(
      ({ expression: term }) => term === expression || (term.kind === 'collate' && term.of === expression),
    );
    if (isTerm) return [`${place + 1}`];
    const column = select.columns[place];
    return column?.kind === 'expression' ? sql`(${this.over(column.expression)})` : [];
  }

  private aggregate(call: Call): Text {
    const { name, isDistinct, isStar } = call;
    const [what] = call.parts;
    if (!isMergeable(call) || (what === undefined && name !== 'count')) {
      this.isPossible = false;
      return [];
    }
    if (isStar || what === undefined) return [this.count('*')];
    if (name === 'min' || name === 'max') return [this.extreme(name, this.inside(what))];
    if (isDistinct) return [this.distinct(name, what)];
    if (name === 'count') return [this.count(this.inside(what))];
    return [name === 'sum' ? this.sum(this.inside(what)) : this.average(this.inside(what))];
  }

  count(what: Text | string): string {
    return `coalesce(sum(${this.piece(sql`count(${what})`)}), 0)`;
  }

  sum(what: Text): string {
    return `sum(${this.piece(sql`sum(${what})`)})`;
  }

  average(what: Text): string {
    return `(CAST(${this.sum(what)} AS REAL) / ${this.count(what)})`;
  }

  /** A shard without such rows says NULL, which counts for nothing. */
  extreme(name: string, what: Text): string {
    return `${name}(${this.piece(sql`${name}(${what})`)})`;
  }

  /** Each shard says what there is, once: the same on two shards is counted when they are put together. */
  distinct(name: string, what: Expression): string {
    return `${name}(DISTINCT ${this.key(what)})`;
  }

  inside(expression: Expression): Text {
    return cut(this.reading.parsed, expression, this.edits);
  }

  piece(text: Text, type = '', isKey = false): string {
    this.pieces.push({ text, type, isKey });
    return `c${this.pieces.length - 1}`;
  }

  private canonical(expression: Expression): string {
    return canonical(expression, this.reading.parsed, this.reading.names);
  }

  /** Comparisons convert what they are given by the type of a column: a key of a group has to keep it. */
  private typeOf(expression: Expression): string {
    const target = this.reading.names.targets.get(expression);
    if (target !== undefined) return target.ref.columns.get(target.column)?.affinity ?? '';
    if (expression.kind === 'query' || (expression.kind === 'other' && expression.word.startsWith('Cast')))
      this.isPossible = false;
    return '';
  }
}

function isLeaf({ kind }: Expression): boolean {
  return kind === 'literal' || kind === 'parameter' || kind === 'column';
}
