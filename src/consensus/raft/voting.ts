/**
 * How a server answers whoever wants its vote, whatever its own role is.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftVote } from '../../protocols/raft';
import type { Server } from './server';

/** What a server makes of a request for its vote. */
export type Answer =
  | 'granted'
  | 'denied'
  /** It heard from a leader so lately that it helps nobody else, and does not even look at the term (thesis 4.2.3). */
  | 'protected';

/**
 * Whether it would give its vote, in the term of the request. One vote per term, and only to a log that is at least as
 * up to date as its own (section 5.4.1): so whoever is elected holds every committed entry.
 */
export function judgeVote(server: Server, from: NodeId, ask: RaftVote, isLeading: boolean): Answer {
  const { electionTimeoutMs } = server.settings;
  const isProtected = isLeading || server.nowMs < server.heardAtMs + electionTimeoutMs;
  if (isProtected && !ask.isTransfer) return 'protected';
  if (ask.term < server.term) return 'denied';
  if (ask.isTrial && ask.term === server.term) return 'denied';
  const isFree = ask.term > server.term || server.votedFor === undefined || server.votedFor === from;
  return isFree && server.log.isReachedBy(ask.lastTerm, ask.lastIndex) ? 'granted' : 'denied';
}
