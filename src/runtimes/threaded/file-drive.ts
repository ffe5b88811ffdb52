/**
 * A disk in files. What is not synced lives in this process's memory alone, so a kill really loses it, and what is
 * synced is read back by whoever comes next: another life, another thread, another process.
 */
import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { TrueClock } from '../../kernel/clock';
import { type Disk, type DiskContents, type DiskFailure, emptyDisk } from '../../kernel/disk';
import { frame } from '../../kernel/frames';
import type { Random } from '../../kernel/random';
import { type BoxConditions, fairConditions } from '../../kernel/rule';
import { Callback } from '../../kernel/timers';
import type { Complete, DiskDrive } from '../engine/drive';
import { LogFiles, type Write } from './log-files';

type Done = (failure: DiskFailure | undefined) => void;

export class FileDrive implements DiskDrive {
  private readonly files: LogFiles;
  private conditions: BoxConditions = fairConditions;
  private diskMb = Number.POSITIVE_INFINITY;
  private pending: Write[] = [];
  private waiting: Done[] = [];
  private syncing = false;
  private life = 0;
  private discarded = false;
  /** Work on the files, one piece after the other: a new life reads only what its predecessor has finished writing. */
  private work: Promise<unknown> = Promise.resolve();
  /** Where the log will end once that work is done. */
  private nextIndex: number | undefined;

  constructor(
    private readonly folder: string,
    private readonly clock: TrueClock,
    private readonly random: Random,
    /** How much work on files is under way, of this drive and its neighbours. */
    private readonly underWay = { count: 0 },
  ) {
    this.files = new LogFiles(folder);
  }

  setConditions(conditions: BoxConditions, diskMb: number): void {
    this.conditions = conditions;
    this.diskMb = diskMb;
  }

  open(complete: Complete): Disk {
    let next = this.nextIndex;
    const index = (): number => {
      next ??= this.learn();
      return next;
    };
    const buffer = (write: Write): void => void this.pending.push(write);
    return {
      append: (entry) => {
        const place = index();
        next = place + 1;
        buffer({ what: 'append', index: place, framed: frame(entry) });
        return place;
      },
      truncateFrom: (from) => {
        next = Math.min(index(), from);
        buffer({ what: 'from', index: from });
      },
      truncateBefore: (before) => {
        next = Math.max(index(), before);
        buffer({ what: 'before', index: before });
      },
      put: (cell, bytes) => buffer({ what: 'put', cell, bytes: Uint8Array.from(bytes) }),
      sync: (done) => {
        this.waiting.push((failure) => complete(() => done(failure)));
        if (!this.syncing) this.sync();
      },
      read: (done) =>
        this.read((contents, failure) => {
          // What this life wrote before it read is still to come, and its indexes stand.
          if (!this.pending.some(({ what }) => what !== 'put')) next = contents.firstIndex + contents.entries.length;
          complete(() => done(contents, failure));
        }),
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
    const torn = lost[survive];
    const part = torn?.what === 'append' ? torn.framed.slice(0, this.random.int(torn.framed.length)) : undefined;
    this.nextIndex = undefined;
    this.queue(async () => {
      await this.files.make(lost.slice(0, survive));
      if (part !== undefined) await this.files.tear(part);
    }).catch(() => undefined); // A disk that fails in a crash loses what the crash would have lost anyway.
  }

  /** Moved away at once, so that a namesake finds an empty place; deleted in its own time. */
  discard(): void {
    this.life++;
    this.discarded = true;
    const gone = `${this.folder}.gone-${process.hrtime.bigint()}`;
    try {
      renameSync(this.folder, gone);
    } catch {
      return; // It never wrote anything.
    }
    this.work = this.work.then(() => this.files.release()).then(() => rm(gone, { recursive: true, force: true }));
    this.work = this.work.catch(() => undefined);
  }

  /** Everything under way is done and no file is open. */
  async close(): Promise<void> {
    this.life++;
    await this.work.catch(() => undefined);
    await this.files.release().catch(() => undefined);
  }

  /** Everything that was buffered when a sync begins is made to last when it ends; later writes wait for the next. */
  private sync(): void {
    this.syncing = true;
    const carried = this.pending.length;
    const waiting = this.waiting;
    this.waiting = [];
    const end = (failure: DiskFailure | undefined): void => {
      this.syncing = false;
      for (const done of waiting) done(failure);
      if (this.waiting.length > 0 && !this.syncing) this.sync();
    };
    this.slowly(() => {
      const writes = this.pending.slice(0, carried);
      const failure = this.failure(writes.reduce((sum, write) => sum + sizeOf(write), 0));
      if (failure !== undefined) return this.later(this.life, () => end(failure));
      this.pending.splice(0, carried);
      this.nextIndex = project(this.nextIndex, writes);
      const { life } = this;
      this.queue(() => this.files.make(writes)).then(
        () => this.later(life, () => end(undefined)),
        (error: unknown) => {
          this.nextIndex = undefined;
          this.later(life, () => {
            this.pending.unshift(...writes); // The next sync tries again.
            end({ reason: reasonOf(error, this.folder) });
          });
        },
      );
    });
  }

  private read(done: (contents: DiskContents, failure: DiskFailure | undefined) => void): void {
    this.slowly(() => {
      const failure = this.failure();
      if (failure !== undefined) return this.later(this.life, () => done(emptyDisk, failure));
      const { life } = this;
      this.queue(() => this.files.load()).then(
        (contents) => {
          this.nextIndex = this.files.next;
          this.later(life, () => done(contents, undefined));
        },
        (error: unknown) => this.later(life, () => done(emptyDisk, { reason: reasonOf(error, this.folder) })),
      );
    });
  }

  /** Where the log ends. Reads the files at once if nobody has: few lives write before they read. */
  private learn(): number {
    if (this.nextIndex === undefined) {
      this.files.learn();
      this.nextIndex = this.files.next;
    }
    return this.nextIndex;
  }

  private queue<T>(run: () => Promise<T>): Promise<T> {
    this.underWay.count++;
    const result = this.work
      .then(() => {
        if (this.discarded) throw new Error('the disk is gone');
        return run();
      })
      .finally(() => {
        this.underWay.count--;
      });
    this.work = result.catch(() => undefined);
    return result;
  }

  private slowly(then: () => void): void {
    const { life } = this;
    const { diskDelayMs } = this.conditions;
    if (diskDelayMs > 0) this.later(life, then, diskDelayMs);
    else then();
  }

  private later(life: number, then: () => void, delayMs = 0): void {
    const work = new Callback(() => {
      if (this.life === life) then();
    });
    this.clock.schedule(work, this.clock.nowUs + Math.round(delayMs * 1000));
  }

  private failure(more = 0): DiskFailure | undefined {
    if (this.conditions.diskFails !== undefined) return { reason: this.conditions.diskFails };
    if (more > 0 && (this.files.size + more) / 1e6 > this.diskMb) return { reason: `disk full: ${this.diskMb} MB` };
    return undefined;
  }
}

function sizeOf(write: Write): number {
  if (write.what === 'append') return write.framed.length;
  return write.what === 'put' ? write.bytes.length : 0;
}

/** Where the log ends after some changes; unknown stays unknown, unless an append says it. */
function project(next: number | undefined, writes: readonly Write[]): number | undefined {
  let end = next;
  for (const write of writes) {
    if (write.what === 'append') end = write.index + 1;
    else if (write.what === 'from' && end !== undefined) end = Math.min(end, write.index);
    else if (write.what === 'before' && end !== undefined) end = Math.max(end, write.index);
  }
  return end;
}

/** One line for people: a full file system, too many open files and missing rights are told apart by their codes. */
function reasonOf(error: unknown, folder: string): string {
  return `disk in ${folder}: ${error instanceof Error ? error.message : String(error)}`;
}
