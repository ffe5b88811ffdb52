/**
 * One life of a replicated store, whatever it stores: has commands agreed on, feeds the contents with what was decided,
 * and lets reads pass. Nothing is in the contents before it is decided, so whatever a read finds may be told.
 */
import type { Envelope } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { Freshness } from '../../protocols/freshness';
import type { Entry } from '../../protocols/raft';
import type { GroupMember } from '../group-member/group-member';
import type { Snapshot } from '../raft/raft-log';
import type { Beside, Contents, CopyHints, CopyReason, Trouble } from './contents';
import type { CopiesIn, CopiesTurn } from './conversation';
import { besideCommand, besideIn, joined, parted } from './frame';
import { type Decided, Group } from './group';
import { Reads } from './reads';
import type { CopiesConfig } from './settings';
import { type Ended, Writes } from './writes';

export interface StoreOptions<Outcome, Answer> {
  readonly contents: Contents<Outcome>;
  readonly beside?: Beside<Answer>;
  /** Why something is refused, as what is thrown, in the words of the tier. */
  refusal(because: CopyReason, reason: string, hints?: CopyHints): Error;
  /** Does a piece of work that answers; what it throws as a refusal is the answer. */
  answer(mail: Envelope, work: () => void): void;
  /** Who leads, and what is applied, may have changed. Called often. */
  turned?(): void;
}

export class ReplicatedStore<Outcome, Answer = never> implements Decided {
  readonly group: Group;
  readonly member: GroupMember;
  /** Why nothing can be served; `undefined` once it can. */
  trouble: Trouble | undefined;
  private readonly writes = new Writes<Outcome>();
  private readonly besides = new Writes<Answer>();
  private readonly reads: Reads;
  private isWarmingUp = false;
  /** It has been told what the contents are. */
  private isTold = false;
  private snapshotAt = 0;
  /** Commands that were applied since. */
  private applied = 0;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly live: Live<CopiesConfig>,
    private readonly options: StoreOptions<Outcome, Answer>,
  ) {
    this.unready({ because: 'starting', reason: `the ${options.contents.noun} is starting` });
    this.group = new Group(turn, live, options.contents, this);
    this.member = this.group.member;
    this.reads = new Reads(turn, live, this.member, {
      refusal: (because, reason, hints) => options.refusal(because, reason, hints),
      notPrimary: (reason) => this.notPrimary(reason),
      answer: (mail, work) => options.answer(mail, work),
    });
  }

  /** Reads the disk, and goes on from there. */
  begin(): void {
    this.group.begin();
  }

  /** Throws a refusal where the newest may not be told or changed. */
  demandPrimary(): void {
    if (!this.member.isServing) throw this.notPrimary();
  }

  /** Runs what reads and answers, as soon as that is as fresh as it has to be; throws a refusal where it cannot be. */
  read(mail: Envelope, freshness: Freshness, work: () => void): void {
    this.reads.read(mail, freshness, work);
  }

  /** Throws a refusal where no more can be taken up. */
  demandRoom(): void {
    const { heldMax } = this.live.now;
    this.demandPrimary();
    if (this.writes.length + this.besides.length >= heldMax) {
      throw this.options.refusal('limit', `${heldMax} answers wait for the disk already`);
    }
  }

  /** Has a command decided on; throws a refusal where that cannot begin. */
  propose(command: Uint8Array, then: (ended: Ended<Outcome>) => void): void {
    this.take(command, (index, term) => this.writes.wait(index, term, then));
  }

  /** The same for what stands beside the contents. */
  proposeBeside(command: Uint8Array, then: (ended: Ended<Answer>) => void): void {
    this.demandRoom();
    this.take(besideCommand(command), (index, term) => this.besides.wait(index, term, then));
  }

  /** Where it stands, as plain data. */
  get view(): object {
    return {
      state: this.trouble?.reason ?? 'ready',
      answersHeld: this.writes.length + this.besides.length + this.reads.length,
      snapshotAt: this.member.raft?.snapshot.index ?? 0,
      replication: this.group.view,
    };
  }

  /** Answers what every store is asked alike, about its copies. */
  handle(mail: Envelope, body: CopiesIn): void {
    const { group } = this;
    switch (body.kind) {
      case 'replication.status':
        return group.status(mail);
      case 'replication.join':
        return group.join(mail, body);
      case 'replication.digest':
        return this.digest(mail);
      case 'replication.set':
        return group.set(mail, body);
      case 'replication.tail':
        return group.tail(mail);
      case 'replication.settled':
        return group.settle(mail, body);
      case 'replication.joined':
      case 'replication.refused':
      case 'replication.standing':
      case 'observers.granted':
      case 'observers.refused': {
        const reason = `${body.kind} is an answer; ${this.turn.node.self} asked nothing`;
        return this.turn.reply(mail, { kind: 'error', reason });
      }
      default:
        return group.receive(mail, body);
    }
  }

  /** Charges what no kind of message tells: units that it went through. At a restart `replayMs` stands for all of it. */
  work(units: number): void {
    if (this.trouble === undefined) this.turn.node.busy(units * this.live.now.unitServiceMs);
  }

  // --- as the group decides ------------------------------------------------------------------------------------------

  install({ index, data }: Snapshot): void {
    const { contents, beside } = parted(data);
    this.options.contents.install(contents);
    this.options.beside?.install(beside);
    this.isTold = contents.length > 0;
    this.snapshotAt = index;
    this.applied = 0;
  }

  apply(entry: Entry): void {
    const command = entry.what === 'command' ? entry.command : undefined;
    const aside = command === undefined ? undefined : besideIn(command);
    if (command === undefined) {
      this.writes.settle(entry, undefined);
      this.besides.settle(entry, undefined);
      return;
    }
    if (!this.isTold) throw new Error(`entry ${entry.index} came before any snapshot`);
    this.applied++;
    const work = (units: number): void => this.work(units);
    const isOfStore = aside === undefined;
    this.writes.settle(entry, isOfStore ? this.options.contents.apply(command, entry.index) : undefined);
    this.besides.settle(entry, isOfStore ? undefined : this.options.beside?.apply(aside, entry.index, work));
  }

  serialize(): Uint8Array {
    const { contents, beside } = this.options;
    return joined(contents.serialize(), beside?.serialize() ?? nothing);
  }

  turned(): void {
    this.reads.moved();
    if (this.trouble !== undefined) this.warmUp();
    this.options.turned?.();
  }

  /** What it proposed in an earlier office is out of its hands. */
  office(term: number, former: number): void {
    const { self, report } = this.turn.node;
    const { voters, learners } = this.member.members;
    const before = term === 0 ? Number.POSITIVE_INFINITY : term;
    for (const writes of [this.writes, this.besides]) {
      writes.giveUp(before, `${self} lost its office before it was decided`);
    }
    if (voters.length + learners.length > 1 || former > 0) {
      report.log('info', term === 0 ? `not primary any more (term ${former})` : `primary in term ${term}`);
    }
  }

  unready(trouble: Trouble): void {
    this.trouble = trouble;
    this.turn.node.report.unready(trouble.reason);
  }

  private digest(mail: Envelope): void {
    this.options.answer(mail, () => {
      const { trouble } = this;
      if (trouble !== undefined) throw this.options.refusal(trouble.because, trouble.reason);
      const { position, positionTerm: term } = this.member;
      const digest = this.options.contents.digest();
      this.turn.reply(mail, { kind: 'replication.digested', position, term, digest });
    });
  }

  private take(command: Uint8Array, taken: (index: number, term: number) => void): void {
    const refusal = this.member.propose(command, taken);
    if (refusal?.because === 'full') throw this.options.refusal('limit', refusal.reason);
    if (refusal !== undefined) throw this.notPrimary(refusal.reason);
  }

  private notPrimary(reason?: string): Error {
    const { self } = this.turn.node;
    const { refusal } = this.options;
    const { primary } = this.group;
    if (primary !== undefined)
      return refusal('not-primary', reason ?? `${self} is a replica: ask ${primary}`, { primary });
    if (this.member.raft?.roleName === 'leader') return refusal('starting', `${self} is taking office: try again`);
    return refusal('not-primary', reason ?? `${self} knows no primary: try again`);
  }

  /** Once its data is there and somebody leads, it takes its time for what it has read again, then serves. */
  private warmUp(): void {
    const { raft, isServing, position } = this.member;
    if (this.isWarmingUp || !this.isTold) return;
    if (!isServing && (this.group.primary === undefined || raft === undefined)) return;
    this.isWarmingUp = true;
    const { applied, snapshotAt } = this;
    this.turn.after(applied * this.live.now.replayMs, () => {
      const { report } = this.turn.node;
      this.trouble = undefined;
      report.ready();
      const { isNew } = this.group;
      const text = isNew
        ? `new ${this.options.contents.noun}`
        : `ready at ${position}: snapshot at ${snapshotAt}, ${applied} entries`;
      report.log('info', text);
    });
  }
}

const nothing = new Uint8Array();
