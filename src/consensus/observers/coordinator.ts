/**
 * The observer that decides: it grants the primary its lease, notices that it is silent, and runs a promotion. First a
 * term is opened, so that it is nobody else's; then the data nodes promise it, which fences every older primary; then
 * they report, and the greatest log among enough of them wins; then the winner is named, and only then told. A crash at
 * any step leaves what the next coordinator can go on from: it opens a later term, unless somebody was named.
 *
 * Pure: what happened and the time go in, what is to be done goes to `Duties`. It lives as long as its observer leads.
 */
import type { NodeId } from '../../kernel/envelope';
import type { ObserversGranted, ObserversRefused, ObserversRenew } from '../../protocols/observers';
import type { RaftAppoint, RaftPromise, RaftPromised } from '../../protocols/raft';
import { Membership } from '../raft/membership';
import type { Decision, Standing } from './decisions';
import { Promotion, type Wish } from './promotion';
import { type CoordinatorSettings, grantedMs } from './settings';

/** What a coordinator has others do. */
export interface Duties {
  /** Puts a decision to the observers; `decided` is called when a majority has it. */
  propose(decision: Decision): void;
  say(to: NodeId, body: RaftPromise | RaftAppoint): void;
  /** Notes an automatic act and why it was done. */
  act(what: string, reason: string): void;
  /** Every node that may hold data. */
  dataNodes(): readonly NodeId[];
  /** Whether a node has answered this observer since then. */
  hasAnswered(node: NodeId, sinceMs: number): boolean;
}

type Phase =
  /** There is a primary; until it has renewed it may not know that it is one. */
  | { readonly name: 'watching'; readonly sinceMs: number; readonly isHeard: boolean }
  /** A decision was proposed. */
  | { readonly name: 'deciding'; readonly on: string }
  | { readonly name: 'promoting'; readonly promotion: Promotion };

export class Coordinator {
  private phase: Phase;
  /** The primary may rely until then on what it was granted. */
  private leaseUntilMs: number;
  private lastRenewal: ObserversRenew | undefined;
  /** What the primary has last decided, and since when it has not got any further with what it has begun. */
  private undecided: { readonly commitIndex: number; readonly sinceMs: number } | undefined;
  /** Whoever was replaced because it is cut off from the others is not to lead again at once. */
  private avoided: NodeId | undefined;
  private wish: Wish | undefined;
  private atRisk: string | undefined;
  private sayAtMs: number;

  /** @param standing everything that was decided before its observer came to lead. */
  constructor(
    private readonly self: NodeId,
    private readonly settings: () => CoordinatorSettings,
    private readonly duties: Duties,
    private standing: Standing,
    nowMs: number,
  ) {
    // Whatever a coordinator before this one granted, it granted before now; of a new store nobody holds anything.
    this.leaseUntilMs = standing.term === 0 ? nowMs : nowMs + settings().leaseMs;
    this.sayAtMs = nowMs;
    this.phase = { name: 'watching', sinceMs: nowMs, isHeard: false };
  }

  /** When `tick` wants to be called. */
  get wakeAtMs(): number {
    const { phase } = this;
    if (phase.name === 'promoting') return Math.min(this.sayAtMs, phase.promotion.wakeAtMs);
    if (phase.name === 'deciding') return Number.POSITIVE_INFINITY;
    return phase.isHeard ? this.leaseUntilMs : Math.min(this.sayAtMs, this.givenUpAtMs(phase.sinceMs));
  }

  /** A promotion that is under way and what it waits for. */
  get underWay(): string | undefined {
    const { phase, standing } = this;
    if (phase.name === 'watching') return undefined;
    const waits = phase.name === 'deciding' ? phase.on : phase.promotion.waitsFor;
    return `term ${standing.term}: ${waits}`;
  }

  /** How far the primary's log went when it last renewed. */
  get lastKnownIndex(): number {
    return this.lastRenewal?.lastIndex ?? 0;
  }

  tick(nowMs: number): void {
    const { phase } = this;
    if (phase.name === 'promoting') {
      if (nowMs >= this.sayAtMs) this.askForPromises(nowMs);
      this.conclude(phase.promotion, nowMs);
    } else if (phase.name === 'watching') this.watch(phase, nowMs);
  }

  /** A majority of the observers has decided. */
  decided(standing: Standing, nowMs: number): void {
    this.standing = standing;
    if (this.phase.name !== 'deciding' || standing.openedBy !== this.self) return;
    if (standing.primary === undefined) return this.promote(nowMs);
    this.phase = { name: 'watching', sinceMs: nowMs, isHeard: false };
    this.avoided = undefined;
    const risk = this.atRisk === undefined ? '' : `; ${this.atRisk}`;
    this.duties.act(`promote ${standing.primary}`, `${standing.reason}; it leads from term ${standing.term} on${risk}`);
    this.sayAppointed(standing.primary, nowMs);
  }

  /** A primary wants to stay one. Only to be called once a majority has confirmed that this observer still leads. */
  renewed(from: NodeId, renewal: ObserversRenew, nowMs: number): ObserversGranted | ObserversRefused {
    const { phase, standing } = this;
    if (phase.name !== 'watching') return refused(`a promotion is under way (${this.underWay ?? ''})`);
    if (standing.primary !== from || standing.term !== renewal.term) {
      return refused(`${standing.primary ?? 'nobody'} is the primary, since term ${standing.term}`);
    }
    if (!phase.isHeard) this.leads();
    this.phase = { ...phase, isHeard: true };
    this.lastRenewal = renewal;
    if (this.isCutOff(from, renewal, nowMs)) {
      this.avoided = from;
      this.open(`${from} decides nothing although others answer`);
      return refused(`${from} is replaced, since it decides nothing`);
    }
    this.leaseUntilMs = nowMs + this.settings().leaseMs;
    return { kind: 'observers.granted', term: renewal.term, leaseMs: grantedMs(this.settings()) };
  }

  /** A data node has promised the term, and reports. */
  promised(from: NodeId, report: RaftPromised, nowMs: number): void {
    const { phase } = this;
    if (phase.name !== 'promoting' || report.term !== this.standing.term) return;
    phase.promotion.add(from, report);
    this.conclude(phase.promotion, nowMs);
  }

  /** A data node has seen a later term: this one leads to nothing. */
  outdated(term: number): void {
    if (this.phase.name !== 'promoting' || term <= this.standing.term) return;
    this.open(`a data node has seen term ${term}`, term + 1);
  }

  /** Makes somebody the primary because a person wants it. */
  wants(wish: Wish): void {
    const { standing, phase } = this;
    if (phase.name !== 'watching') return wish.settle(`a promotion is under way (${this.underWay ?? ''}): try again`);
    if (standing.primary === wish.to) return wish.settle(`${wish.to} is the primary already`);
    this.wish = wish;
    this.open(`${wish.to} was asked for`);
  }

  /** Its observer leads no more: whoever waits hears that somebody else decides now. */
  end(): void {
    this.wish?.settle('another observer decides now: try again');
    this.wish = undefined;
  }

  private watch({ sinceMs, isHeard }: Extract<Phase, { name: 'watching' }>, nowMs: number): void {
    const { primary, reason } = this.standing;
    if (primary === undefined) return this.open(this.standing.term === 0 ? reason : 'the last promotion was cut short');
    if (isHeard && nowMs >= this.leaseUntilMs) {
      return this.open(`${primary} has not renewed its lease for ${this.settings().leaseMs} ms`);
    }
    if (isHeard) return;
    if (nowMs >= this.givenUpAtMs(sinceMs)) return this.open(`${primary} was appointed and does not lead`);
    if (nowMs >= this.sayAtMs) this.sayAppointed(primary, nowMs);
  }

  private givenUpAtMs(sinceMs: number): number {
    if (this.standing.primary === undefined) return sinceMs;
    return Math.max(this.leaseUntilMs, sinceMs + this.settings().appointedMs);
  }

  /**
   * Others that have died are no reason to replace whoever still can tell the newest: only those count who have answered
   * after it got stuck, and they have to be enough to do without its promise.
   */
  private isCutOff(primary: NodeId, { lastIndex, commitIndex, members }: ObserversRenew, nowMs: number): boolean {
    if (lastIndex === commitIndex || this.undecided?.commitIndex !== commitIndex) {
      this.undecided = lastIndex === commitIndex ? undefined : { commitIndex, sinceMs: nowMs };
    }
    const { undecided } = this;
    if (undecided === undefined || nowMs - undecided.sinceMs < this.settings().undecidedMs) return false;
    const others = members.voters.filter((id) => id !== primary);
    const answering = others.filter((id) => this.duties.hasAnswered(id, undecided.sinceMs));
    return answering.length >= new Membership(members).promises;
  }

  private open(reason: string, term = this.standing.term + 1): void {
    this.phase = { name: 'deciding', on: 'the observers agree on a new term' };
    this.undecided = undefined;
    this.duties.propose({ what: 'open', term, by: this.self, reason });
  }

  private promote(nowMs: number): void {
    const { term, former } = this.standing;
    const lease = { holder: former, untilMs: this.leaseUntilMs };
    const { wish, avoided, lastRenewal } = this;
    const promotion = new Promotion(term, this.settings(), wish, lease, nowMs, lastRenewal?.known, avoided);
    this.phase = { name: 'promoting', promotion };
    this.askForPromises(nowMs);
  }

  private askForPromises(nowMs: number): void {
    this.sayAtMs = nowMs + this.settings().retryMs;
    if (this.phase.name !== 'promoting') return;
    for (const node of this.phase.promotion.missing(this.duties.dataNodes())) {
      this.duties.say(node, { kind: 'raft.promise', term: this.standing.term });
    }
  }

  private conclude(promotion: Promotion, nowMs: number): void {
    const chosen = promotion.choose(nowMs);
    if (chosen === undefined) return;
    if (this.wish !== undefined && this.wish.to !== chosen.primary) {
      this.wish.settle(chosen.instead ?? `${chosen.primary} leads instead`);
      this.wish = undefined;
    }
    const { term, former } = this.standing;
    const lost = promotion.gapOf(chosen, former, this.lastRenewal);
    this.atRisk = chosen.atRisk;
    this.phase = { name: 'deciding', on: `the observers agree on ${chosen.primary}` };
    const decision = { what: 'appoint', term, by: this.self, primary: chosen.primary, lost } as const;
    this.duties.propose({ ...decision, isForced: chosen.isForced });
  }

  private sayAppointed(primary: NodeId, nowMs: number): void {
    this.sayAtMs = nowMs + this.settings().retryMs;
    const { term, isForced = false } = this.standing;
    this.duties.say(primary, { kind: 'raft.appoint', term, isForced });
  }

  private leads(): void {
    this.wish?.settle(undefined);
    this.wish = undefined;
  }
}

function refused(reason: string): ObserversRefused {
  return { kind: 'observers.refused', reason };
}
