/**
 * One of the first copies of a group, with nothing on its disk, asks the other first ones before it begins anew: it may be
 * a new machine that was given the name of an old one, and then the group has data, and promises, that it must not forget.
 * Only where each of the others says that nobody ever led it, all begin with the same data.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import { replicationStanding } from '../../protocols/replication';
import type { CopiesTurn } from './conversation';

/** How it ends. */
export interface Asked {
  isNew(): void;
  isOld(): void;
  waits(reason: string): void;
}

export class FirstOnes {
  private readonly unheard: Set<NodeId>;
  private isOver = false;

  constructor(
    private readonly turn: CopiesTurn,
    group: readonly NodeId[],
    private readonly againMs: number,
    private readonly then: Asked,
  ) {
    this.unheard = new Set(group.filter((id) => id !== turn.node.self));
  }

  begin(): void {
    if (this.isOver) return;
    if (this.unheard.size === 0) return this.end(() => this.then.isNew());
    this.then.waits(`it waits for ${[...this.unheard].join(' and ')} to say whether the group is new`);
    for (const peer of this.unheard) this.ask(peer);
    this.turn.after(this.againMs, () => this.begin());
  }

  private ask(peer: NodeId): void {
    this.turn.ask(peer, { kind: 'replication.status' }, this.againMs, (answer) => {
      if (this.isOver || isExpired(answer) || !replicationStanding.accepts(answer.body)) return;
      if (answer.body.term > 0) return this.end(() => this.then.isOld());
      this.unheard.delete(peer);
      if (this.unheard.size === 0) this.end(() => this.then.isNew());
    });
  }

  private end(then: () => void): void {
    this.isOver = true;
    then();
  }
}
