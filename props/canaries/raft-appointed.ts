/** Servers, and judgements about them, that break one rule each of a group whose leader is appointed. */
import { Agreement } from '../../src/consensus/raft/agreement';
import { promised } from '../../src/consensus/raft/appointing';
import { Follower } from '../../src/consensus/raft/follower';
import { Echo } from '../../src/consensus/raft/freshness';
import { Membership } from '../../src/consensus/raft/membership';
import { Outbox, type Write } from '../../src/consensus/raft/outbox';
import { Judgement } from '../../src/consensus/raft/promotion';
import { RaftLog, type Snapshot } from '../../src/consensus/raft/raft-log';
import { Replication } from '../../src/consensus/raft/replication';
import { Seat } from '../../src/consensus/raft/seat';
import { Server } from '../../src/consensus/raft/server';
import type { RaftMessage, RaftPromised } from '../../src/protocols/raft';
import { asynchronous, quorum, raftClaim, semiSynchronous } from '../raft/claim';
import { type Canary, canary, soon } from './canary';
import { type Sabotage, sabotage, sabotageHidden } from './sabotage';

const two = raftClaim({ ...semiSynchronous, runs: 100 });
const many = raftClaim({ ...quorum, runs: 100 });
const one = raftClaim({ ...asynchronous, runs: 100 });
/** What takes several things in a row is given accidents among which they soon come. */
const cutOff = raftClaim({
  ...quorum,
  runs: 200,
  accidents: { min: 6, max: 20, gapMaxMs: 250, only: ['isolate', 'heal', 'depose', 'burst'] },
  setting: { ...quorum.setting, servers: 5, founders: 5 },
});
const switching = raftClaim({
  ...semiSynchronous,
  runs: 300,
  accidents: { min: 6, max: 20, gapMaxMs: 250, only: ['isolate', 'heal', 'copies'] },
  setting: { ...semiSynchronous.setting, servers: 5, founders: 5 },
});
/** Two servers found terms of their own on their disks: the first the longer one, the second the later one. */
const found = raftClaim({
  ...semiSynchronous,
  runs: 200,
  accidents: { min: 6, max: 20, gapMaxMs: 250, only: ['isolate', 'heal', 'crash', 'restart', 'depose'] },
  setting: { ...semiSynchronous.setting, servers: 3, founders: 3, tails: [60, 1] },
});

const leastAdvanced = sabotageHidden(Judgement.prototype, 'isAhead', (isAhead) => {
  return function (a, b) {
    return isAhead.call(this, b, a);
  };
});

const longestLog = ahead((a, b) => a.lastIndex > b.lastIndex);

const oneLess = sabotageHidden(Membership.prototype, 'promisesFor', () => (voters, copies) => {
  return Number(voters) - Number(copies);
});

const reportsOnly: Sabotage = sabotageHidden(Seat.prototype, 'promise', () => {
  return function (to, term) {
    const server: unknown = Reflect.get(this, 'server');
    if (!(server instanceof Server) || Number(term) <= server.term) return;
    server.outbox.say(String(to), { ...promised(server), term: Number(term) });
  };
});

const forgetsItsPromise = sabotage(Outbox.prototype, 'write', (write) => {
  return function (this: Outbox, what: Write) {
    write.call(this, what.what === 'state' ? { ...what, votedFor: undefined } : what);
  };
});

const takesWhatIsOver = sabotage(Seat.prototype, 'receive', (receive) => {
  return function (this: Seat, from: string, message: RaftMessage) {
    if (message.kind === 'raft.append' && this.leading === undefined) this.role.receive(from, message);
    receive.call(this, from, message);
  };
});

const countsItselfAtOnce = sabotage(Replication.prototype, 'matchOf', (matchOf) => {
  return function (this: Replication, id: string) {
    const server: unknown = Reflect.get(this, 'server');
    return server instanceof Server && server.id === id ? server.log.lastIndex : matchOf.call(this, id);
  };
});

const changesAtOnce = sabotageHidden(Agreement.prototype, 'isChanging', () => () => false);

const leasesForEver = sabotageHidden(Agreement.prototype, 'isBefore', () => () => true);

const forgetsTheTail = sabotage(RaftLog.prototype, 'compact', () => {
  return function (this: RaftLog, snapshot: Snapshot) {
    this.install({ ...snapshot, term: -1 });
    this.install(snapshot);
  };
});

const dropsSilently = sabotage(RaftLog.prototype, 'from', () => () => []);

const keepsItsState = sabotageHidden(Server.prototype, 'giveWay', (giveWay) => {
  return function (...given) {
    const applied: unknown = Reflect.get(this, 'handedOver');
    giveWay.call(this, ...given);
    Reflect.set(this, 'handedOver', applied);
    Reflect.set(this, 'installing', undefined);
  };
});

const trustsItsSnapshot = sabotageHidden(Follower.prototype, 'sharesSnapshot', () => () => true);

const believesAtOnce = sabotage(Echo.prototype, 'atMs', (atMs) => {
  return function (this: Echo) {
    return atMs.call(this, true, 0);
  };
});

function ahead(isAhead: (a: RaftPromised, b: RaftPromised) => boolean): Sabotage {
  return sabotageHidden(Judgement.prototype, 'isAhead', () => (a, b) => isReport(a) && isReport(b) && isAhead(a, b));
}

function isReport(value: unknown): value is RaftPromised {
  return typeof value === 'object' && value !== null && 'lastIndex' in value;
}

const lost = ['incomplete leader', 'two commits', 'logs do not match', 'states differ', 'Error'];

export const appointedCanaries: readonly Canary[] = [
  canary('observers that promote the least advanced', two, leastAdvanced, ...lost),
  canary('observers that promote the longest log', found, longestLog, ...lost),
  canary('observers that are content with one promise less', two, oneLess, ...lost),
  canary('a server that reports but promises nothing', two, reportsOnly, 'said before synced', ...lost),
  canary('a server that forgets its promise when it restarts', two, forgetsItsPromise, 'said before synced', ...lost),
  canary('a server that takes entries of a leader that is deposed', two, takesWhatIsOver, ...lost, 'two leaders'),
  canary('a leader that counts its own copy before it is synced', soon(two, 31), countsItselfAtOnce, ...lost),
  canary('a leader that needs fewer copies before that is agreed on', switching, changesAtOnce, ...lost),
  canary('a snapshot that forgets the tail of a shipped log', many, forgetsTheTail, ...lost, 'a hole', 'lost silently'),
  canary('a deposed primary that acknowledges without a lease', one, leasesForEver, 'two primaries', 'stale read'),
  canary('a deposed primary that drops its tail silently', one, dropsSilently, 'lost silently'),
  canary('a deposed primary that keeps the state of what is lost', one, keepsItsState, 'states differ', 'Error'),
  canary('a deposed primary that trusts its own snapshot', one, trustsItsSnapshot, 'Error', 'no progress', ...lost),
  canary('a leader that nobody confirmed and that calls others fresh', cutOff, believesAtOnce, 'not as fresh'),
];
