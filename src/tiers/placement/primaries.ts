/**
 * Who is the primary of a shard: whoever answered as one last, or was named by another of its copies; else one after the
 * other is asked. A name counts only if it is one of that shard's pool.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { ShardsAnswer, ShardsDecided, ShardsRead } from '../../protocols/shards';
import type { PlacementTurn } from './settings';

/** It got no answer from a primary, and why; whether it was done is not known. */
export interface Unanswered {
  readonly failure: string;
}

/** So often one copy may send to another before it is tried again later. */
const hopsMax = 3;
const answers = new Set<string>(['shards.bundles', 'shards.standing', 'shards.sized', 'shards.refused']);

export class Primaries {
  private readonly known = new Map<string, NodeId>();
  private tried = 0;

  constructor(private readonly turn: PlacementTurn) {}

  /** @param withinMs so long each of those who are asked has. */
  ask(
    shard: string,
    body: ShardsDecided | ShardsRead,
    withinMs: number,
    then: (answer: ShardsAnswer | Unanswered) => void,
    hops = 0,
  ): void {
    const copies = this.turn.node.members.now[shard] ?? [];
    const known = this.known.get(shard);
    const node = known !== undefined && copies.includes(known) ? known : copies[this.tried++ % copies.length];
    if (node === undefined) return void this.turn.after(0, () => then({ failure: `nobody is in ${shard}` }));
    this.turn.ask(node, body, withinMs, (answer) => {
      const heard = isExpired(answer) ? `${node} does not answer` : answer.body;
      if (typeof heard === 'string' || !isAnswer(heard)) {
        this.known.delete(shard);
        const why = typeof heard === 'string' ? heard : 'reason' in heard ? `${node}: ${heard.reason}` : node;
        return then({ failure: why });
      }
      const isElsewhere = heard.kind === 'shards.refused' && isNobody(heard.because);
      if (!isElsewhere) {
        this.known.set(shard, node);
        return then(heard);
      }
      this.known.delete(shard);
      const { primary, reason } = heard;
      if (primary === undefined || primary === node || !copies.includes(primary) || hops >= hopsMax) {
        return then({ failure: `${node}: ${reason}` });
      }
      this.known.set(shard, primary);
      this.ask(shard, body, withinMs, then, hops + 1);
    });
  }
}

function isAnswer(body: { readonly kind: string }): body is ShardsAnswer {
  return answers.has(body.kind);
}

/** It may be asked, but of somebody else, or later. */
function isNobody(because: string): boolean {
  return because === 'not-primary' || because === 'starting';
}
