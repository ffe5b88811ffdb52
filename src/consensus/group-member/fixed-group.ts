/**
 * How a member of a group begins whose members are fixed by config and who elect their leader: from what lies on its disk,
 * or, where nothing does, by noting who belongs to it before it says anything, or a crash could make it forget.
 */
import type { DiskContents } from '../../kernel/disk';
import type { Body, NodeId } from '../../kernel/envelope';
import type { Turn } from '../../kernel/machine';
import type { RaftMessage } from '../../protocols/raft';
import { blank } from '../raft/recover';
import { type GroupMember, panic } from './group-member';
import { encodeSnapshot, storedServer } from './stored';

/** They elect by themselves who leads them. */
const leadership = { succession: 'elected', observed: false } as const;
/** Where the log of a group begins. */
const foundingIndex = 1;
/** How long until a disk that could not be read is tried again. */
const readAgainMs = 1_000;

/** What a new group begins with. */
export interface FixedGroup {
  readonly voters: readonly NodeId[];
  /** What its machine holds then; nothing by default. */
  readonly data?: Uint8Array;
}

/** Reads the disk and takes part; a member whose log is damaged takes none, and says so. */
export function takePart(turn: Turn<Body, RaftMessage>, member: GroupMember, founding: FixedGroup): void {
  const { disk, report } = turn.node;
  disk.read((contents, failure) => {
    if (failure !== undefined) {
      report.log('error', `cannot read the disk: ${failure.reason}`);
      turn.after(readAgainMs, () => takePart(turn, member, founding));
      return;
    }
    if (contents.damage?.corrupt === true) {
      const { index, reason } = contents.damage;
      return report.log('error', `entry ${index} of the log is damaged (${reason}): ${turn.node.self} takes no part`);
    }
    begin(turn, member, founding, contents);
  });
}

function begin(
  turn: Turn<Body, RaftMessage>,
  member: GroupMember,
  { voters, data }: FixedGroup,
  contents: DiskContents,
): void {
  const { disk } = turn.node;
  if (contents.cells.has('snapshot')) return member.start(storedServer(contents), leadership, contents);
  const begun = blank({ voters: [...voters], learners: [], copies: 'majority' });
  const snapshot = { ...begun.snapshot, index: foundingIndex, ...(data === undefined ? {} : { data }) };
  disk.put('snapshot', encodeSnapshot(snapshot));
  disk.sync((failure) => {
    if (failure !== undefined) return panic(turn, failure);
    member.start({ ...begun, snapshot }, leadership);
  });
}
