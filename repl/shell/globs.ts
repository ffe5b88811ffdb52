/** Files by name or by glob, as a shell would expand them: in order, each once. */
import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';

/** How deep `**` looks. */
const depthMax = 32;

/**
 * The files that a word means. A name is taken as it is, there or not; a glob that matches nothing gives nothing.
 *
 * @example
 * filesNamed('histories/*.log'); // ['histories/a.log', 'histories/b.log']
 */
export function filesNamed(word: string): string[] {
  const { isGlob, base, glob } = picomatch.scan(word);
  if (!isGlob || existsSync(word)) return [word];
  const matches = picomatch(glob);
  const depth = glob.includes('**') ? depthMax : glob.split('/').length;
  return within(base, '', depth)
    .filter((path) => matches(path))
    .map((path) => (base === '' ? path : join(base, path)))
    .sort();
}

/** Paths of the files below a folder, as far as it may be read. */
function within(base: string, folder: string, depth: number): string[] {
  return entriesOf(join(base === '' ? '.' : base, folder)).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return depth > 1 ? within(base, path, depth - 1) : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
