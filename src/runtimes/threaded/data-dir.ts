/**
 * Where the disks of all nodes lie: a folder of the user's, kept and locked against a second process, or a temporary one
 * that goes when the world does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { folderName } from './folder-name';

/** The folder cannot be used; the text says why and what to do. */
export class DataDirError extends Error {
  override name = 'DataDirError';
}

/** After so long without a sign of life of its holder a lock counts as left behind by a process that died. */
const lockStaleMs = 10_000;

export class DataDir {
  private constructor(
    readonly disks: string,
    private readonly release: () => Promise<void>,
  ) {}

  /** @param lost hears when somebody took or removed the lock of a kept folder: from then on another process may write. */
  static async open(path: string | undefined, lost: (reason: string) => void = () => {}): Promise<DataDir> {
    return path === undefined ? DataDir.temporary() : DataDir.kept(resolve(path), lost);
  }

  /** Deletes the disk of a node that nobody runs. */
  async discard(node: string): Promise<void> {
    await rm(join(this.disks, folderName(node)), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.release();
  }

  private static temporary(): DataDir {
    const folder = makeTemporary();
    const sweep = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    // A process that ends without closing its world leaves nothing behind either.
    process.once('exit', sweep);
    return new DataDir(folder, async () => {
      process.removeListener('exit', sweep);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });
  }

  private static async kept(path: string, lost: (reason: string) => void): Promise<DataDir> {
    try {
      await make(join(path, 'disks'));
    } catch (failure) {
      throw new DataDirError(`cannot use ${path} for data: ${failure instanceof Error ? failure.message : failure}`);
    }
    const { lock } = await import('proper-lockfile');
    try {
      let isLost = false;
      const onCompromised = (failure: Error): void => {
        isLost = true;
        lost(`the lock of ${path} was lost (${failure.message}); close this world before another process writes there`);
      };
      const unlock = await lock(path, { stale: lockStaleMs, retries: 0, onCompromised });
      return new DataDir(join(path, 'disks'), async () => {
        if (!isLost) await unlock();
      });
    } catch (failure) {
      if (failure instanceof Error && 'code' in failure && failure.code === 'ELOCKED') {
        throw new DataDirError(`${path} is in use by another process; close that one or use another folder`);
      }
      throw new DataDirError(`cannot lock ${path}: ${failure instanceof Error ? failure.message : failure}`);
    }
  }
}

function makeTemporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'tierrarium-'));
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : failure;
    throw new DataDirError(`cannot make a temporary folder in ${tmpdir()}: ${why}`);
  }
}

/**
 * Makes a folder and those above it. Not by `recursive: true`, which tries for ever where a folder exists and yet nothing
 * can be made in it, as in /proc.
 */
async function make(path: string): Promise<void> {
  const failure = await tryToMake(path);
  if (failure === undefined) return;
  if (failure.code !== 'ENOENT' || dirname(path) === path) throw failure;
  await make(dirname(path));
  const again = await tryToMake(path);
  if (again !== undefined) throw again;
}

/** What went wrong; that it is there already did not. */
async function tryToMake(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path);
  } catch (failure) {
    if (!(failure instanceof Error)) throw failure;
    const problem: NodeJS.ErrnoException = failure;
    if (problem.code !== 'EEXIST' && problem.code !== 'EPERM' && problem.code !== 'EROFS' && problem.code !== 'EISDIR')
      return problem;
    if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) return problem;
  }
  return undefined;
}
