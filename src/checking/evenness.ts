/**
 * Evenness: whether counts (of requests by server, of keys by shard) are what their shares would have given by chance.
 * Pearson's chi-square test (1900), which is trusted only where at least five are expected everywhere (Cochran 1954).
 *
 * It asks whether each was placed independently. Round robin is more even than chance ever is, and passes; so `limit`
 * may be laid on top: no count may exceed its expectation by more than that share.
 */
import { chiSquareTail } from '../algorithms/chi-square';

export interface EvennessOptions {
  /** What each should get, in proportion; the same by default. */
  readonly weights?: ReadonlyMap<string, number>;
  /** How rarely fair chance may be called uneven; 0.001 by default. */
  readonly significance?: number;
  /** How far above its expectation a count may be, as a share of it; by default as far as chance goes. */
  readonly limit?: number;
}

export interface Evenness {
  readonly verdict: 'holds' | 'violation' | 'unknown';
  readonly statistic: number;
  readonly degrees: number;
  /** How likely fair chance is at least this uneven. */
  readonly probability: number;
  /** The largest count over its expectation, and whose it is. */
  readonly worst: { readonly name: string; readonly count: number; readonly expected: number } | undefined;
  /** One line for people. */
  readonly text: string;
}

const expectedMin = 5;
const defaultSignificance = 0.001;

/**
 * Judges counts. Too few of them, or fewer than two places, are `unknown`.
 *
 * @throws RangeError if a weight or a count is no share: negative, or not a number
 * @example
 * checkEvenness(new Map([['web-1', 510], ['web-2', 490]])).verdict; // 'holds'
 */
export function checkEvenness(counts: ReadonlyMap<string, number>, options: EvennessOptions = {}): Evenness {
  const { weights, significance = defaultSignificance, limit = Number.POSITIVE_INFINITY } = options;
  // Whoever should get some and got none counts as well, or a dead server would look even.
  const names = [...new Set([...counts.keys(), ...(weights?.keys() ?? [])])];
  const shares = names.map((name) =>
    fair(weights === undefined ? 1 : (weights.get(name) ?? 0), `the weight of ${name}`),
  );
  const total = names.reduce((sum, name) => sum + fair(counts.get(name) ?? 0, `the count of ${name}`), 0);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const places = names.map((name, at) => {
    return { name, count: counts.get(name) ?? 0, expected: whole === 0 ? 0 : (total * (shares[at] ?? 0)) / whole };
  });
  const uninvited = places.find(({ count, expected }) => expected === 0 && count > 0);
  const judged = places.filter(({ expected }) => expected > 0);
  const worst = [...judged].sort((a, b) => b.count / b.expected - a.count / a.expected)[0];
  const statistic = judged.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  const degrees = Math.max(0, judged.length - 1);
  const probability = degrees === 0 ? 1 : chiSquareTail(statistic, degrees);
  const seen = { statistic, degrees, probability, worst };
  if (uninvited !== undefined) {
    return { ...seen, verdict: 'violation', text: `${uninvited.name} got ${uninvited.count} and should get none` };
  }
  if (worst === undefined || degrees === 0 || judged.some(({ expected }) => expected < expectedMin)) {
    const text = `${total} over ${judged.length} places are too few to tell (each should expect at least ${expectedMin})`;
    return { ...seen, verdict: 'unknown', text };
  }
  const over = worst.count / worst.expected - 1;
  const verdict = probability < significance || over > limit ? 'violation' : 'holds';
  const text =
    `chi-square ${statistic.toFixed(1)} with ${degrees} degrees of freedom: p = ${probability.toPrecision(2)}; ` +
    `most at ${worst.name}: ${worst.count} of ${worst.expected.toFixed(1)} expected`;
  return { ...seen, verdict, text };
}

function fair(value: number, what: string): number {
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new RangeError(`${what} is ${value}; it must be 0 or more`);
}
