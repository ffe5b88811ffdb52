/**
 * News of doors, sent along the links in order with the mail: whoever gets a letter from a door has heard of it before.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Zone } from '../../kernel/topology';

export type DoorNote =
  | { readonly open: true; readonly door: NodeId; readonly zone: Zone; readonly region: string }
  | { readonly open: false; readonly door: NodeId };

export const DoorNotes = {
  write(note: DoorNote): Uint8Array {
    return Buffer.from(JSON.stringify(note));
  },
  read(bytes: Uint8Array): DoorNote {
    const note: DoorNote = JSON.parse(Buffer.from(bytes).toString());
    return note;
  },
};
