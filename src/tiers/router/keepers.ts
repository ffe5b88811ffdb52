/**
 * Those who keep the maps, asked for this and that: whoever of them decides is found by what the others say.
 */
import { Copies } from '../../consensus/asking/copies';
import { Inquiry, type Manner, type Verdict } from '../../consensus/asking/inquiry';
import { isExpired } from '../../kernel/asks';
import type { Body } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { PlacementAsk, PlacementIds, PlacementRefused } from '../../protocols/placement';
import type { RouterIn, RouterTurn } from './conversation';
import type { RouterConfig } from './settings';

/** What they said, or why nobody said anything. */
export type Told = { readonly body: RouterIn } | { readonly silence: string };

/** Asked twice, at worst some ids are never given to anybody. */
const manner: Manner = { isRead: true, mayBeReplica: false, judge };

export class Keepers {
  private readonly copies: Copies;

  constructor(
    private readonly turn: RouterTurn,
    private readonly live: Live<RouterConfig>,
  ) {
    this.copies = new Copies(
      () => turn.node.members.now[live.now.placement] ?? [],
      () => live.now,
    );
  }

  /** Asks all of them if need be; `then` is called once, in a turn of its own. */
  ask(question: PlacementAsk | PlacementIds, then: (told: Told) => void): void {
    const { turn, copies } = this;
    const { mapMs, placement } = this.live.now;
    if (copies.isEmpty) {
      turn.after(0, () => then({ silence: `there is no ${placement} node that keeps the shard map` }));
      return;
    }
    new Inquiry(turn, copies, question, manner, mapMs).begin((answer, keeper) => {
      if (isExpired(answer)) return then({ silence: `${keeper} did not tell the shard map within ${mapMs} ms` });
      const { body } = answer;
      if (body.kind === 'refused' || body.kind === 'error') return then({ silence: `${keeper}: ${body.reason}` });
      if (body.kind === 'placement.refused') return then({ silence: `${keeper}: ${body.reason}` });
      if (body.kind === 'configured') return then({ silence: `${keeper} answered ${body.kind}` });
      then({ body });
    });
  }
}

function judge(body: Body): Verdict {
  if (isRefused(body)) return body.because === 'not-leader' ? { primary: body.leader } : 'answer';
  return body.kind === 'placement.maps' || body.kind === 'placement.block' ? 'done' : 'answer';
}

function isRefused(body: Body): body is PlacementRefused {
  return body.kind === 'placement.refused';
}
