/**
 * The shards: for each, which of its copies is asked. A shard is known by the name of its pool.
 */
import { Copies } from '../../consensus/asking/copies';
import type { NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { RouterTurn } from './conversation';
import type { RouterConfig } from './settings';

export class Shards {
  private readonly copies = new Map<string, Copies>();

  constructor(
    private readonly turn: RouterTurn,
    private readonly live: Live<RouterConfig>,
  ) {}

  /** The copies of a shard that a map names. */
  of(shard: string): Copies {
    let copies = this.copies.get(shard);
    if (copies === undefined) {
      const pool = (): readonly NodeId[] => this.turn.node.members.now[shard] ?? [];
      copies = new Copies(pool, () => this.live.now);
      this.copies.set(shard, copies);
    }
    return copies;
  }

  view(): unknown {
    return Object.fromEntries(
      [...this.copies].map(([shard, { primary }]) => [shard, primary ?? 'primary not known yet']),
    );
  }
}
