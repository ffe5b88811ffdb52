/**
 * The primary keeps its group in order: takes in who has no data, gives a vote to who has caught up, lets go who has left
 * the site. One change at a time; what cannot be now is tried again with the next thing that happens.
 */

import type { Envelope, NodeId } from '../../kernel/envelope';
import type { GroupMember } from '../group-member/group-member';
import type { Raft } from '../raft/raft';
import type { CopiesTurn } from './conversation';
import { peersOf, poolOf } from './joining';
import type { Rules } from './rules';
import type { CopiesConfig } from './settings';

/** Who wants to be taken in. */
interface Applicant {
  readonly mail: Envelope;
  /** Which life of it: another one has lost what an earlier one was given. */
  readonly life: number;
}

/** So few entries behind, a learner has caught up. */
const caughtUpWithin = 16;

export class Upkeep {
  private readonly applicants = new Map<NodeId, Applicant>();
  /** Whom this primary has taken in, in which life, and by which entry. */
  private readonly taken = new Map<NodeId, { readonly life: number; readonly index: number }>();
  private isActing = false;
  private servingSinceMs: number | undefined;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly member: GroupMember,
    private readonly rules: () => Rules,
    private readonly settings: () => Pick<CopiesConfig, 'deadMs' | 'voters'>,
  ) {}

  /** Somebody asks the primary to be taken in. */
  apply(mail: Envelope, life: number): void {
    this.applicants.set(mail.from, { mail, life });
    this.act();
  }

  /** Does the next thing that is to be done, if any. */
  act(): void {
    const { raft } = this.member;
    if (this.isActing || raft === undefined) return;
    if (!this.member.isServing) {
      this.applicants.clear();
      this.taken.clear();
      this.servingSinceMs = undefined;
      return;
    }
    const { voters, learners } = raft.members;
    if (voters.length === 1 && learners.length === 0 && this.applicants.size === 0) return;
    this.servingSinceMs ??= this.turn.nowMs;
    this.isActing = true;
    this.takeIn(raft);
    this.letGo(raft);
    this.replace(raft);
    this.giveVotes(raft);
    this.isActing = false;
  }

  /**
   * Who says that it has no data is removed first, even where it has a vote: only once that is decided, nobody counts on
   * what it promised before.
   */
  private takeIn(raft: Raft): void {
    for (const [id, { mail, life }] of this.applicants) {
      const known = this.taken.get(id);
      if (known?.life === life) {
        if (known.index > raft.commitIndex) continue;
        this.applicants.delete(id);
        this.turn.reply(mail, { kind: 'replication.joined', index: known.index, rules: this.rules() });
      } else if (raft.members.voters.includes(id) || raft.members.learners.includes(id)) {
        const removed = this.member.changeMembers({ remove: id });
        if (removed.ok) this.turn.node.report.act(`remove ${id}`, 'it has lost its data and asks to be taken in again');
        else this.refuse(id, removed.reason);
      } else {
        const added = this.member.changeMembers({ add: id, as: 'learner' });
        if (!added.ok) continue;
        this.taken.set(id, { life, index: added.index });
        this.turn.node.report.act(`take in ${id}`, 'it has no data and asked for it');
      }
    }
  }

  /**
   * A voter that has been silent for long gives its vote up to one that has caught up: it would still count among those of
   * whom a majority, or enough promises, must be had. With votes to spare it just loses its own.
   */
  private replace(raft: Raft): void {
    const { voters, learners } = raft.members;
    const { deadMs, voters: wanted } = this.settings();
    const hasSpare = voters.length > wanted || (this.rules().succession === 'elected' && this.ready(raft).length > 0);
    if (!hasSpare || (learners.length === 0 && voters.length <= wanted)) return;
    const { nowMs } = this.turn;
    const since = (id: NodeId): number =>
      Math.max(this.servingSinceMs ?? nowMs, raft.progress.get(id)?.heardSaidAtMs ?? Number.NEGATIVE_INFINITY);
    const dead = voters.find((id) => raft.progress.has(id) && nowMs - since(id) >= deadMs);
    if (dead !== undefined && this.member.changeMembers({ remove: dead }).ok) {
      this.turn.node.report.act(
        `remove ${dead}`,
        `silent for ${Math.round((nowMs - since(dead)) / 1_000)} s, and replaced`,
      );
    }
  }

  private letGo(raft: Raft): void {
    const { self } = this.turn.node;
    const pool = poolOf(this.turn);
    if (pool.length === 0) return;
    const peers = peersOf(this.turn);
    const { voters, learners } = raft.members;
    if (!pool.includes(self)) this.handOver(raft);
    const gone = [...voters, ...learners].find((id) => id !== self && !peers.includes(id));
    if (gone !== undefined && this.member.changeMembers({ remove: gone }).ok) {
      this.turn.node.report.act(`remove ${gone}`, 'it has left the site');
    }
  }

  /** It is about to leave the site itself. */
  private handOver(raft: Raft): void {
    const [best] = raft.members.voters
      .filter((id) => raft.progress.has(id))
      .sort((a, b) => (raft.progress.get(b)?.match ?? 0) - (raft.progress.get(a)?.match ?? 0));
    if (best !== undefined) this.member.transfer(best);
  }

  /**
   * Where a majority elects the primary, an even number of voters stands no more deaths than one less, and stops sooner:
   * a second voter only comes with a third.
   */
  private giveVotes(raft: Raft): void {
    const { voters, learners } = raft.members;
    if (learners.length === 0) return;
    const ready = this.ready(raft);
    const isEvenAfter = voters.length % 2 === 1;
    const [next] = ready;
    if (next === undefined || (this.rules().succession === 'elected' && isEvenAfter && ready.length < 2)) return;
    if (this.member.changeMembers({ add: next, as: 'voter' }).ok) {
      this.turn.node.report.act(`give ${next} a vote`, 'it has caught up');
    }
  }

  /** Learners that have caught up. */
  private ready(raft: Raft): readonly NodeId[] {
    return raft.members.learners.filter((id) => {
      const progress = raft.progress.get(id);
      return progress?.mode === 'stream' && raft.lastIndex - progress.match <= caughtUpWithin;
    });
  }

  private refuse(id: NodeId, reason: string): void {
    const applicant = this.applicants.get(id);
    this.applicants.delete(id);
    if (applicant !== undefined)
      this.turn.reply(applicant.mail, { kind: 'replication.refused', because: 'busy', reason });
  }
}
