/**
 * The observers of a trial, as one: it draws each term once, collects promises, judges by them, appoints, and lends leases.
 * How several of them come to act as one is their business; here it is only about what a group makes of it.
 */
import { judgePromotion } from '../../src/consensus/raft/promotion';
import type { NodeId } from '../../src/kernel/envelope';
import type { Random } from '../../src/kernel/random';
import type { KnownMembers, RaftMessage, RaftPromised } from '../../src/protocols/raft';
import type { Agenda } from './agenda';

export const observer = 'observer';

/** Without a word from a leader for so long, another is looked for. */
const patienceMs = 120;
const askAgainMs = 40;
const leaseMs = 90;

export interface Observed {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly servers: readonly NodeId[];
  readonly mayLose: boolean;
  readonly clockDriftMax: number;
  say(to: NodeId, body: RaftMessage): void;
}

export class Coordinator {
  private term = 0;
  private reports: Map<NodeId, RaftPromised> | undefined;
  private appointed: NodeId | undefined;
  /** Somebody is to lead, whoever it is and whatever is lost by it. */
  private isForced = false;
  private heard: { readonly known?: KnownMembers } = {};
  private heardAtMs = 0;
  private leasedUntilMs = 0;
  /** How many promotions were such that something might be lost. */
  risks = 0;

  constructor(private readonly around: Observed) {
    this.look();
  }

  /** Looks for another leader, whatever there is. */
  campaign(isForced = false): void {
    this.term++;
    this.isForced = isForced;
    this.reports = new Map();
    this.appointed = undefined;
    this.ask();
  }

  receive(from: NodeId, message: RaftMessage): void {
    if (message.kind === 'raft.outdated' && message.term > this.term) {
      this.term = message.term;
      this.campaign();
    }
    if (message.kind !== 'raft.promised' || message.term !== this.term) return;
    this.reports?.set(from, message);
    this.judge();
  }

  /**
   * A leader asks for a lease, and tells who belongs to the group.
   *
   * @returns for how long by its clock, from when it asked; as short as the worst of clocks makes it.
   */
  lend(from: NodeId, term: number, known: KnownMembers): number | undefined {
    if (term !== this.term || from !== this.appointed) return undefined;
    this.heard = { known };
    this.heardAtMs = this.around.agenda.nowMs;
    this.leasedUntilMs = this.heardAtMs + leaseMs;
    return leaseMs * (1 - this.around.clockDriftMax);
  }

  private look(): void {
    const { agenda } = this.around;
    agenda.plan(agenda.nowMs + askAgainMs, () => {
      if (this.reports !== undefined) this.ask();
      else if (this.heardAtMs + patienceMs < agenda.nowMs) this.campaign();
      else if (this.appointed !== undefined) this.appoint(this.appointed);
      this.judge();
      this.look();
    });
  }

  private ask(): void {
    for (const to of this.around.servers) {
      if (!this.reports?.has(to)) this.around.say(to, { kind: 'raft.promise', term: this.term });
    }
  }

  private judge(): void {
    const { agenda, random, mayLose } = this.around;
    if (this.reports === undefined || agenda.nowMs < this.leasedUntilMs) return;
    const promotion = judgePromotion({ term: this.term, reports: this.reports, mayLose, ...this.heard });
    const isEnough = promotion.verdict === 'enough';
    const leaders = this.isForced ? able(this.reports) : isEnough ? promotion.leaders : [];
    const chosen = leaders[random.int(Math.max(1, leaders.length))];
    if (chosen === undefined) return;
    this.risks += this.isForced || (isEnough && promotion.atRisk !== undefined) ? 1 : 0;
    this.appointed = chosen;
    this.reports = undefined;
    this.heardAtMs = agenda.nowMs;
    this.appoint(chosen);
  }

  private appoint(to: NodeId): void {
    const appoint = { kind: 'raft.appoint', term: this.term } as const;
    this.around.say(to, this.isForced ? { ...appoint, isForced: true } : appoint);
  }
}

function able(reports: ReadonlyMap<NodeId, RaftPromised>): NodeId[] {
  return [...reports].flatMap(([id, { members }]) => (members.voters.includes(id) ? [id] : []));
}
