/**
 * New ids within one transaction: `{newId: 'users'}` is the same number wherever it stands, and a row that is inserted
 * without an id gets one, the first of its table that very number.
 */
import type { SqlParameter, SqlValue } from '../../protocols/sql';
import type { Context, NeedsIds } from './context';

export class Ids {
  private readonly shared = new Map<string, number>();
  /** Tables of which a row has the shared number already. */
  private readonly taken = new Set<string>();
  private readonly missing = new Map<string, number>();

  constructor(private readonly context: Context) {}

  /** What a statement is sent with in the place of what it was asked with. */
  decide(parameters: readonly SqlParameter[]): readonly SqlValue[] {
    return parameters.map((one) => (typeof one === 'object' && one !== null ? this.sharedOf(one.newId) : one));
  }

  /** For a row that comes without one. */
  next(table: string): number {
    if (!this.taken.has(table)) {
      this.taken.add(table);
      return this.sharedOf(table);
    }
    return this.allot(table);
  }

  /** A row of the table has this id, as it was asked to. */
  has(table: string, id: SqlValue): void {
    if (this.shared.get(table) === id) this.taken.add(table);
  }

  /** What was not in stock. */
  needed(): NeedsIds | undefined {
    return this.missing.size === 0 ? undefined : { kind: 'needs-ids', tables: Object.fromEntries(this.missing) };
  }

  private sharedOf(table: string): number {
    const known = this.shared.get(table);
    if (known !== undefined) return known;
    const id = this.allot(table);
    this.shared.set(table, id);
    return id;
  }

  private allot(table: string): number {
    const id = this.context.newId?.(table);
    if (id === undefined) this.missing.set(table, (this.missing.get(table) ?? 0) + 1);
    return id ?? 0;
  }
}
