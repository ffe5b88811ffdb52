/** Routers that put answers of shards together as one would at first, or ask the wrong ones. */
import { pruning } from '../../src/sharding/sql/gather';
import { Merging } from '../../src/sharding/sql/groups';
import type { Ref } from '../../src/sharding/sql/names';
import { pushing } from '../../src/sharding/sql/partial';
import { lying } from '../../src/sharding/sql/reads';
import { demands } from '../../src/sharding/sql/settled';
import { sql, type Text } from '../../src/sharding/sql/text';
import { Ties } from '../../src/sharding/sql/ties';
import { conjuncts, type Expression, within } from '../../src/sharding/sql/tree';
import { sameAsOne } from '../sharding-sql/claim';
import { strangersRefused } from '../sharding-sql/strange';
import { type Canary, canary, soon } from './canary';
import { type Sabotage, sabotage } from './sabotage';

const same = sameAsOne({ seed: 1, runs: 300 });
const refused = strangersRefused({ seed: 1, runs: 1_000 });

const meanOfAverages = sabotage(
  Merging.prototype,
  'average',
  () =>
    function (this: Merging, what: Text) {
      return `avg(${this.piece(sql`avg(${what})`)})`;
    },
);

const greatestCount = sabotage(
  Merging.prototype,
  'count',
  () =>
    function (this: Merging, what: Text | string) {
      return `max(${this.piece(sql`count(${what})`)})`;
    },
);

const addedDistinct = sabotage(
  Merging.prototype,
  'distinct',
  (distinct) =>
    function (this: Merging, name: string, what: Expression) {
      return name === 'count' ? this.count(sql`DISTINCT ${this.inside(what)}`) : distinct.call(this, name, what);
    },
);

const zeroForNothing = sabotage(
  Merging.prototype,
  'extreme',
  () =>
    function (this: Merging, name: string, what: Text) {
      return `${name}(${this.piece(sql`coalesce(${name}(${what}), 0)`)})`;
    },
);

const limitAlone = sabotage(pushing, 'order', () => () => []);
const groupsNotMerged = sabotage(lying, 'haveLocalGroups', () => () => true);
const everythingTied = sabotage(Ties.prototype, 'areEqual', () => () => true);

const firstKeyOnly = sabotage(
  Ties.prototype,
  'alternatives',
  (alternatives) =>
    function (this: Ties, ref: Ref, column: string) {
      return alternatives.call(this, ref, column)?.slice(0, 1);
    },
);

/** What the WHERE clause says of the right side of a LEFT JOIN is taken for a condition on its rows. */
const prunesTheRight = sabotage(pruning, 'filters', (filters) => (ref, scope, names) => {
  const conditions = conjuncts(scope.select?.where).filter((condition) =>
    [...within(condition)].every((part) => (names.targets.get(part)?.ref ?? ref) === ref && part.kind !== 'query'),
  );
  return ref.source?.join === 'left' ? conditions : filters(ref, scope, names);
});

const anyRowWillDo = sabotage(demands, 'grouped', () => () => undefined);

const broken = (name: string, how: Sabotage, after?: number): Canary =>
  canary(name, soon(same, 1, after), how, 'rows', 'order');

export const shardingSqlCanaries: readonly Canary[] = [
  broken('a router that takes the mean of averages', meanOfAverages, 41),
  broken('a router that takes the greatest count', greatestCount),
  broken('a router that adds up what was counted distinct', addedDistinct, 37),
  broken('shards that say 0 for the least of nothing', zeroForNothing),
  broken('a LIMIT that goes to the shards without its ORDER BY', limitAlone, 31),
  broken('groups of each shard for groups of all', groupsNotMerged),
  broken('a join within each shard of what lies across them', everythingTied),
  broken('a list of keys that leads to its first', firstKeyOnly),
  broken('a WHERE clause that prunes the right side of a LEFT JOIN', prunesTheRight),
  canary('a router that takes the value of any row', refused, anyRowWillDo, 'answered'),
];
