/**
 * Claim: histories too large for any definition to be tried on are judged rightly where the answer is known: what came
 * from a sequential object is linearizable, and what holds an answer that nobody can have given is not, from the line on
 * in which that answer stands.
 */
import fc from 'fast-check';
import { pairUp } from '../../src/checking/history';
import { checkLinearizability } from '../../src/checking/linearizability';
import { modelNamed } from '../../src/checking/models/catalogue';
import { sampleHistory } from '../../src/checking/sample';
import type { SampledModel } from '../../src/checking/sampled-models';
import { seeded } from '../../src/kernel/random';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';

interface Case {
  readonly model: SampledModel;
  readonly seed: number;
  readonly operations: number;
  readonly processes: number;
  readonly keys: number;
  readonly unknownShare: number;
}

/** What nobody ever writes, sets, adds up to or enqueues. */
const impossible = -7777;

export const large: Claim<Case> = {
  name: 'large histories from sequential objects are linearizable, and are not with an answer from nowhere',
  seed: 1,
  runs: 150,
  draw: fc.record({
    model: fc.constantFrom<SampledModel[]>('register', 'cas-register', 'kv', 'queue', 'counter', 'mutex'),
    seed: fc.nat({ max: 1_000_000 }),
    operations: fc.integer({ min: 20, max: 200 }),
    processes: fc.integer({ min: 2, max: 6 }),
    keys: fc.integer({ min: 1, max: 3 }),
    unknownShare: fc.constantFrom(0, 0.02),
  }),
  attempt,
  show: (drawn) => ({ lines: [JSON.stringify(drawn)] }),
};

function attempt(drawn: Case): Finding {
  const entries = sampleHistory(seeded(drawn.seed), { ...drawn, failShare: 0.05 });
  const right = verdictOf(entries, drawn.model);
  if (right.verdict !== 'linearizable') {
    throw new Violation(`sound is ${right.verdict}`, `what was made linearizable is said to be: ${right.verdict}`);
  }
  const answers = entries.filter(({ type, f }) => type === 'ok' && /^(read|get|dequeue)$/.test(f));
  const falsified = answers[drawn.seed % Math.max(1, answers.length)];
  if (falsified === undefined) return drawn.model === 'mutex' ? undefined : 'nothing was read';
  const wrong = verdictOf(
    entries.map((entry) => (entry === falsified ? { ...entry, value: impossible } : entry)),
    drawn.model,
  );
  if (wrong.verdict !== 'violation') {
    throw new Violation(
      `wrong is ${wrong.verdict}`,
      `line ${falsified.line} is impossible, the checker: ${wrong.verdict}`,
    );
  }
  if (wrong.witness.line !== falsified.line || !wrong.witness.isShortest) {
    throw new Violation('wrong line', `line ${falsified.line} is impossible, the witness: ${wrong.witness.text}`);
  }
  return undefined;
}

function verdictOf(
  entries: ReturnType<typeof sampleHistory>,
  name: SampledModel,
): ReturnType<typeof checkLinearizability> {
  const paired = pairUp(entries);
  const model = modelNamed(name);
  if (!paired.ok || model === undefined) throw new Violation('unreadable', `what was drawn is no history of a ${name}`);
  return checkLinearizability(paired.value, model);
}
