/**
 * The faults in force: what each does, how often it has struck, and what takes it back.
 */
import { type Look, page, palette } from '../../src/drawing/look';
import { table } from './table';

/** One fault, with the line that undoes it. */
export interface FaultRow {
  readonly id: number;
  readonly text: string;
  readonly hits: number;
  readonly undo: string;
}

/** `faults`: one line per fault. One that has struck nothing yet stands out: it may name the wrong nodes. */
export function faultList(faults: readonly FaultRow[], look: Look): string {
  const { name, warn, quiet } = palette(look);
  if (faults.length === 0) return 'no fault is in force';
  const list = table(
    faults,
    [
      { title: 'fault', cell: ({ id }) => id },
      { title: 'what', cell: ({ text }) => text, narrow: 16 },
      { title: 'hits', cell: ({ hits }) => hits, paint: (text) => (text === '0' ? warn(text) : text) },
      { title: 'undo', cell: ({ undo }) => undo, paint: name },
    ],
    look,
  );
  return faults.length === 1 ? list : [list, page([quiet('heal all takes them all back')], look)].join('\n');
}
