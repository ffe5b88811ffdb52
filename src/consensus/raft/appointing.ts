/**
 * How a server answers observers that appoint a leader. They made sure among themselves that the term is asked for by one
 * of them only, and who is appointed; the server makes sure that a term has one reign only.
 *
 * The vote of a term that is promised is the observer's, the vote of a term that is led by appointment is one's own: so
 * promise and reign survive a crash as votes do.
 */
import type { NodeId } from '../../kernel/envelope';
import type { KnownMembers, RaftPromised } from '../../protocols/raft';
import type { Server } from './server';

/** Whether it can promise an observer that it takes nothing from before a term. */
export function judgePromise(server: Server, observer: NodeId, term: number, leader: NodeId | undefined): boolean {
  if (term !== server.term) return term > server.term;
  // It may have come into the term by hearsay, but once there are entries of it the log is no report of what was before.
  const isNew = leader === undefined && server.log.lastTerm < term;
  return isNew && (server.votedFor === undefined || server.votedFor === observer);
}

/**
 * Whether it may lead: it promised exactly this term, on disk, and nobody has led in it. Which observer says so does not
 * matter: the one that asked for the term may have died when all had agreed on whom to appoint.
 */
export function judgeAppointment(server: Server, term: number, leader: NodeId | undefined): boolean {
  const { votedFor, id, outbox } = server;
  const isPromised = term === server.term && votedFor !== undefined && votedFor !== id && outbox.isTermDurable;
  return isPromised && leader === undefined && server.log.lastTerm < term && server.isVoter;
}

/** What an observer is told with the promise. */
export function promised(server: Server): RaftPromised {
  const { term, log, commitIndex } = server;
  const { lastIndex, lastTerm } = log;
  return { kind: 'raft.promised', term, lastIndex, lastTerm, commitIndex, ...knownMembers(server) };
}

/** Who belongs to the group by the newest entry about it, and by the one before as long as that is not committed. */
export function knownMembers({ log, commitIndex }: Server): KnownMembers {
  const { membership, membershipIndex: membersIndex, membershipTerm: membersTerm, membershipBefore: before } = log;
  const known = { members: membership.members, membersIndex, membersTerm };
  return before !== undefined && membersIndex > commitIndex ? { ...known, previous: before.members } : known;
}
