/**
 * What servers may find on their disks when a trial begins: some led a term of their own that nobody else heard of, and
 * hold entries of it that were never committed. Figure 8 begins so; chance alone takes long to lead there.
 */
import { blank, type Persisted } from '../../src/consensus/raft/recover';
import type { Entry, Members } from '../../src/protocols/raft';
import { TallyMachine } from './tally-machine';

/**
 * @param tails how many entries of its own each server holds, in the order of their terms; fewer than half of the servers
 * and one may have any, or nobody could have elected the last of them.
 */
export function foundOnDisk(place: number, members: Members | undefined, tails: readonly number[]): Persisted {
  const { data } = TallyMachine.blank();
  const mine = tails[place] ?? 0;
  const term = tails.length + 1;
  const entries = Array.from({ length: mine }, (_, at) => entry(at + 1, place + 1));
  // Everybody has heard of the last of these terms, and nothing has happened in the one after it.
  return { ...blank(members, data), term: tails.length === 0 ? 0 : term, entries };
}

function entry(index: number, term: number): Entry {
  if (index === 1) return { what: 'start', index, term };
  return { what: 'command', index, term, command: Buffer.from(`tail ${term} ${index}`) };
}
