/**
 * A primary's side of its lease: while it leads it renews it with the observers, over and over. What it is granted counts
 * from when it asked, since nobody knows when on the way it was granted.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import { type ObserversRenew, observersGranted, observersRefused } from '../../protocols/observers';
import type { CopiesTurn } from './conversation';

/** What a lease needs to know of its holder. */
export interface Leaseholder {
  readonly observers: readonly NodeId[];
  /** A renewal goes out so often. */
  readonly renewMs: number;
  /** Whether it can do its work: whoever cannot lets its lease run out, so that another one may. */
  isFit(): boolean;
  /** What to tell the observers; `undefined` while there is nothing to renew. */
  standing(): ObserversRenew | undefined;
  /** Nobody else leads before that, by this node's clock, if it is still the primary of that term. */
  hold(term: number, untilMs: number): void;
}

export class Lease {
  /** Whom of the observers to ask: the one that decides, as far as is known. */
  private asked = 0;
  private cancel: Cancel | undefined;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly holder: Leaseholder,
  ) {}

  /** Renews from now on until there is nothing to renew any more. */
  keep(): void {
    if (this.cancel === undefined && this.holder.observers.length > 0) this.beat();
  }

  private beat(): void {
    const renewal = this.holder.standing();
    this.cancel = undefined;
    if (renewal === undefined) return;
    this.cancel = this.turn.after(this.holder.renewMs, () => this.beat());
    if (this.holder.isFit()) this.ask(renewal, this.holder.observers.length);
  }

  /** Asks who decides; who does not, names another. */
  private ask(renewal: ObserversRenew, hops: number): void {
    const { turn, holder } = this;
    const { observers } = holder;
    const observer = observers[this.asked % observers.length];
    if (observer === undefined || hops === 0) return;
    const sentAtMs = turn.nowMs;
    turn.ask(observer, renewal, holder.renewMs, (answer) => {
      const said = isExpired(answer) ? undefined : answer.body;
      if (said !== undefined && observersGranted.accepts(said)) {
        return holder.hold(renewal.term, sentAtMs + said.leaseMs);
      }
      if (said === undefined || !observersRefused.accepts(said)) {
        this.asked++;
        return;
      }
      const decides = observers.indexOf(said.ask ?? '');
      if (decides < 0) return;
      this.asked = decides;
      this.ask(renewal, hops - 1);
    });
  }
}
