/**
 * One life of an observer: its server of the observers' group, what the group has decided, and while it leads them the
 * coordinator that acts on it.
 */
import { takePart } from '../../consensus/group-member/fixed-group';
import { type GroupMachine, GroupMember } from '../../consensus/group-member/group-member';
import { Coordinator, type Duties } from '../../consensus/observers/coordinator';
import {
  decide,
  decodeDecision,
  decodeStanding,
  encodeDecision,
  encodeStanding,
  type Standing,
  undecided,
} from '../../consensus/observers/decisions';
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import type { ObserversPromote, ObserversRefused, ObserversRenew, ObserversView } from '../../protocols/observers';
import type { RaftMessage } from '../../protocols/raft';
import { promoteByHand } from './by-hand';
import { Replacement } from './replacement';
import type { ObserverConfig, ObserverTurn } from './settings';

/** Decisions are few: a snapshot now and then keeps the log short. */
const compaction = { entries: 100, bytes: 1_000_000 };

export class Watch {
  private standing: Standing = undecided;
  private readonly member: GroupMember;
  private coordinator: Coordinator | undefined;
  private replacement: Replacement | undefined;
  private alarmAtMs = Number.POSITIVE_INFINITY;
  private cancelAlarm: Cancel = () => undefined;

  constructor(
    private readonly turn: ObserverTurn,
    private readonly live: Live<ObserverConfig>,
  ) {
    const { electionTimeoutMs, heartbeatMs, clockDriftMax } = live.now;
    const settings = { electionTimeoutMs, heartbeatMs, clockDriftMax };
    this.member = new GroupMember(turn, this.machine(), {
      settings,
      reads: 'confirmed',
      compaction: () => compaction,
    });
    turn.node.report.expose(() => {
      const { kind: _kind, ...view } = this.view;
      return { role: this.member.raft?.roleName ?? 'starting', ...view };
    });
    takePart(turn, this.member, { voters: live.now.observers });
  }

  get view(): ObserversView {
    const { term, primary, gaps } = this.standing;
    const decides = this.member.raft?.leader;
    const underWay = this.coordinator?.underWay;
    return {
      kind: 'observers.view',
      term,
      ...(primary === undefined ? {} : { primary }),
      ...(decides === undefined ? {} : { decides }),
      ...(underWay === undefined ? {} : { underWay }),
      missing: [...gaps],
    };
  }

  /** A promise or a refusal is a data node's; everything else is said among observers. */
  heard(from: NodeId, body: RaftMessage): void {
    if (body.kind === 'raft.promised') this.coordinator?.promised(from, body, this.turn.nowMs);
    else if (this.live.now.observers.includes(from)) return this.member.receive(from, body);
    else if (body.kind === 'raft.outdated') this.coordinator?.outdated(body.term);
    this.arm();
  }

  /** A lease counts only if a majority of the observers still takes this one for the one that decides. */
  renew(mail: Envelope, renewal: ObserversRenew): void {
    const refusal = this.member.read((granted) => {
      const { coordinator, turn } = this;
      if (!granted || coordinator === undefined) return turn.reply(mail, this.elsewhere());
      turn.reply(mail, coordinator.renewed(mail.from, renewal, turn.nowMs));
      this.arm();
    });
    if (refusal !== undefined) this.turn.reply(mail, this.elsewhere());
  }

  promote(mail: Envelope, order: ObserversPromote): void {
    const { coordinator } = this;
    if (coordinator === undefined) return this.turn.reply(mail, this.elsewhere());
    if (!this.dataNodes().includes(order.to)) {
      const reason = `${order.to} is no ${this.live.now.databases} node`;
      return this.turn.reply(mail, { kind: 'observers.refused', reason });
    }
    promoteByHand(this.turn, mail, order, this.live.now, () => {
      const { standing } = this;
      // Whoever decided when it was asked may not do so any more.
      return this.coordinator === coordinator ? { coordinator, standing } : undefined;
    });
  }

  private machine(): GroupMachine {
    return {
      install: ({ data }) => {
        this.standing = decodeStanding(data);
      },
      apply: (entry) => {
        if (entry.what !== 'command') return;
        this.standing = decide(this.standing, decodeDecision(entry.command));
        this.coordinator?.decided(this.standing, this.turn.nowMs);
      },
      serialize: () => encodeStanding(this.standing),
      turned: () => this.turned(),
    };
  }

  /** Leads the group or not any more: what was decided before is known by then. */
  private turned(): void {
    const { turn, live, standing } = this;
    if (!this.member.isServing) {
      this.coordinator?.end();
      this.replacement?.end();
      this.coordinator = undefined;
      this.replacement = undefined;
    } else if (this.coordinator === undefined) {
      this.coordinator = new Coordinator(turn.node.self, () => live.now, this.duties(), standing, turn.nowMs);
      this.replacement = new Replacement(
        turn,
        () => live.now,
        () => this.dataNodes(),
      );
    }
    this.arm();
  }

  private duties(): Duties {
    const { turn } = this;
    return {
      propose: (decision) => void this.member.propose(encodeDecision(decision), () => undefined),
      say: (to, body) => turn.say(to, body, { datagram: true }),
      act: (what, reason) => turn.node.report.act(what, reason),
      dataNodes: () => this.dataNodes(),
      hasAnswered: (node, sinceMs) => this.replacement?.hasAnswered(node, sinceMs) === true,
    };
  }

  private dataNodes(): readonly NodeId[] {
    return this.turn.node.members.now[this.live.now.databases] ?? [];
  }

  private elsewhere(): ObserversRefused {
    const leader = this.member.raft?.leader;
    if (leader === undefined || leader === this.turn.node.self) {
      return { kind: 'observers.refused', reason: 'no observer decides now: no majority of them agrees on one' };
    }
    return { kind: 'observers.refused', reason: `${leader} decides now`, ask: leader };
  }

  private arm(): void {
    const atMs = this.coordinator?.wakeAtMs ?? Number.POSITIVE_INFINITY;
    if (atMs === this.alarmAtMs) return;
    this.cancelAlarm();
    this.alarmAtMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.cancelAlarm = this.turn.after(Math.max(0, atMs - this.turn.nowMs), () => {
      this.alarmAtMs = Number.POSITIVE_INFINITY;
      this.coordinator?.tick(this.turn.nowMs);
      this.arm();
    });
  }
}
