/**
 * From what a former life left on disk to where a server stands. A crash may have come between two writes that belong
 * together, so what does not fit is dropped here: none of it was ever acknowledged.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Entry, Members } from '../../protocols/raft';
import { Outbox } from './outbox';
import { RaftLog, type Snapshot } from './raft-log';

/** What a disk holds: the last of each write. */
export interface Persisted {
  readonly term: number;
  readonly votedFor: NodeId | undefined;
  readonly snapshot: Snapshot;
  /** In order; those from below the snapshot may be among them. */
  readonly entries: readonly Entry[];
}

/** Who founds a group; if nothing is said of copies, a majority has to have them. */
export type Founders = Pick<Members, 'voters' | 'learners'> & Partial<Pick<Members, 'copies'>>;

/**
 * The disk of a server that has never run. The first servers of a group are all given the same members; one that joins
 * later is given none, and hears from the leader to what it belongs.
 *
 * @example
 * blank({ voters: ['db-1', 'db-2', 'db-3'], learners: [] });
 */
export function blank(members?: Founders, data: Uint8Array = new Uint8Array()): Persisted {
  const known: Members = { voters: [], learners: [], copies: 'majority', ...members };
  return {
    term: 0,
    votedFor: undefined,
    snapshot: { index: 0, term: 0, members: known, terms: [], data },
    entries: [],
  };
}

/** Where a server stands when it starts. */
export interface Recovered {
  readonly term: number;
  readonly votedFor: NodeId | undefined;
  readonly log: RaftLog;
  readonly outbox: Outbox;
}

export function recover({ term, votedFor, snapshot, entries }: Persisted): Recovered {
  const log = new RaftLog(snapshot);
  const last = entries.find(({ index }) => index === snapshot.index);
  const goesOn = last === undefined || last.term === snapshot.term;
  for (const entry of goesOn ? entries : []) if (entry.index === log.lastIndex + 1) log.append(entry);
  const outbox = new Outbox(log.lastIndex);
  const end = entries[entries.length - 1]?.index ?? 0;
  if (end > log.lastIndex) outbox.write({ what: 'truncate', from: log.lastIndex + 1, dropped: [] });
  if ((entries[0]?.index ?? Number.POSITIVE_INFINITY) <= snapshot.index) {
    outbox.write({ what: 'discard', before: snapshot.index + 1 });
  }
  // The log may have reached the disk before the term did in which it was written; no vote was given in that term.
  if (log.lastTerm > term) {
    outbox.write({ what: 'state', term: log.lastTerm, votedFor: undefined });
    return { term: log.lastTerm, votedFor: undefined, log, outbox };
  }
  return { term, votedFor, log, outbox };
}
