/** Writes a file that a verb was asked for. */
import { writeFileSync } from 'node:fs';
import { Refusal } from '../../src/world/quantities';

/** Throws a `Refusal` in one line. */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message.replace(/^\w+: |, open .*$/g, '') : String(failure);
    throw new Refusal(`cannot write ${file}: ${reason}`);
  }
}
