/** The verdict on a file: in one line, and why below it where somebody asks. */
import type { CheckedFile } from '../../src/checking/check-files';
import { type Look, palette } from '../../src/drawing/look';

/** One object per file: `{file, verdict, operations, ms, witness?, reason?, problem?}`. */
export function checkedJson(checked: CheckedFile): CheckedFile {
  return { ...checked, ms: Math.round(checked.ms * 1000) / 1000 };
}

/** `<path> <verdict> <operations> <ms>`; what is unreadable says where and why in any case. */
export function checkedText(checked: CheckedFile, why: boolean, look: Look): string {
  const { file, verdict, operations, ms, problem } = checked;
  const { good, bad, quiet } = palette(look);
  const coloured = verdict === 'linearizable' ? good(verdict) : verdict === 'unknown' ? verdict : bad(verdict);
  const place = problem === undefined || problem.line === 0 ? '' : `line ${problem.line}: `;
  const line = `${file} ${coloured} ${operations} ${ms.toFixed(2)}${problem === undefined ? '' : ` ${place}${problem.reason}`}`;
  return why ? [line, ...reasons(checked).map((reason) => quiet(`  ${reason}`))].join('\n') : line;
}

function reasons({ witness, reason }: CheckedFile): string[] {
  if (witness === undefined) return reason === undefined ? [] : [reason];
  const { text, explained, open } = witness;
  return [
    text,
    ...(explained.length === 0 ? [] : [`one order that explains what ended before: ${explained.join(', ')}`]),
    ...(open.length === 0 ? [] : [`under way or unknown: ${open.join(', ')}`]),
  ];
}
