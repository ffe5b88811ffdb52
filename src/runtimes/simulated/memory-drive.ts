/**
 * A disk in memory, in virtual time: what is synced survives, what is not is lost in a crash, or torn.
 */

import type { TrueClock } from '../../kernel/clock';
import { type Disk, type DiskContents, type DiskDamage, type DiskFailure, emptyDisk } from '../../kernel/disk';
import { frame, unframe } from '../../kernel/frames';
import type { Random } from '../../kernel/random';
import { type BoxConditions, fairConditions } from '../../kernel/rule';
import { Callback } from '../../kernel/timers';
import type { Complete, DiskDrive } from '../engine/drive';

/** How fast a disk is. */
export interface DiskModel {
  /** One sync, however much it carries. */
  readonly syncMs: number;
  readonly writeMsPerMb: number;
  readonly readMsPerMb: number;
}

export const defaultDisk: DiskModel = { syncMs: 0.5, writeMsPerMb: 2, readMsPerMb: 1 };

/** One change, buffered until a sync makes it last. */
type Write =
  | { readonly what: 'append'; readonly framed: Uint8Array }
  | { readonly what: 'from' | 'before'; readonly index: number }
  | { readonly what: 'put'; readonly cell: string; readonly bytes: Uint8Array };

type Done = (failure: DiskFailure | undefined) => void;

export class MemoryDrive implements DiskDrive {
  private firstIndex = 1;
  private frames: Uint8Array[] = [];
  private readonly cells = new Map<string, Uint8Array>();
  private bytes = 0;
  private conditions: BoxConditions = fairConditions;
  private diskMb = Number.POSITIVE_INFINITY;
  private pending: Write[] = [];
  private waiting: Done[] = [];
  private syncing = false;
  private life = 0;
  /** The torn tail that this life was spared. */
  private torn: DiskDamage | undefined;
  /** This life found damage that no crash explains. */
  private corrupted = false;

  constructor(
    private readonly clock: TrueClock,
    private readonly model: DiskModel,
    private readonly random: Random,
  ) {}

  setConditions(conditions: BoxConditions, diskMb: number): void {
    this.conditions = conditions;
    this.diskMb = diskMb;
  }

  open(complete: Complete): Disk {
    let nextIndex = this.firstIndex + this.recover();
    const buffer = (write: Write): void => void this.pending.push(write);
    return {
      append: (entry) => {
        buffer({ what: 'append', framed: frame(entry) });
        return nextIndex++;
      },
      truncateFrom: (index) => {
        buffer({ what: 'from', index });
        nextIndex = Math.min(nextIndex, index);
      },
      truncateBefore: (index) => {
        buffer({ what: 'before', index });
        nextIndex = Math.max(nextIndex, index);
      },
      put: (cell, bytes) => buffer({ what: 'put', cell, bytes: Uint8Array.from(bytes) }),
      sync: (done) => {
        this.waiting.push((failure) => complete(() => done(failure)));
        if (!this.syncing) this.sync();
      },
      read: (done) => {
        const ms = this.conditions.diskDelayMs + (this.bytes / 1e6) * this.model.readMsPerMb;
        this.later(ms, () => {
          const failure = this.broken();
          const contents = failure === undefined ? this.contents() : emptyDisk;
          complete(() => done(contents, failure));
        });
      },
    };
  }

  crash(conditions: BoxConditions): void {
    this.life++;
    const lost = this.pending;
    this.pending = [];
    this.waiting = [];
    this.syncing = false;
    if (!conditions.tornWrites || lost.length === 0) return;
    const survive = this.random.int(lost.length + 1);
    for (const write of lost.slice(0, survive)) this.apply(write);
    const torn = lost[survive];
    if (torn?.what !== 'append') return;
    this.frames.push(torn.framed.slice(0, 1 + this.random.int(torn.framed.length - 1)));
    this.bytes = this.measure();
  }

  discard(): void {
    this.life++;
    this.frames = [];
    this.cells.clear();
    this.pending = [];
    this.waiting = [];
    this.syncing = false;
    this.firstIndex = 1;
    this.bytes = 0;
  }

  /** Flips one bit of one entry: what a checksum is for. */
  corrupt(index: number): void {
    const framed = this.frames[index - this.firstIndex];
    if (framed === undefined) return;
    const at = framed.length - 1;
    framed[at] = (framed[at] ?? 0) ^ 1;
  }

  /** Everything that was buffered when a sync begins is made to last when it ends; later writes wait for the next. */
  private sync(): void {
    this.syncing = true;
    const carried = this.pending.length;
    const waiting = this.waiting;
    this.waiting = [];
    const bytes = this.pending.reduce((sum, write) => sum + sizeOf(write), 0);
    const ms = this.model.syncMs + this.conditions.diskDelayMs + (bytes / 1e6) * this.model.writeMsPerMb;
    this.later(ms, () => {
      const failure = this.failure(bytes);
      if (failure === undefined) for (const write of this.pending.splice(0, carried)) this.apply(write);
      this.syncing = false;
      for (const done of waiting) done(failure);
      if (this.waiting.length > 0 && !this.syncing) this.sync();
    });
  }

  private later(ms: number, then: () => void): void {
    const { life } = this;
    const work = new Callback(() => {
      if (this.life === life) then();
    });
    this.clock.schedule(work, this.clock.nowUs + Math.round(ms * 1000));
  }

  private apply(write: Write): void {
    if (this.corrupted && write.what !== 'put') this.cutDamage();
    if (write.what === 'append') this.frames.push(write.framed);
    else if (write.what === 'from')
      this.frames.length = Math.max(0, Math.min(this.frames.length, write.index - this.firstIndex));
    else if (write.what === 'put') this.cells.set(write.cell, write.bytes);
    else if (write.index > this.firstIndex) {
      this.frames = this.frames.slice(write.index - this.firstIndex);
      this.firstIndex = write.index;
    }
    this.bytes += sizeOf(write);
    if (write.what !== 'append') this.bytes = this.measure();
  }

  private measure(): number {
    const cells = [...this.cells.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    return this.frames.reduce((sum, framed) => sum + framed.length, cells);
  }

  private failure(more: number): DiskFailure | undefined {
    if (more > 0 && (this.bytes + more) / 1e6 > this.diskMb) return { reason: `disk full: ${this.diskMb} MB` };
    return this.broken();
  }

  private broken(): DiskFailure | undefined {
    const { diskFails } = this.conditions;
    return diskFails === undefined ? undefined : { reason: diskFails };
  }

  /** A new life finds a torn tail cut off, so that what it writes gets its place; how many entries there are. */
  private recover(): number {
    const { entries, damage } = this.check();
    this.corrupted = damage?.corrupt === true;
    this.torn = this.corrupted ? undefined : damage;
    if (this.torn !== undefined) this.cutDamage();
    return entries.length;
  }

  /** What lies behind corruption is given up only by whoever writes on: until then every life is told of it. */
  private cutDamage(): void {
    const { entries, damage } = this.check();
    this.corrupted = false;
    if (damage === undefined) return;
    this.frames.length = entries.length;
    this.bytes = this.measure();
  }

  private contents(): DiskContents {
    const { entries, damage = this.torn } = this.check();
    const cells = new Map([...this.cells].map(([cell, bytes]) => [cell, bytes.slice()]));
    return { firstIndex: this.firstIndex, entries: entries.map((entry) => entry.slice()), cells, damage };
  }

  /** The entries up to the first that does not check out. */
  private check(): { readonly entries: readonly Uint8Array[]; readonly damage: DiskDamage | undefined } {
    const entries: Uint8Array[] = [];
    for (const [place, framed] of this.frames.entries()) {
      const { entry, problem } = unframe(framed);
      if (entry === undefined) {
        const corrupt = this.frames.slice(place + 1).some((later) => unframe(later).entry !== undefined);
        return { entries, damage: { index: this.firstIndex + place, reason: problem, corrupt } };
      }
      entries.push(entry);
    }
    return { entries, damage: undefined };
  }
}

function sizeOf(write: Write): number {
  if (write.what === 'append') return write.framed.length;
  return write.what === 'put' ? write.bytes.length : 0;
}
