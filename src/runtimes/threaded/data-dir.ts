/**
 * Where the disks of all nodes lie: a folder of the user's, kept and locked against a second process, or a temporary one
 * that goes when the world does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { folderName } from './folder-name';

/** The folder cannot be used; the text says why and what to do. */
export class DataDirError extends Error {
  override name = 'DataDirError';
}

export class DataDir {
  private constructor(
    readonly disks: string,
    private readonly release: () => Promise<void>,
  ) {}

  static async open(path: string | undefined): Promise<DataDir> {
    return path === undefined ? DataDir.temporary() : DataDir.kept(resolve(path));
  }

  /** Deletes the disk of a node that nobody runs. */
  async discard(node: string): Promise<void> {
    await rm(join(this.disks, folderName(node)), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.release();
  }

  private static temporary(): DataDir {
    const folder = mkdtempSync(join(tmpdir(), 'tierrarium-'));
    const sweep = (): void => rmSync(folder, { recursive: true, force: true });
    // A process that ends without closing its world leaves nothing behind either.
    process.once('exit', sweep);
    return new DataDir(folder, async () => {
      process.removeListener('exit', sweep);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });
  }

  private static async kept(path: string): Promise<DataDir> {
    try {
      await mkdir(join(path, 'disks'), { recursive: true });
    } catch (failure) {
      throw new DataDirError(`cannot use ${path} for data: ${failure instanceof Error ? failure.message : failure}`);
    }
    const { lock } = await import('proper-lockfile');
    try {
      const unlock = await lock(path, { stale: 10_000, retries: 0 });
      return new DataDir(join(path, 'disks'), unlock);
    } catch (failure) {
      if (failure instanceof Error && 'code' in failure && failure.code === 'ELOCKED') {
        throw new DataDirError(`${path} is in use by another process; close that one or use another folder`);
      }
      throw new DataDirError(`cannot lock ${path}: ${failure instanceof Error ? failure.message : failure}`);
    }
  }
}
