/**
 * The log and the cells of one node as files: segments named by the index of their first entry, one file per cell, one
 * that says where the log begins. Written in an order in which a crash at any point leaves something that can be read.
 */

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskContents, DiskDamage } from '../../kernel/disk';
import { unframe } from '../../kernel/frames';
import { escapeName, unescapeName } from './folder-name';

/** One change of the disk. An append knows its index, so that a list of changes can be made again after a failure. */
export type Write =
  | { readonly what: 'append'; readonly index: number; readonly framed: Uint8Array }
  | { readonly what: 'from' | 'before'; readonly index: number }
  | { readonly what: 'put'; readonly cell: string; readonly bytes: Uint8Array };

const segmentMaxBytes = 4 << 20;
const logPrefix = 'log.';
const cellPrefix = 'cell.';
const beginningFile = 'beginning';
const draftSuffix = '.new';

interface Segment {
  readonly base: number;
  /** Where each entry ends. */
  ends: number[];
}

/** Files as they were read. */
interface Loaded {
  readonly names: readonly string[];
  readonly bytes: ReadonlyMap<string, Buffer>;
}

export class LogFiles {
  private segments: Segment[] = [];
  private readonly cellBytes = new Map<string, number>();
  private firstIndex = 1;
  private active: { readonly base: number; readonly handle: FileHandle } | undefined;
  private dirtyLog = false;
  private dirtyFolder = false;
  /** A cell was replaced, and its folder does not know it for good yet. */
  private dirtyCell = false;
  private damage: DiskDamage | undefined;
  /** Segments that lie behind the damage. */
  private doomed: readonly Segment[] = [];
  /** Whether what the fields say is what lies on the disk. */
  known = false;

  constructor(private readonly folder: string) {}

  get first(): number {
    return this.firstIndex;
  }

  get next(): number {
    const last = this.segments.at(-1);
    return last === undefined ? this.firstIndex : Math.max(this.firstIndex, last.base + last.ends.length);
  }

  /** Bytes on the disk. */
  get size(): number {
    let sum = 0;
    for (const segment of this.segments) sum += segment.ends.at(-1) ?? 0;
    for (const bytes of this.cellBytes.values()) sum += bytes;
    return sum;
  }

  /** Reads everything; a torn tail is cut off. Behind corruption lies what was safe once: only a write gives it up. */
  async load(): Promise<DiskContents> {
    await this.release();
    await mkdir(this.folder, { recursive: true });
    const names = await readdir(this.folder);
    const bytes = new Map<string, Buffer>();
    for (const name of names) bytes.set(name, await readFile(join(this.folder, name)));
    const contents = this.interpret({ names, bytes });
    if (contents.damage?.corrupt !== true) await this.cutDamage();
    return contents;
  }

  /** Finds out where the log ends, at once: for a life that writes before it has read. */
  learn(): void {
    if (this.known) return;
    mkdirSync(this.folder, { recursive: true });
    const names = readdirSync(this.folder);
    this.interpret({ names, bytes: new Map(names.map((name) => [name, readFileSync(join(this.folder, name))])) });
  }

  /**
   * Makes changes, in order, and waits until they survive a power cut. Whatever cuts it short leaves the first so many of
   * them: the log and the cells are files of their own, so one waits for the other where they follow each other.
   */
  async make(writes: readonly Write[]): Promise<void> {
    if (!this.known) await this.load();
    if (this.damage !== undefined) await this.cutDamage();
    let run: Uint8Array[] = [];
    const append = async (): Promise<void> => {
      const bytes = run;
      run = [];
      if (bytes.length > 0) await this.append(bytes);
    };
    try {
      for (const write of writes) {
        if (this.dirtyCell && write.what !== 'put') await this.settle();
        if (write.what === 'append') {
          if (write.index < this.next + run.length) {
            await append();
            await this.cutFrom(write.index);
          }
          run.push(write.framed);
          continue;
        }
        await append();
        if (this.dirtyLog && write.what === 'put') await this.settle();
        if (write.what === 'put') await this.replace(cellPrefix + escapeName(write.cell), write.bytes, write.cell);
        else if (write.what === 'from') await this.cutFrom(write.index);
        else await this.cutBefore(write.index);
      }
      await append();
      await this.settle();
    } catch (failure) {
      this.known = false;
      await this.release();
      throw failure;
    }
  }

  /** Leaves part of an entry at the end of the log, as a crash in the middle of a write does. */
  async tear(bytes: Uint8Array): Promise<void> {
    const { handle, segment } = await this.writable();
    await handle.write(bytes, 0, bytes.length, segment.ends.at(-1) ?? 0);
    this.known = false;
    await this.release();
  }

  async release(): Promise<void> {
    const { active } = this;
    this.active = undefined;
    await active?.handle.close();
  }

  private async append(framed: readonly Uint8Array[]): Promise<void> {
    const { handle, segment } = await this.writable();
    const bytes = Buffer.concat(framed);
    let end = segment.ends.at(-1) ?? 0;
    for (let done = 0; done < bytes.length; ) {
      done += (await handle.write(bytes, done, bytes.length - done, end + done)).bytesWritten;
    }
    for (const { length } of framed) {
      end += length;
      segment.ends.push(end);
    }
    this.dirtyLog = true;
  }

  /** The segment that the next entry goes to; a full one is left alone. */
  private async writable(): Promise<{ readonly handle: FileHandle; readonly segment: Segment }> {
    let segment = this.segments.at(-1);
    const usable = segment !== undefined && segment.base + segment.ends.length === this.next;
    if (segment === undefined || !usable || (segment.ends.at(-1) ?? 0) >= segmentMaxBytes) {
      if (this.dirtyLog) await this.settle();
      segment = { base: this.next, ends: [] };
      this.segments.push(segment);
      this.dirtyFolder = true;
      await (await open(this.pathOf(segment), 'w')).close();
    }
    if (this.active?.base !== segment.base) {
      await this.release();
      this.active = { base: segment.base, handle: await open(this.pathOf(segment), 'r+') };
    }
    return { handle: this.active.handle, segment };
  }

  private async cutFrom(index: number): Promise<void> {
    while (index < this.next) {
      const last = this.segments.at(-1);
      if (last === undefined) return;
      if (last.base >= index) {
        await this.remove(last);
        continue;
      }
      last.ends.length = index - last.base;
      const { handle } = await this.writable();
      await handle.truncate(last.ends.at(-1) ?? 0);
      this.dirtyLog = true;
    }
  }

  /** The beginning is on the disk before anything is deleted: a crash in between leaves too much, never too little. */
  private async cutBefore(index: number): Promise<void> {
    if (index <= this.firstIndex) return;
    await this.settle();
    await this.replace(beginningFile, Buffer.from(String(index)));
    await this.settle();
    this.firstIndex = index;
    for (const segment of [...this.segments]) {
      if (segment.base + segment.ends.length <= index) await this.remove(segment);
    }
  }

  private async remove(segment: Segment): Promise<void> {
    if (this.active?.base === segment.base) await this.release();
    this.segments = this.segments.filter((other) => other !== segment);
    await rm(this.pathOf(segment), { force: true });
    this.dirtyFolder = true;
  }

  private async replace(name: string, bytes: Uint8Array, cell?: string): Promise<void> {
    const draft = join(this.folder, name + draftSuffix);
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, join(this.folder, name));
    if (cell !== undefined) {
      this.cellBytes.set(cell, bytes.length);
      this.dirtyCell = true;
    }
    this.dirtyFolder = true;
  }

  /** Waits until what was written survives. */
  private async settle(): Promise<void> {
    if (this.dirtyLog) await this.active?.handle.datasync();
    this.dirtyLog = false;
    if (this.dirtyFolder) await syncFolder(this.folder);
    this.dirtyFolder = false;
    this.dirtyCell = false;
  }

  private async cutDamage(): Promise<void> {
    const { damage } = this;
    this.damage = undefined;
    if (damage === undefined) return;
    for (const segment of this.doomed) await this.remove(segment);
    this.doomed = [];
    const last = this.segments.at(-1);
    if (last === undefined) return;
    const { handle } = await this.writable();
    await handle.truncate(last.ends.at(-1) ?? 0);
    await handle.datasync();
  }

  private interpret({ names, bytes }: Loaded): DiskContents {
    const said = Number(bytes.get(beginningFile)?.toString() ?? 'none');
    const bases = names.flatMap((name) => (name.startsWith(logPrefix) ? [Number(name.slice(logPrefix.length))] : []));
    bases.sort((a, b) => a - b);
    this.firstIndex = Number.isInteger(said) && said > 0 ? said : (bases[0] ?? 1);
    this.segments = [];
    this.damage = undefined;
    const entries: Uint8Array[] = [];
    const doomed: Segment[] = [];
    let intactBehind = false;
    for (const base of bases) {
      const segment: Segment = { base, ends: [] };
      const file = bytes.get(logPrefix + indexName(base)) ?? Buffer.alloc(0);
      (this.damage === undefined ? this.segments : doomed).push(segment);
      for (let at = 0; at < file.length; ) {
        const { entry, size, problem } = unframe(file, at);
        const index = base + segment.ends.length;
        if (this.damage !== undefined) {
          intactBehind ||= entry !== undefined;
        } else if (entry === undefined) {
          this.damage = { index, reason: problem, corrupt: false };
        } else {
          segment.ends.push(at + size);
          if (index >= this.firstIndex) entries.push(Uint8Array.from(entry));
        }
        if (size === 0) break;
        at += size;
      }
    }
    this.doomed = doomed;
    if (this.damage !== undefined) this.damage = { ...this.damage, corrupt: intactBehind };
    const cells = this.readCells(names, bytes);
    this.known = true;
    return { firstIndex: this.firstIndex, entries, cells, damage: this.damage };
  }

  private readCells(names: readonly string[], bytes: ReadonlyMap<string, Buffer>): Map<string, Uint8Array> {
    const cells = new Map<string, Uint8Array>();
    this.cellBytes.clear();
    for (const name of names) {
      if (!name.startsWith(cellPrefix) || name.endsWith(draftSuffix)) continue;
      const cell = unescapeName(name.slice(cellPrefix.length));
      const content = Uint8Array.from(bytes.get(name) ?? []);
      cells.set(cell, content);
      this.cellBytes.set(cell, content.length);
    }
    return cells;
  }

  private pathOf(segment: Segment): string {
    return join(this.folder, logPrefix + indexName(segment.base));
  }
}

function indexName(index: number): string {
  return String(index).padStart(16, '0');
}

/** A rename lasts once its folder does; some systems keep folders safe by themselves and refuse to be told. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
