/**
 * Claim: what several shards are asked, and made one of, is what one database with all rows says: the same rows, in the same
 * order where that is settled, by the same names; and where the one refuses, so do they.
 */
import fc from 'fast-check';
import type { SqlValue } from '../../src/protocols/sql';
import type { Merged, Part, Sent } from '../../src/sharding/sql/context';
import { Planner } from '../../src/sharding/sql/planner';
import type { Scatter } from '../../src/sharding/sql/reads';
import type { Refused } from '../../src/sharding/sql/refusal';
import { siteSchema } from '../../src/sharding/sql/testing-shards';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import type { Phenomena } from '../../src/testing/phenomena';
import { type Rows, Shards, someRows } from './rows';
import { type Shape, someShapes } from './shapes';

interface Case {
  readonly rows: Rows;
  readonly shapes: readonly Shape[];
}

interface Options extends Effort {
  readonly phenomena?: Phenomena;
}

/** What shards have to have answered somewhere, or the statements were too tame. */
export const answered: readonly string[] = [
  'partial',
  'gather',
  ...['one table', 'tied join', 'tied left join', 'join on key and part', 'join across shards', 'query among sources'],
  ...[
    'WHERE',
    'list of keys',
    'all columns',
    'DISTINCT',
    'ORDER BY',
    'LIMIT',
    'OFFSET',
    'tied query',
    'query that is not tied',
    'who has no partner',
  ],
  ...['GROUP BY', 'HAVING', 'aggregates of everything', 'COUNT', 'SUM', 'MIN', 'MAX', 'AVG', 'mixed'],
  ...['COUNT DISTINCT', 'SUM DISTINCT', 'AVG DISTINCT'],
].map((what) => `shards answered: ${what}`);

export const sameAsOne = (effort: Options): Claim<Case> => ({
  ...effort,
  name: 'shards answer as one database would',
  draw: fc.record({ rows: someRows, shapes: someShapes }),
  attempt: ({ rows, shapes }) => attempt(rows, shapes, effort.phenomena),
  show: ({ rows, shapes }) => ({ lines: [JSON.stringify(rows), ...shapes.map(lineOf)] }),
});

export function lineOf({ statement, parameters }: Pick<Shape, 'statement' | 'parameters'>): string {
  return parameters.length === 0 ? statement : `${statement}   -- ${JSON.stringify(parameters)}`;
}

/** Tries statements of which it is not said whether they are in the subset; tells how many were answered by several shards. */
export function demandSpelled(rows: Rows, statements: readonly Pick<Shape, 'statement' | 'parameters'>[]): number {
  const shards = new Shards(rows);
  try {
    const planner = new Planner(siteSchema);
    const seen = statements.map((one) => {
      if (planner.plan(one, shards.context).kind === 'refused') return undefined;
      return compare(
        planner,
        shards,
        { ...one, isTotal: / ORDER BY /.test(one.statement), unlimited: undefined, features: [] },
        false,
      );
    });
    return seen.filter((way) => way !== undefined).length;
  } finally {
    shards.close();
  }
}

function attempt(rows: Rows, shapes: readonly Shape[], phenomena: Phenomena | undefined): Finding {
  const shards = new Shards(rows);
  let scattered = 0;
  try {
    const planner = new Planner(siteSchema);
    for (const shape of shapes) {
      const seen = compare(planner, shards, shape, rows.isHuge);
      if (seen === undefined) continue;
      scattered++;
      for (const feature of [...shape.features, seen]) phenomena?.saw(`shards answered: ${feature}`);
    }
  } finally {
    shards.close();
  }
  return scattered === 0 ? 'nothing was asked of several shards' : undefined;
}

/** How several shards answered, if they did. */
function compare(planner: Planner, shards: Shards, shape: Shape, isHuge: boolean): string | undefined {
  const expected = shards.one(shape);
  const plan = planner.plan(shape, shards.context);
  if (plan.kind === 'needs-ids') throw new Violation('refused', `${lineOf(shape)}: it wants ids`);
  const got =
    plan.kind === 'whole'
      ? shards.of(plan.shard, plan.statements[0] ?? shape)
      : plan.kind === 'refused'
        ? plan
        : answerOf(plan, shards);
  const said = typeof got === 'string' ? got : 'kind' in got && got.kind === 'refused' ? got.reason : undefined;
  const where = `${lineOf(shape)}\n  ${plan.kind === 'scatter' ? plan.requests.map((request) => `${request.shards}: ${lineOf(request)}`).join('\n  ') : plan.kind}`;
  if (said !== undefined || typeof got === 'string' || !('rows' in got)) {
    // Sums beyond 64 bits depend on the order of the addends: there to refuse is enough.
    if (typeof expected === 'string' || isHuge) return undefined;
    throw new Violation('refused', `${where}\n  refused: ${said}; one database says ${JSON.stringify(expected.rows)}`);
  }
  if (typeof expected === 'string') {
    if (isHuge) return undefined;
    throw new Violation(
      'not refused',
      `${where}\n  one database refuses: ${expected}; shards say ${JSON.stringify(got.rows)}`,
    );
  }
  if (got.columns.length !== 0 || expected.columns.length === 0) {
    const [a, b] = [got.columns.join(), expected.columns.join()];
    if (a !== b) throw new Violation('columns', `${where}\n  columns ${a} instead of ${b}`);
  }
  demandSame(shape, got.rows, expected.rows, shards, where);
  return plan.kind === 'scatter' ? plan.way : undefined;
}

function answerOf(plan: Scatter, shards: Shards): Merged | Refused | string {
  const answers: Part[][] = [];
  for (const request of plan.requests) {
    const parts: Part[] = [];
    for (const shard of request.shards) {
      const part = shards.of(shard, overTheWire(request));
      if (typeof part === 'string') return part;
      parts.push(overTheWire(part));
    }
    answers.push(parts);
  }
  return plan.merge(answers);
}

function overTheWire<T extends Part | Sent>(what: T): T {
  return structuredClone(what);
}

type Answer = readonly (readonly SqlValue[])[];

function demandSame(shape: Shape, got: Answer, expected: Answer, shards: Shards, where: string): void {
  const [a, b] = [got, expected].map((rows) => rows.map((row) => JSON.stringify(row)));
  if (a === undefined || b === undefined) return;
  const text = `${where}\n  shards ${a.join(' ')}\n  one    ${b.join(' ')}`;
  if (shape.isTotal) {
    if (a.join() !== b.join())
      throw new Violation([...a].sort().join() === [...b].sort().join() ? 'order' : 'rows', text);
    return;
  }
  if (shape.unlimited === undefined) {
    if ([...a].sort().join() !== [...b].sort().join()) throw new Violation('rows', text);
    return;
  }
  if (a.length !== b.length) throw new Violation('rows', text);
  const all = shards.one(shape.unlimited);
  if (typeof all === 'string') return;
  const left = all.rows.map((row) => JSON.stringify(row));
  for (const row of a) {
    const place = left.indexOf(row);
    if (place < 0)
      throw new Violation('rows', `${text}\n  of    ${all.rows.map((one) => JSON.stringify(one)).join(' ')}`);
    left.splice(place, 1);
  }
}
