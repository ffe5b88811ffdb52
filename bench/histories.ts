/**
 * Histories of a CAS register to try the checkers on: from a sequential object, as it is or with one answer falsified.
 */
import { type Operation, pairUp } from '../src/checking/history';
import { falsified, sampleHistory } from '../src/checking/sample';
import { seeded } from '../src/kernel/random';

/** What is drawn, besides chance. */
export interface Drawn {
  readonly operations: number;
  readonly processes: number;
  readonly isFalsified: boolean;
}

const values = 5;
const unknownShare = 0.005;
const failShare = 0.02;

export function drawnHistory({ operations, processes, isFalsified }: Drawn, seed: number): readonly Operation[] {
  const how = { operations, processes, values, unknownShare, failShare } as const;
  const sound = sampleHistory(seeded(seed), { model: 'cas-register', ...how });
  const paired = pairUp(isFalsified ? falsified(seeded(seed), sound, [0, 1, 2, 3, 4]) : sound);
  if (!paired.ok) throw new Error(paired.problem.reason);
  return paired.value;
}

/** Small and large, sound and falsified, with few and with many processes at a time. */
export const shapes: readonly Drawn[] = [5, 50].flatMap((processes) =>
  [100, 1_000, 10_000].flatMap((operations) =>
    [false, true].map((isFalsified) => ({ operations, processes, isFalsified })),
  ),
);

/** `5 processes, 100 operations, one answer falsified`. */
export function inWords({ operations, processes, isFalsified }: Drawn): string {
  return `${processes} processes, ${operations} operations${isFalsified ? ', one answer falsified' : ''}`;
}
