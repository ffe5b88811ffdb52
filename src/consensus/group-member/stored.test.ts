/** What a server puts on its disk comes back as it was, whatever was cut off or started again, and gaps are noticed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk, DiskContents } from '../../kernel/disk';
import type { Entry, Members } from '../../protocols/raft';
import type { Write } from '../raft/outbox';
import { blank } from '../raft/recover';
import { DiskLog } from './disk-log';
import { membersIn, storedServer } from './stored';

/** A disk on which everything is safe at once. */
class QuickDisk implements Disk {
  first = 1;
  entries: Uint8Array[] = [];
  readonly cells = new Map<string, Uint8Array>();

  append(entry: Uint8Array): number {
    return this.first + this.entries.push(entry) - 1;
  }
  truncateFrom(index: number): void {
    this.entries.length = Math.min(this.entries.length, Math.max(0, index - this.first));
  }
  truncateBefore(index: number): void {
    this.entries = this.entries.slice(index - this.first);
    this.first = index;
  }
  put(cell: string, bytes: Uint8Array): void {
    this.cells.set(cell, bytes);
  }
  sync(): void {}
  read(): void {}

  get contents(): DiskContents {
    return { firstIndex: this.first, entries: this.entries, cells: this.cells, damage: undefined };
  }
}

const members: Members = { voters: ['a', 'b'], learners: [], copies: 'majority' };

function cut(from: number): Write {
  return { what: 'truncate', from, dropped: [] };
}

function command(index: number, term = 1): Entry {
  return { what: 'command', index, term, command: Buffer.from([index]) };
}

function filled(): { disk: QuickDisk; log: DiskLog } {
  const disk = new QuickDisk();
  const log = new DiskLog(disk);
  const { snapshot } = blank(members, Uint8Array.from([9]));
  log.perform([
    { what: 'snapshot', snapshot: { ...snapshot, index: 1 } },
    { what: 'state', term: 1, votedFor: 'a' },
    { what: 'append', entry: { what: 'start', index: 2, term: 1, isForced: true } },
    { what: 'append', entry: command(3) },
    { what: 'append', entry: command(4) },
  ]);
  return { disk, log };
}

const indexes = (disk: QuickDisk): number[] => storedServer(disk.contents).entries.map(({ index }) => index);

test('everything comes back', () => {
  const { disk } = filled();
  const found = storedServer(disk.contents);
  assert.deepEqual([found.term, found.votedFor, found.snapshot.index], [1, 'a', 1]);
  assert.deepEqual([...found.snapshot.data], [9]);
  assert.deepEqual(found.snapshot.members, members);
  assert.deepEqual(found.entries.at(-1), command(4));
  assert.deepEqual(found.entries[0], { what: 'start', index: 2, term: 1, isForced: true });
  assert.deepEqual(indexes(disk), [2, 3, 4]);
});

test('entries are found by their index, also after the log was cut and began anew elsewhere', () => {
  const { disk, log } = filled();
  const { snapshot } = storedServer(disk.contents);
  log.perform([
    cut(4),
    { what: 'append', entry: command(4, 2) },
    { what: 'snapshot', snapshot: { ...snapshot, index: 2, term: 1 } },
    { what: 'discard', before: 3 },
  ]);
  assert.deepEqual(storedServer(disk.contents).entries, [command(3), command(4, 2)]);
  log.perform([
    { what: 'snapshot', snapshot: { ...snapshot, index: 20, term: 2 } },
    cut(21),
    { what: 'discard', before: 21 },
    { what: 'append', entry: command(21, 2) },
    { what: 'append', entry: command(22, 2) },
    cut(22),
    { what: 'append', entry: command(22, 3) },
  ]);
  assert.deepEqual(storedServer(disk.contents).entries, [command(21, 2), command(22, 3)]);
});

test('a later life goes on where the log is', () => {
  const { disk } = filled();
  const log = new DiskLog(disk);
  log.find(disk.contents);
  log.perform([{ what: 'append', entry: command(5) }, cut(5), { what: 'append', entry: command(5, 2) }]);
  assert.deepEqual(indexes(disk), [2, 3, 4, 5]);
  assert.throws(() => log.perform([{ what: 'append', entry: command(9) }]), /entry 9 cannot follow entry 5/);
});

test('a log with a gap is none', () => {
  const { disk } = filled();
  disk.truncateBefore(2);
  assert.throws(() => storedServer(disk.contents), /the log lacks entry 2/);
  const noSnapshot = { ...filled().disk.contents, cells: new Map() };
  assert.throws(() => storedServer(noSnapshot), /the snapshot below them is gone/);
});

test('who belonged to the group is told even by a log that is not whole', () => {
  const { disk } = filled();
  disk.truncateBefore(2);
  assert.deepEqual(membersIn(disk.contents), ['a', 'b']);
  assert.deepEqual(membersIn({ ...disk.contents, cells: new Map([['snapshot', Uint8Array.from([1])]]) }), []);
});
