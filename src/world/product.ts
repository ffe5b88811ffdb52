/**
 * The product's catalogue: every tier and every fault. Runtimes are handed it; worker threads load it from here.
 */
import { faults } from '../faults/catalogue';
import type { Catalogue } from '../kernel/runtime';
import type { AnyTier } from '../kernel/tier';
import { passwordJob } from '../protocols/password';
import { tiers } from '../tiers/catalogue';
import { password } from './password-job';

export const catalogue: Catalogue = { tiers, faults, jobs: { [passwordJob]: password } };

/** The product's catalogue with tiers of one's own; one of the same kind takes the place of ours. */
export function withTiers(own: readonly AnyTier[]): Catalogue {
  return { ...catalogue, tiers: new Map([...tiers, ...own.map((tier) => [tier.kind, tier] as const)]) };
}
