/**
 * How many requests are worked on at once, and how many wait: the next one is refused, before it costs anybody anything.
 */
import { Fifo } from '../../algorithms/fifo';
import type { Envelope } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { RouterTurn } from './conversation';
import type { RouterConfig } from './settings';

/** Part of the time that is left to whoever asks: the rest is for the answer to get back. */
const kept = 0.9;

interface Waiting {
  readonly untilMs: number;
  begin(): void;
}

export class Admission {
  private readonly queue = new Fifo<Waiting>();
  private active = 0;
  private refused = 0;

  constructor(
    private readonly turn: RouterTurn,
    private readonly live: Live<RouterConfig>,
  ) {}

  /**
   * Lets a request in, now or later; nobody hears of one whose time is over before that.
   *
   * @param work calls `over` when it is done.
   * @returns false if there is no room for it.
   */
  admit(mail: Envelope, work: (untilMs: number, over: () => void) => void): boolean {
    const { activeMax, queueMax, requestMs } = this.live.now;
    const budgetMs = mail.budgetMs === undefined ? requestMs : Math.min(requestMs, mail.budgetMs);
    const untilMs = this.turn.nowMs + budgetMs * kept;
    const begin = (): void => {
      this.active++;
      work(untilMs, this.over);
    };
    if (this.active < activeMax) begin();
    else if (this.queue.length < queueMax) this.queue.push({ untilMs, begin });
    else {
      this.refused++;
      return false;
    }
    return true;
  }

  view(): object {
    return { active: this.active, waiting: this.queue.length, turnedAway: this.refused };
  }

  private readonly over = (): void => {
    this.active--;
    while (this.active < this.live.now.activeMax) {
      const next = this.queue.shift();
      if (next === undefined) return;
      if (next.untilMs > this.turn.nowMs) next.begin();
    }
  };
}
