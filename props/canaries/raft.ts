/** Servers of a Raft group that break one rule of it each. */
import { Membership } from '../../src/consensus/raft/membership';
import { Outbox, type Write } from '../../src/consensus/raft/outbox';
import { RaftLog, type Snapshot } from '../../src/consensus/raft/raft-log';
import { Reads } from '../../src/consensus/raft/reads';
import { Replication } from '../../src/consensus/raft/replication';
import { raftHolds, raftOutlivesShortReigns } from '../raft/claim';
import { type Canary, canary, soon } from './canary';
import { appointedCanaries } from './raft-appointed';
import { sabotage, sabotageHidden } from './sabotage';

const anything = { ...raftHolds, runs: 60 };

/** What goes wrong only after several things in a row is given cases among which they soon come. */
const forLongestLog = soon(raftOutlivesShortReigns, 2, 31);
const forFigure8 = soon(raftOutlivesShortReigns, 4);

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

const countsOldEntries = sabotageHidden(Replication.prototype, 'mayCommit', () => () => true);

const longestLogWins = sabotage(RaftLog.prototype, 'isReachedBy', () => {
  return function (this: RaftLog, _lastTerm: number, lastIndex: number) {
    return lastIndex >= this.lastIndex;
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

const kinds = [
  'two leaders',
  'logs do not match',
  'incomplete leader',
  'two commits',
  'states differ',
  'stale read',
  'Error',
];

export const raftCanaries: readonly Canary[] = [
  ...appointedCanaries,
  canary('a group in which half is a majority', anything, halfIsEnough, ...kinds),
  canary(
    'a server that forgets its vote when it restarts',
    anything,
    forgetsItsVote,
    'said before synced',
    'two leaders',
  ),
  canary('a leader that commits an entry of an older term by counting', forFigure8, countsOldEntries, ...kinds),
  canary('a voter that prefers the longest log', forLongestLog, longestLogWins, ...kinds),
  canary('a follower that acknowledges before it has synced', anything, promisesAtOnce, 'said before synced', ...kinds),
  canary('a leader that reads without asking whether it still leads', anything, believesItLeads, 'stale read'),
  canary('a snapshot that forgets the tail of the log', anything, forgetsTheTail, ...kinds, 'a hole', 'no progress'),
];
