/**
 * Hashes passwords with scrypt (RFC 7914) and compares in constant time.
 */
import { createHash, scryptSync, timingSafeEqual } from 'node:crypto';
import type { JobKind } from '../kernel/tier';
import { type PasswordOutcome, passwordInput } from '../protocols/password';

const blockSize = 8;
const hashBytes = 32;
/** What scrypt takes on a core of today, for each unit of its cost. */
const msPerCost = 50 / 16_384;

export const password: JobKind = {
  run: (input): PasswordOutcome => {
    if (!passwordInput.accepts(input)) throw new Error(passwordInput.problem(input));
    const { password, salt, cost, hash, plain } = input;
    const maxmem = 256 * (cost + 64) * blockSize;
    const hashed = scryptSync(password, salt, hashBytes, { N: cost, r: blockSize, p: 1, maxmem }).toString('hex');
    if (hash !== undefined) return { matches: same(hashed, hash), hash: hashed };
    return { matches: plain !== undefined && same(password, plain), hash: hashed };
  },
  serviceMs: (input) => (passwordInput.accepts(input) ? input.cost * msPerCost : 0),
};

/** Over digests, which are of one length whatever they are of. */
function same(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
