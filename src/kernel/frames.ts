/**
 * How an entry of a log lies on a disk: length, checksum, bytes. A tail that a crash tore and bits that flipped are told
 * apart from good entries by the checksum.
 */
import { crc32 } from 'node:zlib';

const headerBytes = 8;

/** What is wrong with an entry that is there as a whole: a crash alone does not do that. */
export const flippedBits = 'checksum does not match';

/** `[length u32][crc32 u32][bytes]`, little endian. */
export function frame(entry: Uint8Array): Uint8Array {
  const framed = new Uint8Array(headerBytes + entry.length);
  const view = new DataView(framed.buffer);
  view.setUint32(0, entry.length, true);
  view.setUint32(4, crc32(entry), true);
  framed.set(entry, headerBytes);
  return framed;
}

/** One entry read back. */
export interface Unframed {
  readonly entry: Uint8Array | undefined;
  /** Bytes that the frame takes; 0 when its length cannot be believed. */
  readonly size: number;
  readonly problem: string;
}

/** Reads the frame at an offset; `entry` is undefined when it does not check out. */
export function unframe(bytes: Uint8Array, offset = 0): Unframed {
  const left = bytes.length - offset;
  if (left < headerBytes) return { entry: undefined, size: 0, problem: `only ${left} bytes of a header` };
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, left);
  const length = view.getUint32(0, true);
  if (length > left - headerBytes) {
    return { entry: undefined, size: 0, problem: `${left - headerBytes} of ${length} bytes are there` };
  }
  const entry = bytes.subarray(offset + headerBytes, offset + headerBytes + length);
  const size = headerBytes + length;
  if (crc32(entry) !== view.getUint32(4, true)) return { entry: undefined, size, problem: flippedBits };
  return { entry, size, problem: '' };
}
