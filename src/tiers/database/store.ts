/**
 * One life of a database: what SQL it takes, has agreed on and answers. What copies of anything have in common is the
 * shell around it.
 */
import { Observable } from 'rxjs';
import { ReplicatedStore } from '../../consensus/copies/store';
import type { Ended } from '../../consensus/copies/writes';
import type { GroupMember } from '../../consensus/group-member/group-member';
import type { Envelope } from '../../kernel/envelope';
import { messageKey } from '../../kernel/events';
import type { Live } from '../../kernel/tier';
import type { Freshness } from '../../protocols/sql';
import type { Caution } from '../../sharding/caution';
import { Invalidation } from './invalidation';
import { encodeEntry } from './log';
import { Outbox } from './outbox';
import { Refusal } from './refusal';
import { answering, resultOf } from './results';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import { ShardDesk, shardDecisions } from './shard-desk';
import type { Sharding } from './sharding';
import type { Command } from './sqlite';
import { DatabaseState, type Outcome } from './state';

export class Store {
  readonly copies: ReplicatedStore<Outcome | Refusal, ReturnType<Sharding['apply']>>;
  readonly shard: ShardDesk;
  private readonly outbox: Outbox;
  private readonly invalidation: Invalidation;
  private readonly member: GroupMember;
  private readonly state: DatabaseState;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
    caution: Caution,
  ) {
    this.state = new DatabaseState(live.now, caution);
    this.copies = new ReplicatedStore<Outcome | Refusal, ReturnType<Sharding['apply']>>(turn, live, {
      contents: this.state,
      beside: shardDecisions(this.state),
      refusal: (because, reason, hints) => new Refusal(because, reason, hints),
      answer: (mail, work) => answering(turn, mail, work),
      turned: () => this.invalidation.turned(),
    });
    this.shard = new ShardDesk(turn, this.state, this.copies);
    this.member = this.copies.member;
    this.outbox = new Outbox(turn, live, this.state, this.copies);
    this.invalidation = new Invalidation(turn, live, this.state, this.member);
    this.state.onInstalled = () => this.invalidation.installed();
    this.state.onApplied = (byMove) => {
      this.outbox.applied(byMove);
      if (!byMove) this.invalidation.applied();
    };
    // SQLite's memory is not the garbage collector's: it is given back when this life ends, however it ends.
    turn.during(new Observable(() => () => this.state.close()));
    turn.node.report.expose(() => this.view);
    this.copies.begin();
  }

  private get view(): unknown {
    const sharding = this.state.sqlite?.sharding?.view;
    const caches = this.invalidation.view;
    return {
      ...this.copies.view,
      ...(sharding === undefined ? {} : { sharding, outbox: this.outbox.view }),
      ...(caches === undefined ? {} : { caches }),
    };
  }

  get ready(): boolean {
    return this.copies.trouble === undefined;
  }

  /**
   * Runs statements as one, and answers when the answer is safe.
   *
   * @param map the version of the shard map by which a router chose this database.
   */
  execute(
    mail: Envelope,
    commands: readonly Command[],
    freshness: Freshness = 'newest',
    recovers?: string,
    map?: number,
  ): void {
    const { trouble } = this.copies;
    if (trouble !== undefined) return this.turn.reply(mail, { kind: 'sql.failure', ...trouble });
    // Whoever asked has given up: doing it now would surprise everybody.
    if (mail.budgetMs !== undefined && mail.budgetMs <= 0) return;
    answering(this.turn, mail, () => {
      if (freshness === 'newest') this.copies.demandPrimary();
      const [command] = commands;
      if (command === undefined || commands.length > 1 || recovers !== undefined || !this.state.open.reads(command)) {
        this.write(mail, commands, recovers, map);
      } else if (freshness === 'any' || (freshness === 'newest' && this.member.canReadNow)) {
        this.tell(mail, command, map);
      } else {
        this.copies.read(mail, freshness, () => this.tell(mail, command, map));
      }
    });
  }

  /** Whose rows are here may have changed while a read waited until it was fresh enough: only now it is known for sure. */
  private tell(mail: Envelope, command: Command, map: number | undefined): void {
    this.state.open.sharding?.demandMap(map);
    const { position, positionTerm } = this.member;
    this.turn.reply(mail, resultOf(this.state.open.read(command), position, positionTerm));
  }

  private write(
    mail: Envelope,
    commands: readonly Command[],
    recovers: string | undefined,
    map: number | undefined,
  ): void {
    const { rowsMax } = this.live.now;
    this.copies.demandRoom();
    this.state.open.admit(commands);
    const entry = encodeEntry({ id: messageKey(mail), commands, rowsMax, recovers, map });
    this.copies.propose(entry, (ended) => this.settle(mail, ended));
  }

  private settle(mail: Envelope, ended: Ended<Outcome | Refusal>): void {
    if (ended.end === 'unknown') return this.turn.reply(mail, { kind: 'sql.unknown', reason: ended.reason });
    if (ended.end === 'superseded') {
      return this.turn.reply(mail, { kind: 'sql.failure', because: 'not-primary', reason: ended.reason });
    }
    const { outcome, position, term } = ended;
    this.turn.reply(mail, outcome instanceof Refusal ? outcome.body : resultOf(outcome, position, term));
  }
}
