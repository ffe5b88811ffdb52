/**
 * Who may lead a term, judged by what those who promised it have reported. It is pure: observers, an operator's command and
 * tests judge alike.
 *
 * With M voters and W copies, M - W + 1 promises share a server with every set of W that may hold a committed entry, so
 * among them the log with the greatest (last term, last index) lacks nothing (`Membership` tells what else has to agree
 * while members change). The longest log is not enough: it may be made of entries that were never committed.
 *
 * The reports themselves tell who the members are: by the newest entry about it in any of them, even of one that has no
 * vote. A committed one cannot be missed, since it was committed by the members before it as well; one that is not
 * committed only adds to whose promises are needed.
 */
import type { NodeId } from '../../kernel/envelope';
import type { KnownMembers, Members, RaftPromised } from '../../protocols/raft';
import { Membership } from './membership';

export interface Candidacy {
  readonly term: number;
  /** What was answered to `raft.promise`, by whom. Those of other terms do not count. */
  readonly reports: ReadonlyMap<NodeId, RaftPromised>;
  /**
   * What observers have heard before, from whoever led then: with it they cannot be told by somebody who was away for long,
   * or has left, that the group is still what it was. It is not looked at if it was not committed then: it may be lost.
   */
  readonly known?: KnownMembers;
  /**
   * A group that needs one copy only has its primary's on one disk alone, so nothing is sure to be found without the
   * primary. This lets all its voters but one be enough. Not fewer: a change to more copies, on two disks at least, must
   * not be overlooked. Groups with more copies do not look at it.
   */
  readonly mayLose?: boolean;
}

export type Promotion =
  | {
      readonly verdict: 'enough';
      /** Who has most, in the order of the members: each of these may be appointed, one of them must be. */
      readonly leaders: readonly [NodeId, ...NodeId[]];
      /** What may be lost by it, in words; `undefined`: nothing. */
      readonly atRisk: string | undefined;
    }
  | { readonly verdict: 'waits'; readonly why: string };

type Report = readonly [NodeId, RaftPromised];

/** @example judgePromotion({ term: 3, reports: new Map([['db-2', promised]]) }) */
export function judgePromotion(candidacy: Candidacy): Promotion {
  return new Judgement(candidacy).promotion;
}

/** The promises of one term. */
export class Judgement {
  private readonly promised: readonly Report[];
  private readonly groups: readonly Membership[];

  constructor(private readonly candidacy: Candidacy) {
    this.promised = [...candidacy.reports].filter(([, { term }]) => term === candidacy.term);
    this.groups = this.whoHaveToAgree().map((members) => new Membership(members));
  }

  get promotion(): Promotion {
    const { term } = this.candidacy;
    if (this.groups.length === 0) return waits(`nobody who belongs to a group has promised term ${term} yet`);
    const risks: string[] = [];
    for (const group of this.groups) {
      const missing = group.members.voters.filter((voter) => !this.promised.some(([id]) => id === voter));
      const have = group.members.voters.length - missing.length;
      if (have >= group.promises) continue;
      if (!this.mayDoWithout(missing, group)) return waits(this.wanting(missing, group));
      risks.push(`what only ${missing.join(', ')} holds is lost unless it is recovered from there`);
    }
    const [first, ...equals] = this.leaders();
    if (first === undefined) return waits(`nobody who has promised term ${term} has a vote by its own log`);
    return { verdict: 'enough', leaders: [first, ...equals], atRisk: risks[0] };
  }

  /** The newest members that any report tells of, and those before them unless somebody knows the newest to be committed. */
  private whoHaveToAgree(): Members[] {
    const heard = this.candidacy.known;
    const isSure = heard !== undefined && heard.previous === undefined;
    const all: KnownMembers[] = [...(isSure ? [heard] : []), ...this.promised.map(([, report]) => report)];
    const known = all.filter(({ members }) => members.voters.length > 0);
    const [newest] = [...known].sort((a, b) => b.membersTerm - a.membersTerm || b.membersIndex - a.membersIndex);
    if (newest === undefined) return [];
    const same = known.filter((report) => {
      return report.membersTerm === newest.membersTerm && report.membersIndex === newest.membersIndex;
    });
    const isCommitted = same.some(({ previous }) => previous === undefined);
    return isCommitted || newest.previous === undefined ? [newest.members] : [newest.members, newest.previous];
  }

  private mayDoWithout(missing: readonly NodeId[], group: Membership): boolean {
    const isSome = missing.length < group.members.voters.length;
    return (this.candidacy.mayLose ?? false) && group.copies === 1 && missing.length === 1 && isSome;
  }

  private wanting(missing: readonly NodeId[], { members, copies, promises }: Membership): string {
    const have = members.voters.length - missing.length;
    return (
      `term ${this.candidacy.term} needs ${promises} promises of ${members.voters.join(', ')}, since ${copies} of them ` +
      `hold what is committed; ${have === 0 ? 'nobody' : have} has promised, not ${missing.join(', ')}`
    );
  }

  /**
   * Those whose log goes furthest, among the voters that know they are some. A voter that does not know it yet holds
   * nothing committed that others do not.
   */
  private leaders(): NodeId[] {
    const able = this.promised.filter(([id, { members }]) => {
      return this.groups.some((group) => group.isVoter(id)) && members.voters.includes(id);
    });
    const first = able.filter(([, report]) => !able.some(([, other]) => this.isAhead(other, report))).map(([id]) => id);
    const order = this.groups.flatMap(({ members }) => members.voters);
    return first.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }

  /** The later last term decides, among equal terms the greater index. */
  private isAhead(a: RaftPromised, b: RaftPromised): boolean {
    return a.lastTerm === b.lastTerm ? a.lastIndex > b.lastIndex : a.lastTerm > b.lastTerm;
  }
}

function waits(why: string): Promotion {
  return { verdict: 'waits', why };
}
