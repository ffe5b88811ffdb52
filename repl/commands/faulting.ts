/**
 * What every verb that puts a fault in force has in common: it says what is in force now, its number, and its undo.
 */

import { palette, paragraphs } from '../../src/drawing/look';
import type { FaultSpec } from '../../src/kernel/rule';
import type { Shown } from '../shell/command';
import type { Shell } from '../shell/shell';

/** Which verb takes back which kinds of fault. Every other kind is taken back by `restore`. */
const undoing: Readonly<Record<string, string>> = { partition: 'heal', isolate: 'heal', hold: 'release' };

export function undoVerb(kind: string): string {
  return undoing[kind] ?? 'restore';
}

/** Puts a fault in force. */
export async function faulting<Spec extends FaultSpec>(shell: Shell, spec: Spec): Promise<Shown> {
  const { fault, text } = await shell.world.fault(spec);
  const undo = `${undoVerb(spec.kind)} ${fault}`;
  return {
    value: { text, fault, undo },
    text: (look) => {
      const { name, quiet } = palette(look);
      return [...paragraphs(text, look), `${quiet('undo with:')} ${name(undo)}`].join('\n');
    },
  };
}
