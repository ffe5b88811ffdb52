/**
 * The catalogue of the product: its tiers, its faults, its slow jobs. Runtimes are handed it; worker threads load it by
 * the path of this module, so that it costs the prompt nothing until a world starts.
 */
import { faults } from './faults/catalogue';
import type { Catalogue } from './kernel/runtime';
import { tiers } from './tiers/catalogue';

export const catalogue: Catalogue = { tiers, faults, jobs: {} };
