/**
 * Where the pictures of failures are left: a folder among the temporary ones of this machine, the newest few.
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const picturesMax = 50;

/**
 * Keeps a picture and gives back where it is; `undefined` where nothing can be written, since a report without a picture
 * is better than none.
 */
export function keepPicture(name: string, svg: string, folder = usualFolder()): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '')}.svg`);
    writeFileSync(file, svg);
    forgetOldest(folder);
    return file;
  } catch {
    return undefined;
  }
}

/** Of one's own: on a machine of many somebody else's could not be written. */
function usualFolder(): string {
  return join(tmpdir(), `tierrarium-failures-${userInfo().uid}`);
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((file) => ({ file, atMs: statSync(file).mtimeMs }))
    .sort((a, b) => b.atMs - a.atMs);
  for (const { file } of files.slice(picturesMax)) rmSync(file, { force: true });
}
