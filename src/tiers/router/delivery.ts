/**
 * One question brought to one shard, by one version of the map. Whom of its copies to ask is found out on the way; while
 * it has no primary, or none of its nodes is there, it is asked again a little later. What may have been done is never
 * asked again, and what the map has to do with is left to whoever sent it.
 */
import { Inquiry, type Manner } from '../../consensus/asking/inquiry';
import type { Cancel } from '../../kernel/machine';
import type { RouterIn, RouterOut } from './conversation';
import { backoffMs, type Desk } from './desk';
import { againAfter, type Ended } from './verdicts';

export class Delivery {
  private attempts = 0;
  private open: Inquiry<RouterIn, RouterOut> | undefined;
  private pause: Cancel | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly shard: string,
    private readonly question: RouterOut,
    private readonly manner: Manner,
    private readonly untilMs: number,
    /** Called once, in a turn of its own, unless it is cancelled before. */
    private readonly then: (ended: Ended) => void,
  ) {}

  begin(): void {
    const { desk, shard } = this;
    this.attempts++;
    const copies = desk.shards.of(shard);
    if (copies.isEmpty) {
      const nobody = `there is no node of ${shard}`;
      this.pause = desk.turn.after(0, () => this.then({ shard, copy: shard, answer: { nobody } }));
      return;
    }
    this.open = new Inquiry(desk.turn, copies, this.question, this.manner, this.untilMs - desk.turn.nowMs);
    this.open.begin((answer, copy) => this.judge({ shard, copy, answer }));
  }

  cancel(): void {
    this.open?.cancel();
    this.pause?.();
  }

  private judge(ended: Ended): void {
    const { desk, attempts } = this;
    if (againAfter(ended.answer) !== 'later' || attempts >= desk.live.now.attemptsMax) return this.then(ended);
    const waitMs = backoffMs(desk, attempts);
    if (desk.turn.nowMs + waitMs >= this.untilMs) return this.then(ended);
    this.pause = desk.turn.after(waitMs, () => this.begin());
  }
}
