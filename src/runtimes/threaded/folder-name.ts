/**
 * Ids as names of files and folders: safe on every file system, told apart where upper and lower case are one.
 */
import { createHash } from 'node:crypto';

/** Names that some systems keep for devices. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const lengthMax = 120;

/** `web-1` stays `web-1`; whatever could be misread is escaped as `%` and two digits per byte. */
export function escapeName(id: string): string {
  let name = '';
  for (const byte of Buffer.from(id, 'utf8')) {
    const char = String.fromCharCode(byte);
    name += /[a-z0-9_-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return name;
}

export function unescapeName(name: string): string {
  return decodeURIComponent(name);
}

/** A name of its own for every id, of a length that every file system takes. */
export function folderName(id: string): string {
  const name = escapeName(id);
  if (name === '' || reserved.test(name)) return `%${name}`;
  if (name.length <= lengthMax) return name;
  return `${name.slice(0, lengthMax - 24)}%${createHash('sha256').update(id).digest('hex').slice(0, 20)}`;
}
