/**
 * What a leader says regularly: that it leads, how far it is committed, and how fresh whoever listens may believe to be.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftHeard } from '../../protocols/raft';
import type { Progress } from './progress';
import type { Reads } from './reads';
import type { Replication } from './replication';
import type { Server } from './server';

export class Heartbeats {
  private round = 0;
  private nextAtMs: number;

  constructor(
    private readonly server: Server,
    private readonly replication: Replication,
    private readonly reads: Reads,
  ) {
    this.nextAtMs = server.nowMs;
  }

  /** Never, as long as there is nobody to say it to. */
  get atMs(): number {
    return this.replication.progress.size === 0 ? Number.POSITIVE_INFINITY : this.nextAtMs;
  }

  beat(): void {
    this.nextAtMs = this.server.nowMs + this.server.settings.heartbeatMs;
    this.round++;
    for (const [peer, progress] of this.replication.progress) this.say(peer, progress);
    this.reads.saying(this.round);
  }

  /** Followers hear at once of what is committed, not with the next beat: they may serve reads too. */
  tellCommit(): void {
    for (const [peer, progress] of this.replication.progress) {
      if (progress.toldCommit < Math.min(progress.match, this.server.commitIndex)) this.say(peer, progress);
    }
  }

  heard(from: NodeId, { round, saidAtMs, sentAtMs }: RaftHeard): void {
    const progress = this.replication.progress.get(from);
    if (progress === undefined) return;
    progress.heardRound = Math.max(progress.heardRound, round);
    progress.heardSaidAtMs = Math.max(progress.heardSaidAtMs, saidAtMs);
    this.hear(from, sentAtMs);
    this.replication.heard(from);
    this.reads.answer();
  }

  /** A follower's clock came with an answer. */
  hear(from: NodeId, sentAtMs: number): void {
    this.replication.progress.get(from)?.echo.hear(sentAtMs, this.round + 1);
  }

  private say(to: NodeId, progress: Progress): void {
    const { outbox, term, nowMs: saidAtMs, commitIndex } = this.server;
    const commit = Math.min(progress.match, commitIndex);
    progress.toldCommit = commit;
    const heartbeat = { kind: 'raft.heartbeat', term, round: this.round, saidAtMs, commit } as const;
    const atMs = this.reads.knowsCommitted
      ? progress.echo.atMs(this.reads.hasLease, this.reads.confirmedRound())
      : undefined;
    outbox.say(to, atMs === undefined ? heartbeat : { ...heartbeat, proof: { atMs, commit: commitIndex } });
  }
}
