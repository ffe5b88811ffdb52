/**
 * One promotion: who has promised the term, whether they are enough, and who of them is to lead.
 */
import type { NodeId } from '../../kernel/envelope';
import type { ObserversRenew } from '../../protocols/observers';
import type { KnownMembers, RaftPromised } from '../../protocols/raft';
import { judgePromotion } from '../raft/promotion';
import type { Gap } from './decisions';
import type { CoordinatorSettings } from './settings';

/** A person wants this node to lead. */
export interface Wish {
  readonly to: NodeId;
  /** Even if writes that were acknowledged are lost. */
  readonly force: boolean;
  /** Called once: `undefined` when it leads, or why it does not. */
  readonly settle: (refusal: string | undefined) => void;
}

/** Who may still rely on a lease that was granted, and until when. */
export interface OpenLease {
  readonly holder: NodeId | undefined;
  readonly untilMs: number;
}

/** Who is to lead. */
export interface Choice {
  readonly primary: NodeId;
  /** What may be lost by it, in words. */
  readonly atRisk: string | undefined;
  /** Whether committed writes that it lacks are to be lost: then those who hold them have to give them up. */
  readonly isForced: boolean;
  /** Why not the one that a person wanted. */
  readonly instead: string | undefined;
}

export class Promotion {
  private readonly reports = new Map<NodeId, RaftPromised>();
  private readonly graceUntilMs: number;
  private triedAtMs: number;
  waitsFor = 'no data node has promised it yet';

  constructor(
    private readonly term: number,
    private readonly settings: CoordinatorSettings,
    private readonly wish: Wish | undefined,
    private readonly lease: OpenLease,
    sinceMs: number,
    /** Who belongs to the group as the last primary told. */
    private readonly known?: KnownMembers,
    /** Who is not to lead, if there is anybody else. */
    private readonly avoided?: NodeId,
  ) {
    this.graceUntilMs = sinceMs + settings.graceMs;
    this.triedAtMs = sinceMs;
  }

  /** When time alone may change the choice. */
  get wakeAtMs(): number {
    const toCome = [this.graceUntilMs, this.lease.untilMs].filter((atMs) => atMs > this.triedAtMs);
    return Math.min(...toCome);
  }

  add(from: NodeId, report: RaftPromised): void {
    this.reports.set(from, report);
  }

  /** Those who have not promised. */
  missing(nodes: readonly NodeId[]): readonly NodeId[] {
    return nodes.filter((node) => !this.reports.has(node));
  }

  /** Who is to lead, once that can be said; `waitsFor` tells what is missing until then. */
  choose(nowMs: number): Choice | undefined {
    this.triedAtMs = nowMs;
    const mayLose = nowMs >= this.graceUntilMs && (this.settings.ifLossPossible === 'promote' || this.isForced);
    const { term, known } = this;
    const reports = nowMs < this.graceUntilMs ? this.reportsOfOthers : this.reports;
    const judged = judgePromotion({ term, reports, mayLose, ...(known === undefined ? {} : { known }) });
    if (judged.verdict === 'waits') return this.waits(judged.why);
    const { holder, untilMs } = this.lease;
    const isFenced = holder !== undefined && this.reports.has(holder);
    if (nowMs < untilMs && !isFenced) return this.waits(`the lease of ${holder ?? 'the last primary'} has not run out`);
    const { wish } = this;
    const [best] = judged.leaders;
    const chosen = { primary: best, atRisk: judged.atRisk, isForced: false, instead: undefined };
    if (wish === undefined) return chosen;
    if (judged.leaders.includes(wish.to)) return { ...chosen, primary: wish.to };
    if (!this.reports.has(wish.to)) {
      if (nowMs < this.graceUntilMs) return this.waits(`${wish.to} has not promised yet`);
      return { ...chosen, instead: `${wish.to} does not answer, so ${best} leads` };
    }
    if (this.holdsWhatIsAcknowledged(wish.to)) return { ...chosen, primary: wish.to };
    if (wish.force) return { ...chosen, primary: wish.to, isForced: true };
    return { ...chosen, instead: this.behind(wish.to, best) };
  }

  /**
   * What the former primary had that the chosen one has not, as far as is known. Where it could acknowledge alone and is
   * silent, it may have gone on after its last word for as long as its lease lasted: then nobody knows where it ended.
   */
  gapOf({ primary, atRisk }: Choice, former: NodeId | undefined, last: ObserversRenew | undefined): Gap[] {
    const report = this.reports.get(primary);
    const { lastIndex = 0, lastTerm = 0 } = report ?? {};
    if (former === undefined || former === primary) return [];
    const isOpen = atRisk !== undefined && !this.reports.has(former);
    const known = last?.lastIndex ?? 0;
    if (known <= lastIndex && !isOpen) return [];
    const gap = { primary: former, term: last?.term ?? Math.max(1, lastTerm), from: lastIndex + 1 };
    const ends = { to: Math.max(known, lastIndex), acknowledgedTo: last?.commitIndex ?? 0 };
    return [{ ...gap, ...ends, ...(isOpen ? { isOpen } : {}) }];
  }

  /** Who is avoided leads only if nobody else can. */
  private get reportsOfOthers(): ReadonlyMap<NodeId, RaftPromised> {
    if (this.avoided === undefined) return this.reports;
    return new Map([...this.reports].filter(([id]) => id !== this.avoided));
  }

  private get isForced(): boolean {
    return this.wish?.force === true;
  }

  /** Only the former primary knows up to where it has acknowledged; where it reports, whoever has that much may lead. */
  private holdsWhatIsAcknowledged(id: NodeId): boolean {
    const holder = this.lease.holder === undefined ? undefined : this.reports.get(this.lease.holder);
    const report = this.reports.get(id);
    if (holder === undefined || report === undefined) return false;
    return report.lastTerm === holder.lastTerm && report.lastIndex >= holder.commitIndex;
  }

  private behind(id: NodeId, best: NodeId): string {
    const [theirs, its] = [this.reports.get(best)?.lastIndex ?? 0, this.reports.get(id)?.lastIndex ?? 0];
    return `${id} ends at entry ${its} and ${best} at ${theirs}: what it lacks would be lost, so ${best} leads; add --force to lose it`;
  }

  private waits(what: string): undefined {
    this.waitsFor = what;
    return undefined;
  }
}
