/**
 * What can be seen of a server at any time.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Entry, KnownMembers, Members } from '../../protocols/raft';
import { knownMembers } from './appointing';
import type { Progress } from './progress';
import type { Snapshot } from './raft-log';
import type { RoleName } from './role';
import type { Seat } from './seat';
import type { Server } from './server';

export class RaftView {
  protected constructor(
    protected readonly server: Server,
    protected readonly seat: Seat,
  ) {}

  get id(): NodeId {
    return this.server.id;
  }

  get term(): number {
    return this.server.term;
  }

  get roleName(): RoleName {
    return this.seat.role.name;
  }

  /** Who leads in this term, as far as is known here. */
  get leader(): NodeId | undefined {
    return this.seat.role.leader;
  }

  get commitIndex(): number {
    return this.server.commitIndex;
  }

  get lastIndex(): number {
    return this.server.log.lastIndex;
  }

  get firstIndex(): number {
    return this.server.log.firstIndex;
  }

  /** The newest snapshot. */
  get snapshot(): Snapshot {
    return this.server.log.snapshot;
  }

  get members(): Members {
    return this.server.log.membership.members;
  }

  /**
   * A moment of the own clock at which nothing newer than what is applied here now had been committed anywhere, for
   * certain; `-Infinity` if there is none. A follower's; who leads asks `canReadNow`.
   */
  get provenAtMs(): number {
    return this.server.freshness.provenAtMs(this.server.appliedIndex);
  }

  /** The same with its place in the log, for observers who judge by it (`judgePromotion`). */
  get knownMembers(): KnownMembers {
    return knownMembers(this.server);
  }

  /** How far each follower is, where it leads. */
  get progress(): ReadonlyMap<NodeId, Progress> {
    return this.seat.leading?.replication.progress ?? new Map();
  }

  /** An entry that is still in the log. */
  entryAt(index: number): Entry | undefined {
    return this.server.log.at(index);
  }

  /** When `tick` wants to be called at the latest; may change with every input, and be never (`Infinity`). */
  get wakeAtMs(): number {
    return this.seat.role.wakeAtMs;
  }
}
