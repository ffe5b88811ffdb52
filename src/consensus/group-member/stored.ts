/**
 * How a server of a group lies on a disk: one frame of the log per entry, and two cells, `state` (term and vote) and
 * `snapshot`. An entry carries its index, since places on the disk start again after a snapshot of a leader's.
 */
import type { DiskContents } from '../../kernel/disk';
import type { NodeId } from '../../kernel/envelope';
import { Schema, Type } from '../../kernel/schema';
import { type Entry, raftEntry, raftMembers, raftTermStart } from '../../protocols/raft';
import type { Snapshot } from '../raft/raft-log';
import { blank, type Persisted } from '../raft/recover';

const kinds = ['command', 'members', 'start'] as const;
const headerBytes = 17;

const anyEntry = new Schema(raftEntry);
const place = new Schema(
  Type.Object({
    index: Type.Integer({ minimum: 1 }),
    term: Type.Integer({ minimum: 0 }),
    members: raftMembers,
    terms: Type.Array(raftTermStart),
  }),
);
const state = new Schema(Type.Object({ term: Type.Integer(), votedFor: Type.Optional(Type.String()) }));

/** `[what u8][index f64][term f64]` and the command, or the rest as JSON. */
export function encodeStored(entry: Entry): Uint8Array {
  const rest = restOf(entry);
  const bytes = Buffer.allocUnsafe(headerBytes + rest.length);
  bytes.writeUInt8(kinds.indexOf(entry.what), 0);
  bytes.writeDoubleLE(entry.index, 1);
  bytes.writeDoubleLE(entry.term, 9);
  bytes.set(rest, headerBytes);
  return bytes;
}

const nothing = new Uint8Array();
const forced = Uint8Array.of(1);

function restOf(entry: Entry): Uint8Array {
  if (entry.what === 'command') return entry.command;
  if (entry.what === 'members') return Buffer.from(JSON.stringify(entry.members));
  return entry.isForced === true ? forced : nothing;
}

/** Throws an error when the bytes are no entry. */
export function decodeStored(bytes: Uint8Array): Entry {
  if (bytes.length < headerBytes) throw new Error(`an entry of ${bytes.length} bytes is none`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const what = kinds[view.getUint8(0)];
  const place = { index: view.getFloat64(1, true), term: view.getFloat64(9, true) };
  const rest = bytes.subarray(headerBytes);
  const entry: unknown =
    what === 'command'
      ? { what, ...place, command: rest }
      : what === 'members'
        ? { what, ...place, members: JSON.parse(textOf(rest)) }
        : rest.length > 0
          ? { what, ...place, isForced: true }
          : { what, ...place };
  if (!anyEntry.accepts(entry)) throw new Error(`it is no entry: ${anyEntry.problem(entry)}`);
  return entry;
}

export function encodeState(term: number, votedFor: NodeId | undefined): Uint8Array {
  return Buffer.from(JSON.stringify({ term, votedFor }));
}

/** `[length of the rest u32][everything but the data as JSON][data]`. */
export function encodeSnapshot({ data, ...rest }: Snapshot): Uint8Array {
  const about = Buffer.from(JSON.stringify(rest));
  const bytes = Buffer.allocUnsafe(4 + about.length + data.length);
  bytes.writeUInt32LE(about.length, 0);
  bytes.set(about, 4);
  bytes.set(data, 4 + about.length);
  return bytes;
}

function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
  const about: unknown = JSON.parse(textOf(bytes.subarray(4, end)));
  if (!place.accepts(about)) throw new Error(`it is no snapshot: ${place.problem(about)}`);
  const { index, term, members, terms } = about;
  return { index, term, members, terms, data: bytes.subarray(end) };
}

/**
 * The server that a disk holds; throws an error where it holds something else. Without a snapshot it is one that joined
 * and has been told nothing yet.
 */
export function storedServer({ cells, entries, firstIndex }: DiskContents): Persisted {
  const [savedState, savedSnapshot] = [cells.get('state'), cells.get('snapshot')];
  const { term, votedFor } = savedState === undefined ? { term: 0, votedFor: undefined } : decodeState(savedState);
  const hasSnapshot = savedSnapshot !== undefined && savedSnapshot.length > 0;
  if (!hasSnapshot && (entries.length > 0 || firstIndex > 1) && savedState === undefined) {
    throw new Error('the log has entries, but the snapshot below them is gone');
  }
  const snapshot = hasSnapshot ? decodeSnapshot(savedSnapshot) : blank().snapshot;
  const found = entries.map(decodeStored);
  demandWhole(snapshot.index, found);
  return { term, votedFor, snapshot, entries: found };
}

/** A snapshot reaches the disk before the entries below it leave, so no crash leaves a gap. */
function demandWhole(snapshotIndex: number, entries: readonly Entry[]): void {
  let next = Math.min(entries[0]?.index ?? snapshotIndex + 1, snapshotIndex + 1);
  for (const { index } of entries) {
    if (index !== next) throw new Error(`the log lacks entry ${next}`);
    next++;
  }
}

function decodeState(bytes: Uint8Array): { readonly term: number; readonly votedFor: NodeId | undefined } {
  const value: unknown = JSON.parse(textOf(bytes));
  if (!state.accepts(value)) throw new Error(`it is no term and vote: ${state.problem(value)}`);
  return { term: value.term, votedFor: value.votedFor };
}

/** Who belongs to the group, as far as what is still there tells; nobody, if it makes no sense at all. */
export function membersIn({ cells, entries }: DiskContents): readonly NodeId[] {
  try {
    const last = entries
      .map(decodeStored)
      .filter(({ what }) => what === 'members')
      .at(-1);
    const members = last?.what === 'members' ? last.members : decodeSnapshot(cells.get('snapshot') ?? nothing).members;
    return [...members.voters, ...members.learners];
  } catch {
    return [];
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}
