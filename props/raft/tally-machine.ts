/**
 * The state machine of the trials: how many commands it has applied, and a digest of which and in what order.
 */
import { crc32 } from 'node:zlib';
import type { Snapshot } from '../../src/consensus/raft/raft-log';
import type { Entry } from '../../src/protocols/raft';

export class TallyMachine {
  private constructor(
    public position: number,
    /** The term of the entry at its position. */
    public term: number,
    private count: number,
    private digest: number,
  ) {}

  static blank(): TallyMachine {
    return new TallyMachine(0, 0, 0, 0);
  }

  static from({ index, term, data }: Snapshot): TallyMachine {
    const [count = 0, digest = 0] = Buffer.from(data).toString().split(' ').map(Number);
    return new TallyMachine(index, term, count, digest);
  }

  apply(entry: Entry): void {
    this.position = entry.index;
    this.term = entry.term;
    if (entry.what !== 'command') return;
    this.count++;
    this.digest = crc32(entry.command, this.digest);
  }

  /** Everything that it is, in bytes. */
  get data(): Uint8Array {
    return Buffer.from(this.text);
  }

  get text(): string {
    return `${this.count} ${this.digest}`;
  }
}
