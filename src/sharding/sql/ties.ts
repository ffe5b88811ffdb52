/**
 * Which columns are equal in every row that a query can give, and what constants they are equal to: from that follows
 * whether rows that are joined lie on one shard, and on which.
 *
 * A LEFT JOIN's condition says less than a WHERE clause. Where there is no partner its columns are NULL, and NULL equals
 * nothing: so a column of the joined table may be taken for equal to one column of what stands left of it, but never make
 * two of those equal, and never bind one of them to a constant.
 */
import type { Names, Ref, Scope } from './names';
import { conjuncts, type Expression } from './tree';

/** Values, one of which it is. */
export type Alternatives = readonly Expression[];

export class Ties {
  private constructor(
    private readonly parents: Map<string, string>,
    private readonly constants: Map<string, Alternatives>,
  ) {}

  static none(): Ties {
    return new Ties(new Map(), new Map());
  }

  /** With what a query adds to what holds around it. */
  static of(scope: Scope, names: Names, around: Ties): Ties {
    const ties = new Ties(new Map(around.parents), new Map(around.constants));
    const left: Ref[] = [];
    for (const ref of scope.refs) {
      const { source } = ref;
      if (source !== undefined && source.join !== 'first') {
        if (source.join === 'left') ties.tieLeft(ref, left, source.on, names);
        else for (const condition of conjuncts(source.on)) ties.add(condition, names);
        for (const column of source.using) {
          const other = left.find((one) => one.columns.has(column));
          if (other !== undefined && typeOf(ref, column) === typeOf(other, column)) {
            ties.join(ties.nameOf(ref, column), ties.nameOf(other, column));
          }
        }
      }
      left.push(ref);
    }
    for (const condition of conjuncts(scope.select?.where)) ties.add(condition, names);
    return ties;
  }

  /** Takes a condition for granted. */
  add(condition: Expression, names: Names): void {
    if (condition.kind === 'equals') {
      const { left, right } = condition;
      const [a, b] = [names.targets.get(left), names.targets.get(right)];
      if (a !== undefined && b !== undefined) {
        if (typeOf(a.ref, a.column) === typeOf(b.ref, b.column)) {
          this.join(this.nameOf(a.ref, a.column), this.nameOf(b.ref, b.column));
        }
      } else if (a !== undefined && isConstant(right)) this.bind(this.nameOf(a.ref, a.column), [right]);
      else if (b !== undefined && isConstant(left)) this.bind(this.nameOf(b.ref, b.column), [left]);
    } else if (condition.kind === 'in') {
      const target = names.targets.get(condition.what);
      if (target !== undefined && condition.list.every(isConstant)) {
        this.bind(this.nameOf(target.ref, target.column), condition.list);
      }
    }
  }

  areEqual(a: Ref, aColumn: string, b: Ref, bColumn: string): boolean {
    return this.rootOf(this.nameOf(a, aColumn)) === this.rootOf(this.nameOf(b, bColumn));
  }

  /** What a column is bound to, if to anything. */
  alternatives(ref: Ref, column: string): Alternatives | undefined {
    return this.constants.get(this.rootOf(this.nameOf(ref, column)));
  }

  private tieLeft(ref: Ref, left: readonly Ref[], on: Expression | undefined, names: Names): void {
    const tied = new Set<string>();
    for (const condition of conjuncts(on)) {
      if (condition.kind !== 'equals') continue;
      const [a, b] = [names.targets.get(condition.left), names.targets.get(condition.right)];
      if (a === undefined || b === undefined || typeOf(a.ref, a.column) !== typeOf(b.ref, b.column)) continue;
      const [own, other] = a.ref === ref ? [a, b] : [b, a];
      if (own.ref !== ref || other.ref === ref || tied.has(own.column)) continue;
      if (!left.includes(other.ref)) continue;
      tied.add(own.column);
      this.join(this.nameOf(own.ref, own.column), this.nameOf(other.ref, other.column));
    }
  }

  private nameOf({ id }: Ref, column: string): string {
    return `${id}.${column}`;
  }

  private rootOf(name: string): string {
    let root = name;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    return root;
  }

  private join(a: string, b: string): void {
    const [from, to] = [this.rootOf(a), this.rootOf(b)];
    if (from === to) return;
    this.parents.set(from, to);
    const constants = this.constants.get(from);
    if (constants !== undefined) this.bind(to, constants);
  }

  /** The shorter list says more; that it may say too little only means that a shard too many is asked. */
  private bind(name: string, alternatives: Alternatives): void {
    const root = this.rootOf(name);
    const known = this.constants.get(root);
    if (known === undefined || alternatives.length < known.length) this.constants.set(root, alternatives);
  }
}

/** Columns of different types may be equal after a conversion, which no shard key goes through. */
function typeOf(ref: Ref, column: string): string {
  return ref.columns.get(column)?.affinity ?? 'unknown';
}

function isConstant(expression: Expression): boolean {
  return expression.kind === 'literal' || expression.kind === 'parameter';
}
