/**
 * The writes that this copy held and its group decided without: kept on the disk until somebody has done them once more,
 * or has given them up. They are safe there before the log lets go of them, so nothing vanishes without a word.
 */

import type { Disk } from '../../kernel/disk';
import { Schema, Type } from '../../kernel/schema';
import type { Entry } from '../../protocols/raft';
import {
  type LostWrite,
  lostWrite,
  type ReplicationStanding,
  type ReplicationTailed,
} from '../../protocols/replication';
import type { Range, Write } from '../raft/outbox';
import type { Snapshot } from '../raft/raft-log';
import type { Contents } from './contents';
import { besideIn } from './frame';

const kept = new Schema(
  Type.Object({
    writes: Type.Array(lostWrite),
    unaccounted: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
    forgotten: Type.Integer(),
  }),
);

const cell = 'tails';

export class Tails {
  private writes: readonly LostWrite[] = [];
  /** Places of which only a snapshot told, and that snapshot had to go. */
  private unaccounted: readonly Range[] = [];
  private forgotten = 0;

  constructor(
    private readonly disk: Disk,
    private readonly contents: Pick<Contents<unknown>, 'lost'>,
    private readonly bytesMax: () => number,
  ) {}

  /** What an earlier life kept. */
  load(bytes: Uint8Array | undefined): void {
    if (bytes === undefined || bytes.length === 0) return;
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (!kept.accepts(value)) throw new Error(`the lost writes cannot be read: ${kept.problem(value)}`);
    ({ writes: this.writes, unaccounted: this.unaccounted, forgotten: this.forgotten } = value);
  }

  /** The log is about to let go of entries. */
  keep({ dropped, unaccounted }: Extract<Write, { what: 'truncate' }>): number {
    const lost = dropped.flatMap((entry) => this.lostIn(entry));
    if (lost.length === 0 && unaccounted === undefined) return 0;
    const known = new Set(this.writes.map(({ id }) => id));
    this.writes = [...this.writes, ...lost.filter(({ id }) => !known.has(id))];
    if (unaccounted !== undefined) this.unaccounted = [...this.unaccounted, unaccounted];
    this.save();
    return lost.length;
  }

  /** The group has decided on an entry after all: it is not lost. */
  decided(index: number, term: number): void {
    if (this.writes.length === 0) return;
    this.leave((write) => write.position !== index || write.term !== term);
  }

  /** The same, for all that a snapshot holds. */
  installed({ index, terms }: Snapshot): void {
    const termAt = (position: number): number | undefined => terms.filter(({ from }) => from <= position).at(-1)?.term;
    this.leave(({ position, term }) => position > index || termAt(position) !== term);
  }

  /** These were done once more, or given up. */
  settle(ids: readonly string[]): void {
    this.leave(({ id }) => !ids.includes(id));
  }

  get body(): ReplicationTailed {
    const { writes, unaccounted, forgotten } = this;
    const more = unaccounted.length === 0 ? {} : { unaccounted: [...unaccounted] };
    return { kind: 'replication.tailed', writes: [...writes], forgotten, ...more };
  }

  /** In pieces, by term. */
  get summary(): ReplicationStanding['tails'] {
    const pieces = new Map<number, ReplicationStanding['tails'][number]>();
    for (const { term, position } of this.writes) {
      const { from = position, to = position, writes = 0 } = pieces.get(term) ?? {};
      pieces.set(term, { term, from: Math.min(from, position), to: Math.max(to, position), writes: writes + 1 });
    }
    return [...pieces.values()];
  }

  /** What a conductor asked for is asked for again by the next one: only the store's own writes are lost. */
  private lostIn(entry: Entry): readonly LostWrite[] {
    if (entry.what !== 'command' || besideIn(entry.command) !== undefined) return [];
    const { index: position, term, command } = entry;
    const lost = this.contents.lost(command);
    return lost === undefined ? [] : [{ id: lost.id, position, term, statements: lost.statements }];
  }

  private leave(stays: (write: LostWrite) => boolean): void {
    const left = this.writes.filter(stays);
    if (left.length === this.writes.length) return;
    this.writes = left;
    this.save();
  }

  /** The oldest make room, and are counted: who comes too late hears at least how many there were. */
  private save(): void {
    let bytes = this.encode();
    while (bytes.length > this.bytesMax() && this.writes.length > 0) {
      const gone = Math.ceil(this.writes.length / 10);
      this.writes = this.writes.slice(gone);
      this.forgotten += gone;
      bytes = this.encode();
    }
    this.disk.put(cell, bytes);
  }

  private encode(): Uint8Array {
    const { writes, unaccounted, forgotten } = this;
    return Buffer.from(JSON.stringify({ writes, unaccounted, forgotten }));
  }
}
