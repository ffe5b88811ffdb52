/**
 * A copy's part in its group: how it came to belong, its server of the group, what it does for the others while it leads
 * them, and what it tells of all that.
 */
import { tap } from 'rxjs';
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { Entry, RaftMessage } from '../../protocols/raft';
import type {
  ReplicationJoin,
  ReplicationRefused,
  ReplicationSet,
  ReplicationSettled,
} from '../../protocols/replication';
import { type GroupMachine, GroupMember, panic } from '../group-member/group-member';
import type { Write } from '../raft/outbox';
import type { Snapshot } from '../raft/raft-log';
import { Beginning, type Begun } from './beginning';
import { Belonging } from './belonging';
import { Changes } from './changes';
import type { Contents, Trouble } from './contents';
import type { CopiesTurn } from './conversation';
import { peersOf } from './joining';
import { Lease, type Leaseholder } from './lease';
import { type Rules, rulesOf } from './rules';
import type { CopiesConfig } from './settings';
import { Standing } from './standing';
import { Tails } from './tails';
import { Upkeep } from './upkeep';

/** What a group's decisions are for. */
export interface Decided extends Pick<GroupMachine, 'install' | 'apply' | 'serialize' | 'turned'> {
  /** Leads in a term from now on, or does so no more (0). */
  office(term: number, former: number): void;
  /** Why it cannot serve, for now or at all. */
  unready(trouble: Trouble): void;
}

export class Group implements GroupMachine {
  readonly member: GroupMember;
  private readonly beginning: Beginning;
  private readonly upkeep: Upkeep;
  private readonly belonging: Belonging;
  private readonly standing: Standing;
  private readonly lease: Lease;
  private readonly tails: Tails;
  private readonly changes: Changes;
  private rules: Rules;
  /** The term that it leads, or 0. */
  private leadingTerm = 0;

  constructor(
    private readonly turn: CopiesTurn,
    live: Live<CopiesConfig>,
    private readonly contents: Pick<Contents<unknown>, 'noun' | 'founding' | 'lost'>,
    private readonly decided: Decided,
  ) {
    const { now } = live;
    this.rules = rulesOf(now);
    const { electionTimeoutMs, heartbeatMs, heldMax, reads } = now;
    const settings = { electionTimeoutMs, heartbeatMs, uncommittedMax: heldMax, readsMax: heldMax };
    const compaction = (): { entries: number; bytes: number } => ({
      entries: live.now.snapshotEntries,
      bytes: live.now.snapshotBytes,
    });
    this.member = new GroupMember(turn, this, { settings, reads, compaction });
    this.tails = new Tails(turn.node.disk, contents, () => live.now.tailBytesMax);
    this.changes = new Changes(turn, this.member);
    this.upkeep = new Upkeep(
      turn,
      this.member,
      () => this.rules,
      () => live.now,
    );
    this.belonging = new Belonging(turn, this.member, () => live.now.orphanMs);
    this.standing = new Standing(turn.node.self, this.member);
    this.lease = new Lease(turn, this.leaseholder(live));
    this.beginning = new Beginning(turn, live, contents, this.begun());
    turn.during(turn.node.members.changes.pipe(tap(() => this.upkeep.act())));
  }

  /** Reads the disk, and goes on from there. */
  begin(): void {
    this.beginning.load();
  }

  /** It has begun with new data in this life. */
  get isNew(): boolean {
    return this.beginning.isNew;
  }

  /** Who leads, if it is another one, as far as is known. */
  get primary(): NodeId | undefined {
    const leader = this.member.raft?.leader;
    return leader === this.turn.node.self ? undefined : leader;
  }

  /** Where it stands, as plain data. */
  get view(): unknown {
    const { kind: _kind, ...standing } = this.standing.at(this.turn.nowMs, this.tails.summary);
    return standing;
  }

  receive(mail: Envelope, message: RaftMessage): void {
    const { voters, learners } = this.member.members;
    const { from } = mail;
    const isPeer = voters.includes(from) || learners.includes(from) || peersOf(this.turn).includes(from);
    if (isPeer || this.rules.observers.includes(from)) return this.member.receive(from, message);
    this.turn.reply(mail, { kind: 'error', reason: `${from} has no say in this group` });
  }

  join(mail: Envelope, { life }: ReplicationJoin): void {
    const { self } = this.turn.node;
    if (!peersOf(this.turn).includes(mail.from)) {
      return this.refuse(mail, 'impossible', `${mail.from} is no ${this.contents.noun} of this site`);
    }
    if (this.member.isServing) return this.upkeep.apply(mail, life);
    if (this.beginning.isBlank) return this.refuse(mail, 'blank', `${self} has no data either`);
    this.sendOn(mail);
  }

  status(mail: Envelope): void {
    this.turn.reply(mail, this.standing.at(this.turn.nowMs, this.tails.summary));
  }

  set(mail: Envelope, body: ReplicationSet): void {
    if (this.member.isServing) this.changes.set(mail, body);
    else this.sendOn(mail);
  }

  tail(mail: Envelope): void {
    this.turn.reply(mail, this.tails.body);
  }

  settle(mail: Envelope, { ids }: ReplicationSettled): void {
    this.tails.settle(ids);
    this.turn.node.disk.sync((failure) => {
      if (failure !== undefined) panic(this.turn, failure);
      this.tail(mail);
    });
  }

  install(snapshot: Snapshot): void {
    this.decided.install(snapshot);
    this.tails.installed(snapshot);
  }

  dropped(write: Extract<Write, { what: 'truncate' }>): void {
    const count = this.tails.keep(write);
    if (count === 0) return;
    const text = `${count} writes from ${write.from} on are given up: the group decided without them`;
    this.turn.node.report.log('warn', text);
  }

  apply(entry: Entry): void {
    this.tails.decided(entry.index, entry.term);
    this.decided.apply(entry);
  }

  serialize(): Uint8Array {
    return this.decided.serialize();
  }

  turned(): void {
    const { raft } = this.member;
    if (raft === undefined) return;
    const term = raft.roleName === 'leader' ? raft.term : 0;
    if (term !== this.leadingTerm) this.changeOffice(term);
    this.decided.turned();
    this.changes.act();
    if (raft.progress.size > 0) this.standing.note(this.turn.nowMs);
    this.upkeep.act();
  }

  private changeOffice(term: number): void {
    const former = this.leadingTerm;
    this.leadingTerm = term;
    this.decided.office(term, former);
    this.lease.keep();
  }

  private sendOn(mail: Envelope): void {
    const { primary } = this;
    const { self } = this.turn.node;
    if (primary === undefined) return this.refuse(mail, 'busy', `${self} knows no primary that could: try again`);
    this.refuse(mail, 'not-primary', `${self} is no primary: ask ${primary}`, { primary });
  }

  private refuse(
    mail: Envelope,
    because: ReplicationRefused['because'],
    reason: string,
    more: Pick<ReplicationRefused, 'primary'> = {},
  ): void {
    this.turn.reply(mail, { kind: 'replication.refused', because, reason, ...more });
  }

  private begun(): Begun {
    return {
      found: ({ cells }) => this.tails.load(cells.get('tails')),
      start: (persisted, rules, contents) => {
        this.rules = rules;
        const { succession, observers } = rules;
        this.member.start(persisted, { succession, observed: observers.length > 0 }, contents);
        this.belonging.begin();
      },
      refuse: (because, reason) => {
        this.turn.node.report.log('error', reason);
        this.decided.unready({ because, reason });
      },
      wait: (reason) => this.decided.unready({ because: 'starting', reason }),
    };
  }

  private leaseholder(live: Live<CopiesConfig>): Leaseholder {
    const observers = (): readonly NodeId[] => this.rules.observers;
    return {
      get observers() {
        return observers();
      },
      renewMs: live.now.renewMs,
      isFit: () => this.member.syncingForMs <= live.now.diskPatienceMs,
      standing: () => {
        const { raft } = this.member;
        if (raft?.roleName !== 'leader') return undefined;
        const { term, lastIndex, commitIndex, members, knownMembers: known } = raft;
        return { kind: 'observers.renew', term, lastIndex, commitIndex, members, known };
      },
      hold: (term, untilMs) => this.member.holdLease(term, untilMs),
    };
  }
}
