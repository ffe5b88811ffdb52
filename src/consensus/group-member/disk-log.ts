/**
 * Carries out a core's writes on a disk, in their order. A crash keeps the first so many of them, so nothing has to wait
 * for anything here.
 */
import type { Disk, DiskContents } from '../../kernel/disk';
import type { Entry } from '../../protocols/raft';
import type { Write } from '../raft/outbox';
import { decodeStored, encodeSnapshot, encodeState, encodeStored } from './stored';

export class DiskLog {
  /** The entries `first` to `end - 1` lie on the disk, the first of them at `place`. */
  private first = 1;
  private end = 1;
  private place = 1;

  constructor(private readonly disk: Disk) {}

  /** What lies there already. */
  find({ firstIndex, entries }: DiskContents): void {
    const [oldest] = entries;
    this.first = oldest === undefined ? 1 : decodeStored(oldest).index;
    this.end = this.first + entries.length;
    this.place = firstIndex;
  }

  perform(writes: readonly Write[]): void {
    for (const write of writes) this.carryOut(write);
  }

  /** Drops all entries. */
  clear(): void {
    this.disk.truncateFrom(this.place);
    this.end = this.first;
  }

  private carryOut(write: Write): void {
    const { disk } = this;
    switch (write.what) {
      case 'append':
        return this.append(write.entry);
      case 'state':
        return disk.put('state', encodeState(write.term, write.votedFor));
      case 'snapshot':
        return disk.put('snapshot', encodeSnapshot(write.snapshot));
      case 'truncate':
        this.end = Math.max(this.first, Math.min(this.end, write.from));
        return disk.truncateFrom(this.placeOf(this.end));
      case 'discard': {
        const from = Math.max(this.first, Math.min(this.end, write.before));
        this.place = this.placeOf(from);
        this.first = from;
        return disk.truncateBefore(this.place);
      }
    }
  }

  private append(entry: Entry): void {
    const isFirst = this.first === this.end;
    if (isFirst) this.first = entry.index;
    else if (entry.index !== this.end) throw new Error(`entry ${entry.index} cannot follow entry ${this.end - 1}`);
    const place = this.disk.append(encodeStored(entry));
    if (isFirst) this.place = place;
    else if (place !== this.placeOf(entry.index)) throw new Error(`the log is not at ${this.placeOf(entry.index)}`);
    this.end = entry.index + 1;
  }

  private placeOf(index: number): number {
    return this.place + index - this.first;
  }
}
