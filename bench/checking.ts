/**
 * How long the search for linearizations takes on histories of a CAS register, few and many processes at a time. A round
 * checks several histories; what counts is one of them. Verdicts are part of it: what is fast and unknown is no answer.
 */
import { fileChecker } from '../src/checking/check-files';
import { toJsonLines } from '../src/checking/json-lines';
import { checkLinearizability } from '../src/checking/linearizability';
import { casRegister } from '../src/checking/models/cas-register';
import { falsified, sampleHistory } from '../src/checking/sample';
import { seeded } from '../src/kernel/random';
import { type Benchmark, happened, type Reach, type Row, type Side } from './harness';
import { type Drawn, drawnHistory, inWords, shapes } from './histories';

const fewProcesses = 5;
/** Milliseconds for sound histories with few processes, by the number of operations. */
const reaches: ReadonlyMap<number, Reach> = new Map([
  [100, { of: 'ours', atMost: 2 }],
  [1_000, { of: 'ours', atMost: 50 }],
]);

/** How many verdicts there were, and how many of them were none. */
interface Verdicts {
  all: number;
  unknown: number;
}

/** Milliseconds for one history. */
function checks(drawn: Drawn, verdicts: Verdicts): Side {
  const count = Math.max(3, Math.min(20, 10_000 / drawn.operations));
  const histories = Array.from({ length: count }, (_, seed) => drawnHistory(drawn, seed));
  return {
    name: 'search',
    unit: 'ms',
    measure() {
      const fromMs = performance.now();
      const found = histories.map((one) => checkLinearizability(one, casRegister).verdict);
      const tookMs = (performance.now() - fromMs) / count;
      verdicts.all += count;
      verdicts.unknown += found.filter((verdict) => verdict === 'unknown').length;
      if (!drawn.isFalsified && found.includes('violation')) {
        throw new Error('a sound history is said to be a violation');
      }
      return tookMs;
    },
  };
}

/** The share of histories that got no verdict since it was asked for last. */
function unknowns(verdicts: Verdicts): Side {
  return {
    name: 'unknown',
    unit: '%',
    measure() {
      const share = (100 * verdicts.unknown) / verdicts.all;
      Object.assign(verdicts, { all: 0, unknown: 0 });
      return share;
    },
  };
}

const files = 10;

/** Milliseconds for ten files like the logs of a test of etcd: short, five processes, many of them left in the dark. */
function fileChecks(): Side {
  const texts = Array.from({ length: files }, (_, seed) => {
    const how = { operations: 90, processes: fewProcesses, unknownShare: 0.15, failShare: 0.2 };
    const sound = sampleHistory(seeded(seed), { model: 'cas-register', ...how });
    return toJsonLines(seed % 2 === 0 ? sound : falsified(seeded(seed), sound, [0, 1, 2, 3, 4]));
  });
  return {
    name: 'files',
    unit: 'ms',
    measure() {
      const fromMs = performance.now();
      const check = fileChecker({ model: 'cas-register', nowMs: () => performance.now() });
      const verdicts = texts.map((text, at) => check(`${at}.jsonl`, text).verdict);
      const tookMs = performance.now() - fromMs;
      const judged = verdicts.filter((verdict) => verdict === 'linearizable' || verdict === 'violation');
      happened('files that got a verdict', judged.length, files);
      return tookMs;
    },
  };
}

export const checking: Benchmark = {
  name: 'checking',
  summary: 'linearizability of CAS register histories, sound and falsified',
  rounds: 3,
  open: () => {
    const byFew: Verdicts = { all: 0, unknown: 0 };
    const byMany: Verdicts = { all: 0, unknown: 0 };
    const rows = shapes.map((drawn): Row => {
      const isFew = drawn.processes === fewProcesses;
      const reach = isFew && !drawn.isFalsified ? reaches.get(drawn.operations) : undefined;
      const ours = checks(drawn, isFew ? byFew : byMany);
      return { what: inWords(drawn), ours, ...(reach === undefined ? {} : { reach }) };
    });
    return {
      rows: [
        ...rows,
        { what: '5 processes: no verdict', ours: unknowns(byFew), reach: { of: 'ours', atMost: 5 } },
        { what: '50 processes: no verdict', ours: unknowns(byMany) },
        { what: 'ten short files, read and judged', ours: fileChecks(), reach: { of: 'ours', atMost: 500 } },
      ],
    };
  },
};
