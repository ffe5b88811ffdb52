/**
 * How commands and snapshots of what is replicated beside a store's contents are told from the store's own: by a first
 * byte that no store writes (they write JSON, or SQLite files). A store without anything beside it is written as it is.
 */

const mark = 0;
const lengthBytes = 4;

/** A command for what stands beside the contents. */
export function besideCommand(command: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(mark), command]);
}

/** The command for what stands beside the contents, if this is one. */
export function besideIn(command: Uint8Array): Uint8Array | undefined {
  return command[0] === mark ? command.subarray(1) : undefined;
}

/** A snapshot: what stands beside, then the contents. */
export function joined(contents: Uint8Array, beside: Uint8Array): Uint8Array {
  if (beside.length === 0) return contents;
  const head = Buffer.alloc(1 + lengthBytes);
  head.writeUInt8(mark, 0);
  head.writeUInt32LE(beside.length, 1);
  return Buffer.concat([head, beside, contents]);
}

/** The parts of a snapshot. */
export function parted(data: Uint8Array): { readonly contents: Uint8Array; readonly beside: Uint8Array } {
  if (data.length === 0 || data[0] !== mark) return { contents: data, beside: nothing };
  const length = new DataView(data.buffer, data.byteOffset, data.length).getUint32(1, true);
  const from = 1 + lengthBytes;
  return { contents: data.subarray(from + length), beside: data.subarray(from, from + length) };
}

const nothing = new Uint8Array();
