/** Servers of a Raft group that break one rule of it each. */
import { Membership } from '../../src/consensus/raft/membership';
import { Outbox, type Write } from '../../src/consensus/raft/outbox';
import { RaftLog, type Snapshot } from '../../src/consensus/raft/raft-log';
import { Reads } from '../../src/consensus/raft/reads';
import { raftClaim } from '../raft/claim';
import { type Canary, canary } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const anything = raftClaim({
  name: 'Raft is safe and goes on',
  seed: 1,
  runs: 60,
  accidents: { min: 10, max: 30, gapMaxMs: 200 },
});

const halfIsEnough = sabotageHidden(
  Membership.prototype,
  'majorityOf',
  () => (voters) => Math.floor(Number(voters) / 2),
);

const forgetsItsVote = sabotage(Outbox.prototype, 'write', (write) => {
  return function (this: Outbox, what: Write) {
    write.call(this, what.what === 'state' ? { ...what, votedFor: undefined } : what);
  };
});

const promisesAtOnce = sabotage(Outbox.prototype, 'promise', () => Outbox.prototype.say);

const believesItLeads = sabotageHidden(Reads.prototype, 'confirmedRound', () => () => Number.POSITIVE_INFINITY);

const forgetsTheTail = sabotage(RaftLog.prototype, 'compact', () => {
  return function (this: RaftLog, snapshot: Snapshot) {
    this.install({ ...snapshot, term: -1 });
    this.install(snapshot);
  };
});

const kinds = ['two leaders', 'logs do not match', 'incomplete leader', 'two commits', 'states differ', 'Error'];

export const raftCanaries: readonly Canary[] = [
  canary('a group in which half is a majority', anything, halfIsEnough, ...kinds),
  canary(
    'a server that forgets its vote when it restarts',
    anything,
    forgetsItsVote,
    'said before synced',
    'two leaders',
  ),
  canary('a follower that acknowledges before it has synced', anything, promisesAtOnce, 'said before synced', ...kinds),
  canary('a leader that reads without asking whether it still leads', anything, believesItLeads, 'stale read'),
  canary('a snapshot that forgets the tail of the log', anything, forgetsTheTail, ...kinds, 'a hole', 'no progress'),
];
