/**
 * How long the search for linearizations takes on histories of a CAS register, from a sequential object and with one
 * answer falsified, few and many processes at a time. A round checks several histories; what counts is one of them.
 */
import { type Operation, pairUp } from '../src/checking/history';
import { checkLinearizability } from '../src/checking/linearizability';
import { casRegister } from '../src/checking/models/cas-register';
import { falsified, sampleHistory } from '../src/checking/sample';
import { seeded } from '../src/kernel/random';
import type { Benchmark, Reach, Row, Side } from './harness';

const values = 5;
const unknownShareMax = 0.05;
const reaches: Readonly<Record<string, Reach>> = {
  '5 processes, 100': { of: 'ours', atMost: 2 },
  '5 processes, 1000': { of: 'ours', atMost: 50 },
};

function history(operations: number, processes: number, seed: number, isFalsified: boolean): readonly Operation[] {
  const shares = { unknownShare: 0.005, failShare: 0.02 };
  const sound = sampleHistory(seeded(seed), { model: 'cas-register', operations, processes, values, ...shares });
  const paired = pairUp(isFalsified ? falsified(seeded(seed), sound, [0, 1, 2, 3, 4]) : sound);
  if (!paired.ok) throw new Error(paired.problem.reason);
  return paired.value;
}

/** Milliseconds for one history; with few processes too many unknown verdicts would be no answers at all. */
function checks(operations: number, processes: number, isFalsified: boolean): Side {
  const count = Math.max(3, Math.min(20, 10_000 / operations));
  const histories = Array.from({ length: count }, (_, seed) => history(operations, processes, seed, isFalsified));
  return {
    name: 'search',
    unit: 'ms',
    measure() {
      const fromMs = performance.now();
      const verdicts = histories.map((one) => checkLinearizability(one, casRegister).verdict);
      const tookMs = (performance.now() - fromMs) / count;
      const unknown = verdicts.filter((verdict) => verdict === 'unknown').length;
      if (processes <= 5 && unknown > count * unknownShareMax) throw new Error(`${unknown} of ${count} are unknown`);
      if (!isFalsified && verdicts.includes('violation')) throw new Error('a sound history is said to be a violation');
      return tookMs;
    },
  };
}

export const checking: Benchmark = {
  name: 'checking',
  summary: 'linearizability of CAS register histories, sound and falsified',
  open: () => {
    const rows = [5, 50].flatMap((processes) =>
      [100, 1_000, 10_000].flatMap((operations) =>
        [false, true].map((isFalsified): Row => {
          const what = `${processes} processes, ${operations}`;
          const reach = isFalsified ? undefined : reaches[what];
          return {
            what: `${what} operations${isFalsified ? ', one answer falsified' : ''}`,
            ours: checks(operations, processes, isFalsified),
            ...(reach === undefined ? {} : { reach }),
          };
        }),
      ),
    );
    return { rows };
  },
};
