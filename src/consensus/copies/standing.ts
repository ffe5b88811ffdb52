/**
 * Where a copy stands, for those who ask: who leads, how far everybody is, how a write is acknowledged.
 */

import type { NodeId } from '../../kernel/envelope';
import type { ReplicationStanding } from '../../protocols/replication';
import type { GroupMember } from '../group-member/group-member';
import { Membership } from '../raft/membership';
import { modeOf } from './founding';

/** How often is noted where the log ended, and how often at most: what was there when tells how late a copy is. */
const noteMs = 10;
const notesMax = 1_000;

export class Standing {
  private notes: { readonly atMs: number; readonly lastIndex: number }[] = [];

  constructor(
    private readonly self: NodeId,
    private readonly member: GroupMember,
  ) {}

  /** The primary's log may have grown. */
  note(nowMs: number): void {
    const { raft } = this.member;
    const last = this.notes[this.notes.length - 1];
    if (raft === undefined || raft.lastIndex === last?.lastIndex || nowMs < (last?.atMs ?? -noteMs) + noteMs) return;
    this.notes.push({ atMs: nowMs, lastIndex: raft.lastIndex });
    if (this.notes.length > notesMax) this.notes = this.notes.slice(notesMax / 2);
  }

  at(nowMs: number, tails: ReplicationStanding['tails'] = []): ReplicationStanding {
    const { raft, members, position } = this.member;
    if (raft === undefined) return { ...nowhere, tails };
    const { term, leader, lastIndex, commitIndex } = raft;
    const followers = [...raft.progress].map(([id, { match }]) => ({
      id,
      match,
      behindEntries: lastIndex - match,
      behindMs: this.behindMs(match, lastIndex, nowMs),
    }));
    const isLearner = !members.voters.includes(this.self);
    const role = raft.roleName === 'leader' ? 'primary' : isLearner ? 'learner' : 'replica';
    return {
      kind: 'replication.standing',
      role,
      term,
      ...(leader === undefined ? {} : { primary: leader }),
      lastIndex,
      committed: commitIndex,
      applied: position,
      copies: new Membership(members).copies,
      mode: modeOf(members.copies),
      members: { voters: members.voters, learners: members.learners },
      followers,
      tails,
    };
  }

  private behindMs(match: number, lastIndex: number, nowMs: number): number {
    if (match >= lastIndex) return 0;
    const lacking = this.notes.find((note) => note.lastIndex > match);
    return lacking === undefined ? 0 : nowMs - lacking.atMs;
  }
}

const nowhere = {
  kind: 'replication.standing',
  role: 'joining',
  term: 0,
  lastIndex: 0,
  committed: 0,
  applied: 0,
  copies: 0,
  mode: 'quorum',
  members: { voters: [], learners: [] },
  followers: [],
} as const satisfies Omit<ReplicationStanding, 'tails'>;
