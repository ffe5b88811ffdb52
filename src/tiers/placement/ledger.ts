/**
 * What the group has decided, on this member: its server of the group, the state that its log leads to, and whoever waits
 * for a decision. Nothing is told before a majority has it.
 */
import { takePart } from '../../consensus/group-member/fixed-group';
import { GroupMember } from '../../consensus/group-member/group-member';
import type { NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { Entry, RaftMessage } from '../../protocols/raft';
import { decide, founded } from '../../sharding/deciding';
import {
  type Decision,
  decodeDecision,
  decodeState,
  encodeDecision,
  encodeState,
  type PlacementState,
} from '../../sharding/decisions';
import type { PlacementConfig, PlacementTurn } from './settings';

/** Blocks of ids and slices of a move: a snapshot now and then keeps the log short. */
const compaction = { entries: 500, bytes: 1_000_000 };

/** What became of a decision that was asked for. */
export interface Outcome {
  decided(before: PlacementState, after: PlacementState): void;
  /** Somebody else decides now; `isKnown`: it was not decided, for certain. */
  lost(isKnown: boolean): void;
}

export interface Listener {
  /** It leads or not any more, or something is decided. */
  turned(): void;
}

export class Ledger {
  state: PlacementState;
  private readonly member: GroupMember;
  private readonly waiting = new Map<number, { readonly term: number; readonly outcome: Outcome }>();

  constructor(
    turn: PlacementTurn,
    private readonly live: Live<PlacementConfig>,
    private readonly listener: Listener,
  ) {
    const { electionTimeoutMs, heartbeatMs, clockDriftMax, maps, firstIds } = live.now;
    this.state = founded(maps, firstIds);
    this.member = new GroupMember(turn, this.machine(), {
      settings: { electionTimeoutMs, heartbeatMs, clockDriftMax },
      reads: 'confirmed',
      compaction: () => compaction,
    });
    takePart(turn, this.member, { voters: live.now.group, data: encodeState(this.state) });
  }

  /** Whether it leads, and knows everything that was decided before. */
  get isServing(): boolean {
    return this.member.isServing;
  }

  get role(): string {
    return this.member.raft?.roleName ?? 'starting';
  }

  get term(): number {
    return this.member.raft?.term ?? 0;
  }

  get leader(): NodeId | undefined {
    return this.member.raft?.leader;
  }

  get position(): number {
    return this.member.position;
  }

  receive(from: NodeId, message: RaftMessage): void {
    this.member.receive(from, message);
  }

  /** Calls back with whether the state is the newest there is; at once if nobody can be asked. */
  read(then: (granted: boolean) => void): void {
    if (this.member.read(then) !== undefined) then(false);
  }

  /** @returns why it was not even taken up: it is not decided, for certain. */
  propose(decision: Decision, outcome: Outcome): string | undefined {
    if (!this.isServing) return 'it does not decide';
    if (this.waiting.size >= this.live.now.waitingMax) return `${this.waiting.size} wait for a decision already`;
    const refusal = this.member.propose(encodeDecision(decision), (index, term) => {
      this.waiting.set(index, { term, outcome });
    });
    return refusal?.reason;
  }

  private machine() {
    return {
      install: ({ data }: { readonly data: Uint8Array }) => {
        if (data.length > 0) this.state = decodeState(data);
      },
      apply: (entry: Entry) => this.apply(entry),
      serialize: () => encodeState(this.state),
      turned: () => {
        if (!this.isServing && this.waiting.size > 0) this.abandon();
        this.listener.turned();
      },
    };
  }

  private apply(entry: Entry): void {
    const before = this.state;
    if (entry.what === 'command') this.state = decide(before, decodeDecision(entry.command));
    const asked = this.waiting.get(entry.index);
    if (asked === undefined) return;
    this.waiting.delete(entry.index);
    if (asked.term === entry.term) asked.outcome.decided(before, this.state);
    else asked.outcome.lost(true);
  }

  /** Whoever decides now may yet decide what is in the log. */
  private abandon(): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { outcome } of all) outcome.lost(false);
  }
}
