/**
 * What can be set on a server of a Raft group, with every default.
 */

export interface RaftSettings {
  /**
   * Without a word from a leader for so long, drawn between once and twice this, a server stands for election (section
   * 5.2). Longer than a round trip with its two syncs, or nobody ever leads.
   */
  readonly electionTimeoutMs: number;
  /** A leader speaks at least so often; well below the election timeout. */
  readonly heartbeatMs: number;
  /** Entries in one message ... */
  readonly batchEntriesMax: number;
  /** ... and bytes of commands in it; an entry that is larger travels alone. */
  readonly batchBytesMax: number;
  /** Messages with entries that a follower has not answered yet. */
  readonly inFlightMax: number;
  /** Entries that wait to be committed; what is proposed beyond is refused. */
  readonly uncommittedMax: number;
  /** Reads that wait to be confirmed; what is asked beyond is refused. */
  readonly readsMax: number;
  /** Bytes of a snapshot in one message. */
  readonly pieceBytesMax: number;
  /** Entries below a snapshot that stay in the log, so that whoever lags a little needs no snapshot. */
  readonly keptEntries: number;
  /**
   * How far the rate of any server's clock may be off, as a share: what leases assume (thesis 6.4.1). With clocks worse
   * than this a lease may show old state; nothing else depends on it.
   */
  readonly clockDriftMax: number;
}

export const raftDefaults: RaftSettings = {
  electionTimeoutMs: 1_000,
  heartbeatMs: 100,
  batchEntriesMax: 256,
  batchBytesMax: 262_144,
  inFlightMax: 16,
  uncommittedMax: 10_000,
  readsMax: 10_000,
  pieceBytesMax: 262_144,
  keptEntries: 100,
  clockDriftMax: 0.1,
};

/**
 * How long a leader may rely on a majority that answered: a follower waits an election timeout of its own clock before
 * it helps to elect another, and both clocks may be off in opposite directions.
 */
export function leaseMs({ electionTimeoutMs, clockDriftMax }: RaftSettings): number {
  return (electionTimeoutMs * (1 - clockDriftMax)) / (1 + clockDriftMax);
}
