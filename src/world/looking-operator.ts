/**
 * Looks at a world: nobody is asked anything, no time passes, and nobody notices.
 */
import { didYouMean } from '../algorithms/nearest';
import type { NodeId } from '../kernel/envelope';
import type { WorldEvent } from '../kernel/events';
import type { Census } from '../kernel/runtime';
import { type Mode, type Now, Operator } from './operator';
import { Refusal } from './quantities';
import { concerned, databaseKind, groupsIn, type Replicas, replicasOf } from './replicas';

export abstract class LookingOperator<M extends Mode> extends Operator<M> {
  /** Who is there and how they are. */
  census(): Now<M, Census> {
    return this.settle((settle) => this.runtime.inspect((census) => settle.done(census)));
  }

  /** What a node tells of its own state. */
  view(node: NodeId): Now<M, unknown> {
    return this.settle((settle) => this.runtime.view(node, (view) => settle.done(view)));
  }

  /** The newest events in full detail, oldest first. */
  recent(): Now<M, readonly WorldEvent[]> {
    return this.settle((settle) => this.runtime.recall((events) => settle.done(events)));
  }

  /** How the copies stand, those of one group or all: a look, of which nobody notices anything. */
  replicas(pool?: string): Now<M, Replicas> {
    return this.chain(this.census(), (census) =>
      this.chain(this.views(concerned(census), new Map()), (views) => this.known(replicasOf(census, views, pool))),
    );
  }

  /**
   * The one group of copies that is meant: by its name, or because there is no other. Throws a `Refusal` that names them
   * where there are several.
   */
  protected groupMeant(kinds: readonly string[], pool?: string): string {
    const groups = groupsIn(this.topology, kinds);
    const [only, another] = groups;
    const named = pool ?? only;
    if (named === undefined) {
      const [kind = ''] = kinds;
      const order = kind === databaseKind ? '' : `; spawn ${kind} orders one`;
      const what = kind === databaseKind ? 'database' : kind;
      throw new Refusal(`there is no ${what} here (no node of the tier ${kinds.join(' or ')})${order}`);
    }
    if (!groups.includes(named))
      throw new Refusal(`there is no group ${named}${didYouMean(named, groups)}; there are ${groups.join(', ')}`);
    if (pool === undefined && another !== undefined) {
      throw new Refusal(`there are several groups of copies; say which: ${groups.join(', ')}`);
    }
    return named;
  }

  private views(left: readonly NodeId[], found: ReadonlyMap<NodeId, unknown>): Now<M, ReadonlyMap<NodeId, unknown>> {
    const [next, ...others] = left;
    if (next === undefined) return this.known(found);
    return this.chain(this.view(next), (view) => this.views(others, new Map([...found, [next, view]])));
  }
}
