/**
 * SELECTs of the declared subset, drawn piece by piece: sources, conditions, what is selected, groups, order, limits. Each says
 * what there is to it, so that it can be counted which were ever answered by several shards.
 */
import fc from 'fast-check';
import type { SqlValue } from '../../src/protocols/sql';

export interface Shape {
  readonly statement: string;
  readonly parameters: readonly SqlValue[];
  /** Rows that are no different can alone change places. */
  readonly isTotal: boolean;
  /** The same without LIMIT and OFFSET, where these leave open which rows are meant. */
  readonly unlimited: { readonly statement: string; readonly parameters: readonly SqlValue[] } | undefined;
  readonly features: readonly string[];
}

interface Spec {
  readonly table: string;
  readonly key: string;
  readonly integers: readonly string[];
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly primaryKey: readonly string[];
}

interface Ref {
  readonly alias: string;
  readonly spec: Spec;
}

interface From {
  readonly text: string;
  readonly refs: readonly Ref[];
  readonly feature: string;
}

const users = spec('users', 'id', ['id', 'version'], [], ['first_name', 'city', 'state'], ['id']);
const phones = spec('phone_numbers', 'user_id', ['user_id', 'position'], [], ['number'], ['user_id', 'position']);
const posts = spec('posts', 'user_id', ['id', 'user_id', 'version'], [], ['body', 'posted_on'], ['id']);
const photos = spec('photos', 'user_id', ['id', 'user_id', 'post_id', 'bytes'], [], ['path'], ['id']);
const follows = spec('follows', 'followee_id', ['follower_id', 'followee_id'], [], [], ['follower_id', 'followee_id']);
const orders = spec('orders', 'user_id', ['id', 'user_id', 'amount_cents'], ['rating'], ['item', 'state'], ['id']);
const specs = [users, orders, posts, photos, phones, follows] as const;

function spec(
  table: string,
  key: string,
  integers: readonly string[],
  numbers: readonly string[],
  texts: readonly string[],
  primaryKey: readonly string[],
): Spec {
  return { table, key, integers, numbers: [...integers, ...numbers], texts, primaryKey };
}

/** Several, of one generator: two generators of this kind in an array would draw the same. */
export const someShapes: fc.Arbitrary<readonly Shape[]> = fc.gen().map((g) => {
  const pick = <T>(options: readonly T[]): T => {
    const place = g(evenly, options.length - 1);
    for (const [index, option] of options.entries()) if (index === place) return option;
    throw new RangeError('nothing to choose from');
  };
  const count = 1 + g(evenly, shapesMax - 1);
  return Array.from({ length: count }, () => new Drawing(pick).shape());
});

/** To make the databases takes longer than to ask them. */
const shapesMax = 12;

/** Small numbers no more often than others: each stands for a way to go on. */
function evenly(max: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat({ max }));
}

type Pick = <T>(options: readonly T[]) => T;

/** A statement in the making: what is drawn is drawn in the order of its parameters. */
class Drawing {
  private readonly features = new Set<string>();

  constructor(private readonly pick: Pick) {}

  shape(): Shape {
    const from = this.from();
    this.features.add(from.feature);
    const isAggregated = this.sometimes(2);
    return isAggregated ? this.aggregated(from) : this.plain(from);
  }

  private sometimes(one: number): boolean {
    return this.pick(Array.from({ length: one }, (_, index) => index === one - 1));
  }

  private from(): From {
    const ref = (alias: string, of: Spec): Ref => ({ alias, spec: of });
    const keyOf = ({ alias, spec: of }: Ref): string => `${alias}.${of.key}`;
    const kind = this.pick(['one table', 'one table', 'tied join', 'tied join', 'cross join', 'derived'] as const);
    if (kind === 'one table') {
      const only = ref('t', this.pick(specs));
      return { text: `${only.spec.table} AS t`, refs: [only], feature: 'one table' };
    }
    if (kind === 'tied join') {
      const isSpread = this.sometimes(5);
      const [a, b] = isSpread
        ? [ref('a', posts), ref('b', photos)]
        : [ref('a', this.pick(specs)), ref('b', this.pick(specs))];
      const third = this.sometimes(4) ? ref('c', this.pick(specs)) : undefined;
      const how = this.pick(['JOIN', 'LEFT JOIN', 'comma'] as const);
      const parts = isSpread ? ' AND b.post_id = a.id' : '';
      const more = how === 'LEFT JOIN' && this.sometimes(3) ? ` AND ${this.column(b, 'integers')} > 1` : '';
      const on = `${keyOf(b)} = ${keyOf(a)}${parts}`;
      const joined = how === 'comma' ? `, ${b.spec.table} b` : ` ${how} ${b.spec.table} b ON ${on}${more}`;
      const last = third === undefined ? '' : ` JOIN ${third.spec.table} c ON ${keyOf(third)} = ${keyOf(a)}`;
      const where = how === 'comma' && third === undefined ? ` WHERE ${on}` : '';
      if (how === 'comma' && third !== undefined) {
        return {
          text: `${a.spec.table} a, ${third.spec.table} c WHERE ${keyOf(a)} = ${keyOf(third)}`,
          refs: [a, third],
          feature: 'tied join',
        };
      }
      const feature = parts !== '' ? 'join on key and part' : how === 'LEFT JOIN' ? 'tied left join' : 'tied join';
      return {
        text: `${a.spec.table} a${joined}${last}${where}`,
        refs: third === undefined ? [a, b] : [a, b, third],
        feature,
      };
    }
    if (kind === 'derived') {
      const u = ref('u', users);
      const many = this.pick([posts, orders, follows]);
      const derived = `(SELECT ${many.key} AS k, count(*) AS n FROM ${many.table} GROUP BY ${many.key}) d`;
      return {
        text: `users u ${this.pick(['JOIN', 'LEFT JOIN'])} ${derived} ON d.k = u.id`,
        refs: [u],
        feature: 'query among sources',
      };
    }
    const [a, b, on] = this.pick([
      [ref('a', posts), ref('b', photos), 'b.post_id = a.id'],
      [ref('a', follows), ref('b', users), 'b.id = a.follower_id'],
      [ref('a', users), ref('b', users), 'b.city = a.city'],
      [ref('a', orders), ref('b', posts), 'b.id = a.id'],
      [ref('a', users), ref('b', follows), 'b.follower_id = a.id'],
      [ref('a', users), ref('b', users), 'b.version > a.version'],
    ] as const);
    const how = this.pick(['JOIN', 'LEFT JOIN']);
    const more = this.sometimes(3) ? ` AND ${this.column(b, 'integers')} < 6` : '';
    return {
      text: `${a.spec.table} a ${how} ${b.spec.table} b ON ${on}${more}`,
      refs: [a, b],
      feature: 'join across shards',
    };
  }

  private plain(from: From): Shape {
    const ending: Ending = { order: [], parameters: [] };
    const parameters: SqlValue[] = [];
    const isStar = this.sometimes(6) && from.feature !== 'query among sources';
    const isDistinct = !isStar && this.sometimes(4);
    const count = isStar ? 0 : 1 + this.pick([0, 1, 2]);
    const columns = Array.from({ length: count }, () => this.value(from.refs, parameters, true));
    const named = columns.map((column, index) => `${column}${this.sometimes(5) ? ` AS x${index}` : ''}`);
    const where = this.where(from, parameters);
    const total = isStar
      ? from.refs.flatMap(({ alias, spec: of }) => of.primaryKey.map((column) => `${alias}.${column}`))
      : columns.map((_, index) => `${index + 1}`);
    if (isDistinct) this.features.add('DISTINCT');
    if (isStar) this.features.add('all columns');
    const before: string[] = [];
    if (this.sometimes(3)) {
      const term = isDistinct ? '1' : this.value(from.refs, ending.parameters, false);
      before.push(isStar && isDistinct ? '' : term);
    }
    const selected = isStar
      ? this.pick(['*', from.refs.map(({ alias }) => `${alias}.*`).join(', ')])
      : named.join(', ');
    const statement = `SELECT ${isDistinct ? 'DISTINCT ' : ''}${selected} FROM ${where}`;
    return this.ended(statement, [...parameters, ...ending.parameters], before, total);
  }

  private aggregated(from: From): Shape {
    const parameters: SqlValue[] = [];
    const count = this.pick([1, 0, 1, 2]);
    const keyRefs = from.refs;
    const keys = Array.from({ length: count }, () => this.groupKey(keyRefs));
    const aggregates = Array.from({ length: 1 + this.pick([0, 1, 2]) }, () => this.aggregate(from.refs, parameters));
    const where = this.where(from, parameters);
    const names = keys.map((key, index) => (this.sometimes(3) ? `${key} AS k${index}` : key));
    const terms = keys.map((key, index) => {
      const name = names[index] ?? key;
      return this.pick([key, `${index + 1}`, name === key ? key : `k${index}`]);
    });
    const grouped = keys.length === 0 ? '' : ` GROUP BY ${terms.join(', ')}`;
    this.features.add(keys.length === 0 ? 'aggregates of everything' : 'GROUP BY');
    let having = '';
    if (keys.length > 0 && this.sometimes(3)) {
      this.features.add('HAVING');
      having = ` HAVING ${this.pick(['count(*) > 1', 'count(*) > ?', `${this.aggregate(from.refs, [])} IS NOT NULL`, `${keys[0]} IS NOT NULL`])}`;
      if (having.includes('?')) parameters.push(this.pick([1, 2]));
    }
    const isDistinct = this.sometimes(6);
    const statement = `SELECT ${isDistinct ? 'DISTINCT ' : ''}${[...names, ...aggregates].join(', ')} FROM ${where}${grouped}${having}`;
    const before =
      this.sometimes(4) && keys.length > 0 && !isDistinct ? [this.pick(['count(*)', aggregates[0] ?? '1'])] : [];
    const ordered = before.filter((term) => !term.includes('?'));
    return this.ended(
      statement,
      parameters,
      ordered,
      [...names, ...aggregates].map((_, index) => `${index + 1}`),
    );
  }

  /** ORDER BY and LIMIT, drawn last as they stand last. */
  private ended(
    statement: string,
    parameters: readonly SqlValue[],
    before: readonly string[],
    total: readonly string[],
  ): Shape {
    const isTotal = this.sometimes(2);
    const terms = [...before, ...(isTotal ? total : [])].map((term) => `${term}${this.direction()}`);
    const isCollated = isTotal && this.sometimes(5);
    const first = isCollated && total[0] !== undefined ? [`${total[0]} COLLATE NOCASE`] : [];
    const all = [...first, ...terms];
    const ordered = all.length === 0 ? statement : `${statement} ORDER BY ${all.join(', ')}`;
    if (all.length > 0) this.features.add('ORDER BY');
    const without = { statement: ordered, parameters };
    if (!this.sometimes(3)) return { ...without, isTotal, unlimited: undefined, features: [...this.features] };
    this.features.add('LIMIT');
    const limit = this.pick([2, 1, 0, 5, -1]);
    const offset = this.pick([undefined, undefined, 1, 3, -2]);
    const asText = this.sometimes(2);
    const text = ` LIMIT ${asText ? limit : '?'}${offset === undefined ? '' : ` OFFSET ${asText ? offset : '?'}`}`;
    const added = asText ? [] : [limit, ...(offset === undefined ? [] : [offset])];
    if (offset !== undefined) this.features.add('OFFSET');
    return {
      statement: `${ordered}${text}`,
      parameters: [...parameters, ...added],
      isTotal,
      unlimited: isTotal ? undefined : without,
      features: [...this.features],
    };
  }

  private direction(): string {
    return this.pick(['', '', ' DESC', ' NULLS LAST', ' DESC NULLS FIRST']);
  }

  private column(ref: Ref, of: 'integers' | 'numbers' | 'texts'): string {
    const columns = ref.spec[of];
    return `${ref.alias}.${columns.length === 0 ? ref.spec.key : this.pick(columns)}`;
  }

  private groupKey(refs: readonly Ref[]): string {
    const ref = this.pick(refs);
    const text = this.column(ref, 'texts');
    return this.pick([
      text,
      `${ref.alias}.${ref.spec.key}`,
      this.column(ref, 'integers'),
      `upper(${text})`,
      `${this.column(ref, 'integers')} % 2`,
      `coalesce(${text}, '-')`,
    ]);
  }

  private value(refs: readonly Ref[], parameters: SqlValue[], withQueries: boolean): string {
    const ref = this.pick(refs);
    const integer = this.column(ref, 'integers');
    const number = this.column(ref, 'numbers');
    const text = this.column(ref, 'texts');
    const kind = this.pick(['column', 'column', 'number', 'text', 'query'] as const);
    if (kind === 'column') return this.pick([integer, text, number]);
    if (kind === 'number') {
      const value = this.pick([
        `${integer} + 1`,
        `${integer} / 2`,
        `abs(${number})`,
        `-${integer} * 2`,
        `coalesce(${number}, 0)`,
        `CASE WHEN ${integer} > 2 THEN 'many' ELSE ${integer} END`,
        `${integer} + ?`,
        `typeof(${number})`,
      ]);
      if (value.includes('?')) parameters.push(this.pick([1, 2.5]));
      return value;
    }
    if (kind === 'text' || !withQueries) {
      return this.pick([
        `upper(${text})`,
        `${text} || '!'`,
        `substr(${text}, 1, 1)`,
        `length(${text})`,
        `${integer} || ''`,
      ]);
    }
    return this.query(refs);
  }

  private query(refs: readonly Ref[]): string {
    const ref = this.pick(refs);
    const key = `${ref.alias}.${ref.spec.key}`;
    const inner = this.pick([orders, posts, phones]);
    const kind = this.pick(['count', 'max', 'site', 'exists', 'untied'] as const);
    this.features.add(kind === 'untied' ? 'query that is not tied' : 'tied query');
    switch (kind) {
      case 'count':
        return `(SELECT count(*) FROM ${inner.table} s WHERE s.${inner.key} = ${key})`;
      case 'max':
        return `(SELECT max(s.amount_cents) FROM orders s WHERE ${key} = s.user_id AND s.state <> 'new')`;
      case 'site':
        return `(SELECT group_concat(number, ',') FROM (SELECT number FROM phone_numbers WHERE user_id = ${key} ORDER BY position))`;
      case 'exists':
        return `EXISTS (SELECT 1 FROM ${inner.table} s WHERE s.${inner.key} = ${key})`;
      case 'untied':
        return this.pick([`(SELECT max(s.id) FROM posts s)`, `${key} IN (SELECT s.follower_id FROM follows s)`]);
    }
  }

  private aggregate(refs: readonly Ref[], parameters: SqlValue[]): string {
    const ref = this.pick(refs);
    const number = this.column(ref, 'numbers');
    const integer = this.column(ref, 'integers');
    const text = this.column(ref, 'texts');
    const kind = this.pick([
      'COUNT',
      'SUM',
      'MIN',
      'MAX',
      'AVG',
      'COUNT DISTINCT',
      'SUM DISTINCT',
      'AVG DISTINCT',
      'mixed',
    ] as const);
    this.features.add(kind);
    switch (kind) {
      case 'COUNT':
        return this.pick(['count(*)', `count(${number})`, `count(${text})`]);
      case 'SUM':
        return this.pick([`sum(${number})`, `sum(${integer}) / 2`, `coalesce(sum(${integer}), 0)`]);
      case 'MIN':
        return this.pick([`min(${number})`, `min(${text})`, `min(${integer} + 1)`]);
      case 'MAX':
        return this.pick([`max(${number})`, `max(${text})`, `max(upper(${text}))`]);
      case 'AVG':
        return this.pick([`avg(${number})`, `avg(${integer}) * 2`]);
      case 'COUNT DISTINCT':
        return this.pick([`count(DISTINCT ${text})`, `count(DISTINCT ${number})`]);
      case 'SUM DISTINCT':
        return `sum(DISTINCT ${number})`;
      case 'AVG DISTINCT':
        return `avg(DISTINCT ${integer})`;
      case 'mixed': {
        const mixed = this.pick([
          `max(${integer}) - min(${integer})`,
          `typeof(sum(${number}))`,
          `count(*) || '/' || count(DISTINCT ${text})`,
          `sum(CASE WHEN ${integer} > ? THEN 1 ELSE 0 END)`,
        ]);
        if (mixed.includes('?')) parameters.push(2);
        return mixed;
      }
    }
  }

  /** The sources with a WHERE clause, or without. */
  private where({ text, refs, feature }: From, parameters: SqlValue[]): string {
    if (feature === 'join across shards' && text.includes('LEFT') && this.sometimes(3)) {
      this.features.add('who has no partner');
      return `${text} WHERE ${refs.at(-1)?.alias}.${this.pick(refs.at(-1)?.spec.primaryKey ?? [])} IS NULL`;
    }
    const count = this.pick([0, 1, 2]);
    const conditions = Array.from({ length: count }, () => this.condition(refs, parameters));
    if (conditions.length === 0) return text;
    this.features.add('WHERE');
    const by = this.pick([' AND ', ' AND ', ' OR ']);
    const all = `(${conditions.join(by)})`;
    return text.includes(' WHERE ') && !text.includes(') d ON') ? `${text} AND ${all}` : `${text} WHERE ${all}`;
  }

  private condition(refs: readonly Ref[], parameters: SqlValue[]): string {
    const ref = this.pick(refs);
    const key = `${ref.alias}.${ref.spec.key}`;
    const number = this.column(ref, 'numbers');
    const text = this.column(ref, 'texts');
    const kind = this.pick(['key list', 'number', 'text', 'null', 'query', 'key', 'list'] as const);
    const ask = (values: readonly SqlValue[]): string => {
      parameters.push(this.pick(values));
      return '?';
    };
    switch (kind) {
      case 'key':
        return `${key} ${this.pick(['=', '==', '>', '<='])} ${ask([2, 1, 5, '3', null])}`;
      case 'key list':
        this.features.add('list of keys');
        return `${key} IN (${ask([1, 2, '4'])}, ${ask([3, 5, 2.5])}${this.pick(['', ', 4, 6'])})`;
      case 'number':
        return this.pick([
          `${number} > ${this.pick([0, 1, 4])}`,
          `${number} BETWEEN 1 AND 5`,
          `NOT (${number} < 3)`,
          `${number} = '5'`,
        ]);
      case 'text':
        return `${text} ${this.pick(['=', '<>', '<', 'LIKE', 'GLOB', 'IS', '='])} ${ask(['a', 'A', '9', '%a', '', 10])}${this.pick(['', '', ' COLLATE NOCASE'])}`;
      case 'list':
        return `${text} IN ('a', 'B', ${ask(['9', null])})`;
      case 'null':
        return `${this.pick([number, text])} IS ${this.pick(['', 'NOT '])}NULL`;
      case 'query': {
        const query = this.query(refs);
        return /^(EXISTS| *\S+ IN)/.test(query) ? this.pick([query, `NOT (${query})`]) : `${query} IS NOT NULL`;
      }
    }
  }
}

interface Ending {
  readonly order: string[];
  readonly parameters: SqlValue[];
}
