/**
 * Sizes of boxes as they are typed: `cpus=4 memory=8gb disk=100gb`.
 */
import type { BoxSize } from '../../src/kernel/operations';
import { megabytes, Refusal, whole } from '../../src/world/quantities';
import { settings } from '../shell/kinds';

/** One setting; throws a `Refusal` for what a box does not have. */
export function readSize(name: string, value: unknown): BoxSize {
  const text = String(value);
  switch (name) {
    case 'cpus':
      return { cpus: whole(text) };
    case 'memory':
      return { memoryMb: megabytes(text) };
    case 'disk':
      return { diskMb: megabytes(text) };
    default:
      throw new Refusal(`a box has no ${name}; it has cpus, memory and disk`);
  }
}

/** `cpus=4 memory=8gb`. */
export const boxSize = settings(
  'cpus=<count> memory=<size> disk=<size>',
  '{ cpus?: number; memory?: string | number; disk?: string | number }',
  readSize,
);
